// htmx: the token on every unsafe request, a line on top after 300 ms of waiting, words when something fails.
const body = document.body;
const line = document.getElementById("waiting");
const text = document.getElementById("toasts").dataset;
let running = 0;

function waiting(change) {
  running = Math.max(0, running + change);
  if (running) setTimeout(() => { line.hidden = !running; }, 300);
  else line.hidden = true;
}

const warn = (message) => document.dispatchEvent(new CustomEvent("toast", { detail: { text: message, kind: "warning" } }));

body.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector('meta[name="csrf-token"]')?.content;
  if (token && event.detail.verb !== "get") event.detail.headers["X-CSRF-Token"] = token;
});
body.addEventListener("htmx:beforeRequest", () => waiting(1));
body.addEventListener("htmx:afterRequest", () => waiting(-1));
body.addEventListener("htmx:sendError", () => warn(text.offline));
body.addEventListener("htmx:responseError", (event) => {
  const { responseText, status } = event.detail.xhr;
  const plain = responseText && responseText.length < 300 && !responseText.includes("<");
  warn(plain && status < 500 ? responseText : text.failed);
});
