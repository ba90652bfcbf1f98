// Moves the focus to the comment that an address names, and to what was just written.
function reach(comment) {
  comment.focus({ preventScroll: true });
  comment.scrollIntoView({ block: "center" });
}

function follow() {
  const named = /^#comment-[0-9a-f-]{36}$/.test(location.hash) && document.querySelector(location.hash);
  if (named) reach(named);
}

addEventListener("hashchange", follow);
follow();

// What was accepted is no draft any more: the form is about to be replaced, so its fields say so to drafts.js before they go.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const form = detail.requestConfig.elt;
  if (!form.matches("form") || detail.xhr.status >= 300) return;
  for (const field of form.querySelectorAll("[data-draft-key]")) {
    field.value = "";
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
});

document.addEventListener("htmx:load", (event) => {
  const fresh = event.detail.elt.matches("[data-fresh]") ? event.detail.elt : event.detail.elt.querySelector("[data-fresh]");
  if (!fresh) return;
  fresh.removeAttribute("data-fresh");
  reach(fresh);
});
