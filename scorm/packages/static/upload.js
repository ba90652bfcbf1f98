// Drag and drop, several files, one bar per file. Without this script the form posts as it is.
const form = document.getElementById("upload-form");
const zone = document.getElementById("dropzone");
const input = document.getElementById("package-files");
const list = document.getElementById("uploads");
const news = document.getElementById("upload-news");
const words = form.dataset;
const waiting = [];
let busy = false;

const SIZES = ["B", "KiB", "MiB", "GiB"];
function inWords(size) {
  let unit = 0;
  while (size >= 1024 && unit < SIZES.length - 1) { size /= 1024; unit += 1; }
  return `${size.toFixed(size >= 10 || unit === 0 ? 0 : 1).replace(/\.0$/, "")} ${SIZES[unit]}`;
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

function row(file) {
  const item = element("li", "upload");
  const head = element("div", "upload-head");
  head.append(element("span", "upload-name", file.name), element("span", "upload-size", inWords(file.size)));
  const line = element("div", "progress-line");
  const bar = element("progress");
  bar.max = 100;
  bar.value = 0;
  bar.setAttribute("aria-label", `${words.sending}: ${file.name}`);
  const state = element("span", "words", words.waiting);
  line.append(bar, state);
  item.append(head, line);
  list.hidden = false;
  list.prepend(item);
  return { item, bar, state, line };
}

function fail(place, file, message) {
  place.line.remove();
  const problem = element("p", "mt-3", message);
  problem.setAttribute("role", "alert");
  const again = element("button", "btn btn-secondary btn-sm", words.again);
  again.type = "button";
  again.addEventListener("click", () => { place.item.remove(); add([file]); });
  place.item.append(problem, again);
}

function finish(place, file, request) {
  const type = request.getResponseHeader("Content-Type") || "";
  if (request.status === 0) fail(place, file, words.failed);
  else if (type.includes("text/html") && (request.status === 201 || request.status === 422)) {
    place.item.innerHTML = request.responseText;
    news.textContent = place.item.querySelector(".upload-head").textContent.replace(/\s+/g, " ").trim();
  } else fail(place, file, type.includes("text/plain") ? request.responseText : words.failed);
}

function send({ file, place }) {
  const data = new FormData();
  data.append("file", file);
  data.append("theme", form.elements.theme.value);
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.setRequestHeader("X-CSRF-Token", form.elements.csrf_token.value);
  request.setRequestHeader("HX-Request", "true");
  request.upload.addEventListener("progress", (event) => {
    const share = event.lengthComputable ? Math.round((event.loaded / event.total) * 100) : 0;
    place.bar.value = share;
    place.state.textContent = share < 100 ? `${share} %` : words.reading;
  });
  request.addEventListener("loadend", () => { finish(place, file, request); busy = false; next(); });
  request.send(data);
}

function next() {
  if (busy || waiting.length === 0) return;
  busy = true;
  send(waiting.shift());
}

function add(files) {
  for (const file of files) {
    const place = row(file);
    if (file.size > Number(words.limit)) fail(place, file, words.tooLarge);
    else waiting.push({ file, place });
  }
  next();
}

document.querySelector("[data-drop-hint]").hidden = false;
document.getElementById("upload-button").hidden = true;
input.required = false;
input.addEventListener("change", () => { const chosen = [...input.files]; input.value = ""; add(chosen); });
form.addEventListener("submit", (event) => event.preventDefault());
for (const name of ["dragenter", "dragover"]) {
  zone.addEventListener(name, (event) => { event.preventDefault(); zone.classList.add("is-over"); });
}
zone.addEventListener("dragleave", (event) => { if (!zone.contains(event.relatedTarget)) zone.classList.remove("is-over"); });
zone.addEventListener("drop", (event) => {
  event.preventDefault();
  zone.classList.remove("is-over");
  add([...event.dataTransfer.files]);
});
// A file dropped beside the zone must not replace the page.
for (const name of ["dragover", "drop"]) document.addEventListener(name, (event) => event.preventDefault());
