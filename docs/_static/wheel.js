// Beside the published pages lies the wheel: a command that installs it names its address and its hash.
for (const wheel of document.querySelectorAll(".wheel[data-sha256]")) {
  const site = new URL(`${document.documentElement.dataset.content_root}../`, document.baseURI);
  wheel.textContent = `"${new URL(wheel.textContent, site)}#sha256=${wheel.dataset.sha256}"`;
}
