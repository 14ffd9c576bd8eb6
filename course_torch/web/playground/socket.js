// The WebSocket: messages out, messages and frames in, and a new try every few seconds after it closes.

const RETRY = 3000;
// A browser may forbid a page to store anything: then the page knows the secret until it is reloaded.
const store = (() => { try { return localStorage; } catch { return {}; } })();
let socket = null, ended = false;

// What the server gave this origin, at the first socket, for all later sockets and traces.
export const secret = () => store.secret ?? "";

// `on` has a function for each type of message, one for frames and one for a closed socket.
export function connect(on) {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  socket = new WebSocket(`ws://${location.host}/socket`, ["playground", token, secret()].filter((each) => each));
  socket.binaryType = "arraybuffer";
  socket.addEventListener("message", ({ data }) => {
    if (typeof data !== "string") return on.frame(data);
    const message = JSON.parse(data);
    if (message.type === "admitted") store.secret = message.secret;
    else on[message.type](message);
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
    const answer = await fetch("trace", { method: "POST", body: new URLSearchParams({ secret: secret() }) });
    return answer.status === 403 ? "unknown" : "refused";
  } catch {
    return "gone";
  }
}

export function send(message) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(message instanceof ArrayBuffer ? message : JSON.stringify(message));
}

export const textsOf = async (language) => (await fetch(`texts/${language}.json`)).json();

export function quit() {
  ended = true;
  send({ type: "quit" });
}
