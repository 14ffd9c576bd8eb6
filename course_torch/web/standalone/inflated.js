// Texts that a page brings compressed, in base64.

export async function inflated(packed) {
  const bytes = Uint8Array.from(atob(packed), (each) => each.charCodeAt(0));
  // Safari cannot read the stream of a Blob in a worker of a page from disk.
  return new Response(new Response(bytes).body.pipeThrough(new DecompressionStream("deflate"))).text();
}
