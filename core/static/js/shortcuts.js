// Single keys, which a person can turn off: ? list, / search, j and k next and previous, l like, r reply.
const dialog = document.getElementById("shortcuts");
const off = document.getElementById("shortcuts-off");
const remembered = () => { try { return localStorage.getItem("shortcuts") === "off"; } catch { return false; } };
off.checked = remembered();
off.addEventListener("change", () => { try { localStorage.setItem("shortcuts", off.checked ? "off" : "on"); } catch { /* private window: for this page only */ } });

const typing = (target) => target.closest("input, textarea, select, [contenteditable], dialog");

function step(by) {
  const stops = [...document.querySelectorAll("[data-stop]")];
  const here = stops.indexOf(document.activeElement.closest("[data-stop]"));
  const stop = stops[Math.min(stops.length - 1, Math.max(0, here + by))];
  (stop?.querySelector("a[href], button") ?? stop)?.focus();
}

function press(name) {
  const near = document.activeElement.closest("[data-stop]") ?? document;
  near.querySelector(`[data-key="${name}"]`)?.click();
}

const acts = {
  "?": () => dialog.showModal(),
  "/": () => (document.querySelector("main [type=search]") ?? document.querySelector("[type=search]"))?.focus(),
  j: () => step(1),
  k: () => step(-1),
  l: () => press("like"),
  r: () => press("reply"),
};

document.addEventListener("keydown", (event) => {
  const act = acts[event.key];
  if (!act || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (off.checked && event.key !== "?") return;
  event.preventDefault();
  act();
});
document.addEventListener("click", (event) => { if (event.target.closest("[data-open-shortcuts]")) dialog.showModal(); });
