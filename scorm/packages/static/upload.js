// Drag and drop of files and folders, three on their way at a time, each with a bar; what has arrived is in the batch below, which is asked for
// again as long as something in it is unfinished. Without this script the form posts as it is.
const form = document.getElementById("upload-form");
const zone = document.getElementById("dropzone");
const input = document.getElementById("package-files");
const folder = document.getElementById("package-folder");
const sending = document.getElementById("sending");
const news = document.getElementById("upload-news");
const batch = document.getElementById("batch");
const words = form.dataset;
const title = document.title;
const AT_A_TIME = 3;
const TRIES = 6;
const waiting = [];
const held = new Set(); // files that wait for another try
let busy = 0;
let sent = 0;
let chosen = 0;

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

const nameOf = (file) => file.path || file.webkitRelativePath || file.name;

// --- Sending ---------------------------------------------------------------------------------------------------------

function row(file) {
  const item = element("li", "upload");
  const head = element("div", "upload-head");
  head.append(element("span", "upload-name", nameOf(file)), element("span", "upload-size", inWords(file.size)));
  const line = element("div", "progress-line");
  const bar = element("progress");
  bar.max = 100;
  bar.value = 0;
  bar.setAttribute("aria-label", `${words.sending}: ${nameOf(file)}`);
  const state = element("span", "words", "0 %");
  line.append(bar, state);
  item.append(head, line);
  sending.querySelector("ul").append(item);
  return { item, bar, state, line };
}

function button(text, act) {
  const made = element("button", "btn btn-secondary btn-sm", text);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

/** Says what went wrong with a file; it goes on by itself after `seconds`, or when somebody wants it to. */
function fail(job, message, seconds) {
  job.place ??= row(job.file);
  job.place.line.remove();
  const problem = element("p", "mt-3", seconds ? `${message} ${words.soon.replace("{seconds}", seconds)}` : message);
  problem.setAttribute("role", "alert");
  const buttons = element("div", "btn-row");
  const leave = () => { clearTimeout(timer); held.delete(job); job.place.item.remove(); job.place = null; };
  const again = () => { leave(); waiting.push(job); next(); };
  const timer = seconds ? setTimeout(again, seconds * 1000) : 0;
  held.add(job);
  job.final = !seconds;
  buttons.append(button(words.again, again), button(words.skip, () => { leave(); chosen -= 1; tell(); }));
  job.place.item.append(problem, buttons);
  tell();
}

function finish(job, request) {
  const type = request.getResponseHeader("Content-Type") || "";
  if (request.status === 202 && type.includes("text/html")) {
    job.place.item.remove();
    sent += 1;
    arrived(request.responseText);
    return;
  }
  const message = type.includes("text/plain") && request.responseText ? request.responseText : words.failed;
  job.tries += request.status !== 429; // a full queue empties by itself
  const later = [0, 429, 502, 503, 504, 507].includes(request.status) && job.tries < TRIES;
  const told = Number(request.getResponseHeader("Retry-After")) || 0;
  fail(job, message, later ? Math.max(told, 2 ** job.tries) : 0);
}

function send(job) {
  job.place = row(job.file);
  const options = new URLSearchParams({ batch: words.batch, name: nameOf(job.file), theme: job.theme });
  if (job.publish) options.set("publish", "1");
  const request = new XMLHttpRequest();
  request.open("POST", `${form.getAttribute("action")}?${options}`);
  request.setRequestHeader("Content-Type", "application/zip");
  request.setRequestHeader("X-CSRF-Token", form.elements.csrf_token.value);
  request.setRequestHeader("HX-Request", "true");
  request.upload.addEventListener("progress", (event) => {
    const share = event.lengthComputable ? Math.round((event.loaded / event.total) * 100) : 0;
    job.place.bar.value = share;
    job.place.state.textContent = `${share} %`;
  });
  request.addEventListener("loadend", () => { busy -= 1; finish(job, request); next(); });
  request.send(job.file);
}

function next() {
  while (busy < AT_A_TIME && waiting.length > 0) {
    busy += 1;
    send(waiting.shift());
  }
  tell();
}

function tell() {
  const open = busy + waiting.length + held.size;
  sending.hidden = open === 0;
  const line = sending.querySelector(".progress-line");
  line.hidden = chosen < 2;
  line.querySelector("progress").max = Math.max(1, chosen);
  line.querySelector("progress").value = sent;
  line.querySelector(".words").textContent = words.sent.replace("{done}", sent).replace("{total}", chosen);
}

function add(files) {
  if (sending.hidden) chosen = sent = 0;
  for (const file of files) {
    const job = { file, theme: form.elements.theme.value, publish: form.elements.publish.checked, tries: 0, place: null };
    chosen += 1;
    if (file.size > Number(words.limit)) fail(job, words.tooLarge, 0);
    else waiting.push(job);
  }
  next();
}

// --- Choosing --------------------------------------------------------------------------------------------------------

/** Of a folder, what is a .zip; the rest is counted. */
function addFolder(files) {
  const zips = files.filter((file) => /\.zip$/i.test(file.name) && !nameOf(file).split("/").some((part) => part.startsWith(".") || part === "__MACOSX"));
  if (zips.length === 0) say(words.empty);
  else if (zips.length < files.length) say(words.leftOut.replace("{count}", files.length - zips.length));
  add(zips);
}

function say(text) {
  document.dispatchEvent(new CustomEvent("toast", { detail: { text, kind: "info" } }));
}

const read = (call) => new Promise((resolve, reject) => call(resolve, reject));

async function filesUnder(entry) {
  if (entry.isFile) {
    const file = await read((done, failed) => entry.file(done, failed));
    file.path = entry.fullPath.replace(/^\//, "");
    return [file];
  }
  const reader = entry.createReader();
  const found = [];
  for (;;) { // it answers some at a time
    const entries = await read((done, failed) => reader.readEntries(done, failed));
    if (entries.length === 0) return found;
    for (const inside of entries) found.push(...await filesUnder(inside));
  }
}

async function addDropped(data) {
  const entries = [...(data.items ?? [])].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const folders = entries.filter((entry) => entry.isDirectory);
  if (folders.length === 0) { add([...data.files]); return; }
  const loose = [...data.files].filter((file) => entries.some((entry) => entry.isFile && entry.name === file.name));
  if (loose.length > 0) add(loose);
  const inside = [];
  for (const entry of folders) inside.push(...await filesUnder(entry));
  addFolder(inside);
}

// --- What has arrived ------------------------------------------------------------------------------------------------

let pace = 0;
let asking = null;
let announced = 0;

const onFirstPage = () => !/[?&](page|state)=/.test(location.search);

/** The row of a file that has just arrived, shown before the next time the batch is asked for. */
function arrived(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  const item = template.content.querySelector("li");
  const list = document.getElementById("uploads");
  const known = document.getElementById(item.id);
  if (known) known.replaceWith(item);
  else if (onFirstPage()) list.prepend(item);
  list.hidden = false;
  form.classList.add("is-compact");
  if (location.pathname !== new URL(words.batchAddress, location.href).pathname) history.replaceState(null, "", words.batchAddress);
  pace = 400;
  askSoon();
}

function askSoon() {
  clearTimeout(asking);
  asking = setTimeout(ask, document.hidden ? 10_000 : pace);
  pace = Math.min(2_000, pace * 1.5 || 400);
}

async function ask() {
  try {
    const answer = await fetch(words.batchAddress + (onFirstPage() ? "" : location.search), { headers: { "HX-Request": "true" } });
    if (answer.ok) show(await answer.text());
  } catch { /* no connection: the next time */ }
  const summary = document.getElementById("batch-summary");
  if (Number(summary.dataset.unfinished) > 0 || busy > 0) askSoon();
}

/** Put in what has changed and leave the rest alone, so that neither focus nor what is folded open is lost. */
function show(html) {
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  for (const id of ["batch-summary", "batch-pages"]) {
    const [now, then] = [fresh.content.getElementById(id), document.getElementById(id)];
    if (now.isEqualNode(then)) continue;
    const at = [...then.querySelectorAll("a, button")].indexOf(document.activeElement);
    then.replaceWith(now);
    if (at >= 0) now.querySelectorAll("a, button")[at]?.focus();
  }
  const list = document.getElementById("uploads");
  const rows = [...fresh.content.querySelectorAll("#uploads > li")];
  const wanted = new Set(rows.map((item) => item.id));
  for (const item of [...list.children]) if (!wanted.has(item.id)) item.remove();
  rows.forEach((item, place) => {
    const known = document.getElementById(item.id);
    if (known?.dataset.mark === item.dataset.mark) item = known;
    else known?.remove();
    if (list.children[place] !== item) list.insertBefore(item, list.children[place] ?? null);
  });
  list.hidden = rows.length === 0;
  announce();
}

/** For those who listen: the report's first line of a single file; of many, how far it is, now and then and at the end. */
function announce() {
  const { unfinished, finished, total } = document.getElementById("batch-summary").dataset;
  const percent = Number(total) ? Math.floor((100 * Number(finished)) / Number(total)) : 0;
  document.title = Number(unfinished) > 0 ? `${finished}/${total} · ${title}` : title;
  const done = Number(unfinished) === 0;
  if (percent === announced || (!done && percent - announced < 10)) return;
  announced = percent;
  const only = total === "1" ? document.querySelector("#uploads .upload-head") : document.getElementById("batch-words");
  if (only) news.textContent = only.textContent.replace(/\s+/g, " ").trim();
}

// --- Beginning -------------------------------------------------------------------------------------------------------

document.querySelector("[data-drop-hint]").hidden = false;
document.getElementById("upload-button").hidden = true;
input.required = false;
if ("webkitdirectory" in folder) folder.hidden = document.getElementById("folder-label").hidden = false;
input.addEventListener("change", () => { const files = [...input.files]; input.value = ""; add(files); });
folder.addEventListener("change", () => { const files = [...folder.files]; folder.value = ""; addFolder(files); });
form.addEventListener("submit", (event) => event.preventDefault());
for (const name of ["dragenter", "dragover"]) {
  zone.addEventListener(name, (event) => { event.preventDefault(); zone.classList.add("is-over"); });
}
zone.addEventListener("dragleave", (event) => { if (!zone.contains(event.relatedTarget)) zone.classList.remove("is-over"); });
zone.addEventListener("drop", (event) => {
  event.preventDefault();
  zone.classList.remove("is-over");
  addDropped(event.dataTransfer);
});
// Beside the zone does as well; at least, the page must not be replaced.
document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  if (event.defaultPrevented) return;
  event.preventDefault();
  addDropped(event.dataTransfer);
});
// What is not sent yet is only here.
window.addEventListener("beforeunload", (event) => { if (busy + waiting.length + [...held].filter((job) => !job.final).length > 0) event.preventDefault(); });
document.addEventListener("visibilitychange", () => { if (!document.hidden && Number(document.getElementById("batch-summary").dataset.unfinished) > 0) ask(); });
if (Number(document.getElementById("batch-summary").dataset.unfinished) > 0) askSoon();
