// What a browser gives a script and QuickJS lacks, as far as the modules ask for it. `inQuery`, `asQuery`, `asText`,
// `deflated` and `inflated` are Python's. Bytes cross as base64.

const read = (made) => {
  if (made === null) throw new TypeError("unreadable");
  return made;
};
const letters = (bytes) => Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join("");
const bytesOf = (text) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

class TextEncoder {
  encode(text) { return bytesOf(unescape(encodeURIComponent(text))); }
}

class TextDecoder {
  constructor(encoding = "utf-8") { this.encoding = encoding; }
  decode(buffer) { return JSON.parse(read(asText(btoa(letters(buffer)), this.encoding))); }
}

class URL {
  constructor(address) { this.hash = address.replace(/^[^#]*/, ""); }
}

class URLSearchParams {
  constructor(given) { this.pairs = typeof given === "string" ? JSON.parse(inQuery(given)) : given; }
  get(name) { return this.pairs.find(([each]) => each === name)?.[1] ?? null; }
  has(name) { return this.get(name) !== null; }
  toString() { return asQuery(JSON.stringify(this.pairs)); }
}

class CompressionStream {
  made(bytes) { return bytesOf(atob(deflated(btoa(letters(bytes))))); }
}

class DecompressionStream {
  made(bytes) { return bytesOf(atob(read(inflated(btoa(letters(bytes)))))); }
}

class Blob {
  constructor(parts) { this.bytes = Uint8Array.from(parts.flatMap((part) => [...new Uint8Array(part)])); }
  stream() {
    return { pipeThrough: (way) => {
      const chunks = [way.made(this.bytes)];
      return { getReader: () => ({ read: async () => ({ value: chunks[0], done: chunks.shift() === undefined }) }) };
    } };
  }
  async arrayBuffer() { return this.bytes.buffer; }
}

// An element that keeps what a script writes into it. It finds the same element for a selector each time.
class HTMLElement {
  constructor() {
    Object.assign(this, { parts: {}, attributes: {}, dataset: {}, style: {}, textContent: "", innerHTML: "" });
    this.classList = { add() {}, remove() {}, toggle() {} };
  }
  querySelector(selector) { return (this.parts[selector] ??= new HTMLElement()); }
  querySelectorAll() { return []; }
  setAttribute(name, value) { this.attributes[name] = String(value); }
  getAttribute(name) { return this.attributes[name] ?? null; }
  addEventListener() {}
  get parentElement() { return (this.parent ??= new HTMLElement()); }
}

const elements = {}, listeners = {}, widgets = {};
const window = { addEventListener: (type, act) => { listeners[type] = act; } };
const customElements = { define: (name, widget) => { widgets[name] = widget; } };
const location = { pathname: "/page.html", search: "", hash: "" };
let localStorage = {};
const document = { documentElement: { dataset: {}, lang: "en" } };
document.getElementById = (id) => (elements[id] ??= Object.assign(new HTMLElement(), { textContent: "{}" }));
