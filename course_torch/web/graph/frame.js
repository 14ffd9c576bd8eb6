// A frame, as the engine sends it and the page reads it: the length of a JSON text in four bytes, the text, the plane of
// the output, and the plane of each hidden unit. The output has two bytes for a pixel, because one byte would make a border
// wavy where the output is nearly flat.

export const SIDE = 100;  // pixels of the output's plane, along each axis
export const STRIDE = 5;  // the planes of hidden units show every fifth pixel
export const UNIT_SIDE = SIDE / STRIDE;

// `planes` are bytes: those of the output first.
export function encoded(header, planes) {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const size = planes.reduce((sum, plane) => sum + plane.length, 4 + text.length), frame = new Uint8Array(size);
  new DataView(frame.buffer).setUint32(0, text.length, true);
  let at = 4;
  for (const part of [text, ...planes]) {
    frame.set(part, at);
    at += part.length;
  }
  return frame.buffer;
}

// The header with `output`, its `plane` in one byte a pixel, and `units`: the planes of each hidden layer.
export function decoded(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const frame = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  let at = 4 + length;
  const next = (size) => new Uint8Array(buffer, (at += size) - size, size);
  frame.output = new Uint16Array(next(2 * SIDE * SIDE).slice().buffer);
  frame.plane = frame.output.map((value) => Math.round(value / 257));
  frame.units = frame.W.slice(0, -1).map((rows) => rows.map(() => next(UNIT_SIDE * UNIT_SIDE)));
  return frame;
}
