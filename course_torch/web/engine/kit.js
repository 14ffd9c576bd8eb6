// What Python wrote for the engine: graphs, sets, mistakes, texts and constants.

export const kit = {};
export const open = (given) => Object.assign(kit, given);
