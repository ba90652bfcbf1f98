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

document.addEventListener("htmx:load", (event) => {
  const fresh = event.detail.elt.matches("[data-fresh]") ? event.detail.elt : event.detail.elt.querySelector("[data-fresh]");
  if (!fresh) return;
  fresh.removeAttribute("data-fresh");
  reach(fresh);
});
