// What somebody began to write survives a reload and a sign-out: <textarea data-draft-key="thread:…">.
// The draft goes when the text was accepted: after a successful htmx request, or when the next page is not a refusal.
const prefix = "draft:";
const sent = "draft-sent";
const fields = (root) => [...root.querySelectorAll("[data-draft-key]")];
const attempt = (work) => { try { return work(); } catch { return null; } };

function restore(field) {
  const kept = attempt(() => localStorage.getItem(prefix + field.dataset.draftKey));
  if (kept && !field.value) {
    field.value = kept;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    const note = field.closest("form")?.querySelector("[data-draft-note]");
    if (note) note.hidden = false;
  }
}

function keep(field) {
  const key = prefix + field.dataset.draftKey;
  attempt(() => (field.value.trim() ? localStorage.setItem(key, field.value) : localStorage.removeItem(key)));
}

function forget(form) {
  for (const field of fields(form)) attempt(() => localStorage.removeItem(prefix + field.dataset.draftKey));
}

const refused = document.querySelector(".is-invalid, .alert-warning, [data-status]");
const pending = attempt(() => JSON.parse(sessionStorage.getItem(sent) ?? "[]")) ?? [];
if (!refused) for (const key of pending) attempt(() => localStorage.removeItem(prefix + key));
attempt(() => sessionStorage.removeItem(sent));

fields(document).forEach(restore);
document.addEventListener("input", (event) => { if (event.target.matches?.("[data-draft-key]")) keep(event.target); });
document.addEventListener("submit", (event) => {
  const keys = fields(event.target).map((field) => field.dataset.draftKey);
  if (keys.length) attempt(() => sessionStorage.setItem(sent, JSON.stringify(keys)));
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt.closest?.("form");
  if (form && event.detail.successful && event.detail.requestConfig.verb !== "get") forget(form);
});
document.addEventListener("htmx:load", (event) => fields(event.detail.elt).forEach(restore));

// Ctrl or Cmd with Enter sends what is being written.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea")) event.target.form?.requestSubmit();
});
