// The colours of the theme as canvases need them, and the switch of the theme.

import { element } from "../elements.js";

const NAMES = ["ink", "soft", "paper", "line", "accent", "bad", "plus", "minus", "class-0", "class-1", "held-out"];
export const colours = {};
// The colour of a byte: 0 is --minus, 128 is the paper, 255 is --plus, each mixed with the paper. Four bytes a colour.
const palette = new Uint32Array(256);

// A canvas does not know CSS variables: let an element compute them.
export function read() {
  const probe = document.body.appendChild(document.createElement("span"));
  for (const name of NAMES) {
    probe.style.color = `var(--${name})`;
    colours[name] = getComputedStyle(probe).color;
  }
  probe.remove();
  const [paper, plus, minus] = [colours.paper, colours.plus, colours.minus].map((each) => each.match(/\d+/g).map(Number));
  for (let byte = 0; byte < 256; byte += 1) {
    const share = 0.8 * Math.abs(byte - 127.5) / 127.5, end = byte > 127.5 ? plus : minus;
    const [red, green, blue] = paper.map((from, i) => Math.round(from + share * (end[i] - from)));
    palette[byte] = 0xff000000 | (blue << 16) | (green << 8) | red;
  }
}

export function dark() {
  const { theme } = document.documentElement.dataset;
  return theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

export function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  read();
}

export const changeTheme = () => setTheme(dark() ? "light" : "dark");

// The colour of a byte for a canvas.
export function colourOf(byte) {
  const colour = palette[Math.min(255, Math.max(0, Math.round(byte)))];
  return `rgb(${colour & 255} ${(colour >> 8) & 255} ${(colour >> 16) & 255})`;
}

// A picture of size × size bytes on a canvas of its own, to be drawn in any size. The next picture on this canvas waits until
// the page is drawn: WebKit draws later, and would draw the last picture everywhere.
export function picture(size) {
  const canvas = element("canvas", { width: size, height: size });
  const context = canvas.getContext("2d"), image = context.createImageData(size, size);
  const pixels = new Uint32Array(image.data.buffer);
  return (bytes) => {
    for (let i = 0; i < bytes.length; i += 1) pixels[i] = palette[bytes[i]];
    context.putImageData(image, 0, 0);
    return canvas;
  };
}

// Give a canvas this size in CSS pixels, sharp on every screen. Returns its context, which counts in CSS pixels.
export function sized(canvas, width, height) {
  const ratio = devicePixelRatio;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.height = `${height}px`;
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  return context;
}
