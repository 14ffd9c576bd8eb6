// The field in which a person types. It is held from its focus until Enter or blur, and after Enter again from the next
// key or click in it. Frames and answers do not overwrite a held field.

let held = null;

export const isHeld = (field) => field === held;

// The listeners of such a field. `write` writes what the page knows into the fields that are not held.
export function holding(write) {
  const hold = ({ target }) => { if (document.activeElement === target) held = target; };
  return {
    focus: hold,
    pointerdown: hold,
    input: hold,  // a wheel and a voice press no key
    keydown: ({ key, target }) => {
      held = key === "Enter" ? null : target;
      if (held === null) setTimeout(write);  // Enter sends the event change first
    },
    blur: ({ target }) => {
      if (document.activeElement === target) return;  // the person has gone to another window, and comes back
      held = null;
      write();
    },
  };
}
