// What Python wrote for the engine: graphs, sets, mistakes, texts, and the constants of the server's engine.

export const kit = {};
export const open = (given) => Object.assign(kit, given);
