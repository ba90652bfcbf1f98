// Short news at the foot of the window. Anyone may say it:
//   document.dispatchEvent(new CustomEvent("toast", {detail: {text, kind, undo}}))
// and a server answer to htmx may carry  HX-Trigger: {"toast": {"text": …, "undo": "/address"}}.
// `undo` is an address that takes POST back what was done. A note with an undo stays 10 seconds, another one 6.
const place = document.getElementById("toasts");
const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

async function takeBack(address, note) {
  const answer = await fetch(address, { method: "POST", headers: { "X-CSRF-Token": token(), Accept: "text/html" } });
  note.remove();
  if (!answer.ok) return say({ text: place.dataset.failed, kind: "warning" });
  location.assign(answer.redirected ? answer.url : location.href);
}

function leaveLater(note) {
  const stay = (note.querySelector(".undo") ? 10 : 6) * 1000;
  let timer = setTimeout(() => note.remove(), stay);
  for (const hold of ["mouseenter", "focusin"]) note.addEventListener(hold, () => clearTimeout(timer));
  for (const go of ["mouseleave", "focusout"]) note.addEventListener(go, () => { timer = setTimeout(() => note.remove(), stay); });
}

export function say({ text, kind = "info", undo }) {
  const note = place.querySelector("template").content.firstElementChild.cloneNode(true);
  note.classList.add(`toast-${kind === "danger" || kind === "error" ? "warning" : kind}`);
  note.querySelector("p").textContent = text;
  const button = note.querySelector(".undo");
  if (undo) button.addEventListener("click", () => takeBack(undo, note));
  else button.remove();
  place.append(note);
  leaveLater(note);
}

document.addEventListener("toast", (event) => say(event.detail));
place.addEventListener("click", (event) => event.target.closest("[data-dismiss]")?.closest(".toast-note").remove());
place.querySelectorAll(".toast-note").forEach(leaveLater);
