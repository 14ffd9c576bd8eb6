// The WebSocket: messages out, messages and frames in, and a new try every few seconds after it closes.

const RETRY = 3000;
let socket = null, ended = false;

// `on` has a function for each type of message, one for frames and one for a closed socket.
export function connect(on) {
  socket = new WebSocket(`ws://${location.host}/socket`);
  socket.binaryType = "arraybuffer";
  socket.addEventListener("message", ({ data }) => {
    if (typeof data !== "string") return on.frame(data);
    const message = JSON.parse(data);
    on[message.type](message);
  });
  socket.addEventListener("close", async () => {
    if (ended) return on.closed("ended");
    on.closed(await reason());
    setTimeout(connect, RETRY, on);
  });
}

// A WebSocket does not tell its page why it was refused; another request does.
async function reason() {
  try {
    const answer = await fetch("texts/en.json");
    return answer.status === 403 ? "another" : "refused";
  } catch {
    return "gone";
  }
}

export function send(message) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(message instanceof ArrayBuffer ? message : JSON.stringify(message));
}

export function quit() {
  ended = true;
  send({ type: "quit" });
}
