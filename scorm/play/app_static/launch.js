// The page around the player. What the player says is a hint: it moves the mark and the way out, nothing that counts.

const page = document.getElementById("launch");
const words = JSON.parse(document.getElementById("launch-words").textContent);
const frame = document.getElementById("player");
const mark = document.getElementById("saved");
const leave = document.getElementById("leave");
const PATIENCE = 8_000;

if (frame) {
  let alive = false;
  let asked;

  window.addEventListener("message", (event) => {
    if (event.origin !== page.dataset.contentOrigin || event.source !== frame.contentWindow || event.data?.source !== "colloquium-player") return;
    const { type, state, text } = event.data;
    alive = true;
    if (type === "saved") show(state, text);
    if (type === "stuck") ask();
    if (type === "exited") location.assign(page.dataset.item);
  });

  leave.addEventListener("click", (event) => {
    if (!alive || leave.dataset.asked) return;
    event.preventDefault();
    show("saving", words.leaving);
    frame.contentWindow.postMessage({ type: "exit" }, page.dataset.contentOrigin);
    clearTimeout(asked);
    asked = setTimeout(ask, PATIENCE);
  });

  function ask() {
    clearTimeout(asked);
    leave.dataset.asked = "yes";
    show("unsaved", words.leaveAnyway);
  }
}

function show(state, text) {
  mark.hidden = !text;
  mark.dataset.state = ["saved", "saving", "known"].includes(state) ? state : "unsaved";
  mark.textContent = String(text ?? "").slice(0, 200);
}

const standing = document.getElementById("standing");
if (standing) {
  const poll = async () => {
    const answer = await fetch(page.dataset.status, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok) return;
    const { completion, success, saved_at: savedAt } = await answer.json();
    standing.textContent = words[success] ?? (completion === "completed" ? words.completed : savedAt || completion === "incomplete" ? words.inProgress : words.waiting);
  };
  poll();
  setInterval(poll, 5_000);
  window.addEventListener("focus", poll);
}
