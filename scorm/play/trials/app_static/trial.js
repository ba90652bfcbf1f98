// The page of a test: it lists what the player tells of the content, and says what to look at. Everything from there is shown as text.

import { advice } from "./advice.js";
import { checked, clock, inWords } from "./lines.js";

const page = document.getElementById("trial");
const words = JSON.parse(document.getElementById("trial-words").textContent);
const frame = document.getElementById("player");
const list = document.getElementById("trace");
const findings = document.getElementById("advice");
const MOST = 3_000;
const MILD = ["fine", "fineToTheEnd", "notFinished", "noSuspend", "longSuspend"];
const rows = [];
const began = performance.now();
let ended = false;

window.addEventListener("message", ({ data, origin, source }) => {
  if (origin !== page.dataset.contentOrigin || source !== frame?.contentWindow || data?.source !== "colloquium-player") return;
  if (data.type === "trace" && Array.isArray(data.rows)) data.rows.slice(0, MOST).forEach(add);
  if (data.type === "exited") end();
});

function add(given) {
  const row = checked(given);
  if (!row || rows.length >= MOST) return;
  rows.push(row);
  const below = list.parentElement;
  const atEnd = below.scrollHeight - below.scrollTop - below.clientHeight < 40;
  list.append(line(row));
  if (atEnd) below.scrollTop = below.scrollHeight;
  document.getElementById("trace-empty").hidden = true;
  for (const button of document.querySelectorAll("[data-trace]")) button.disabled = false;
  clearTimeout(add.timer);
  add.timer = setTimeout(look, 200);
}

function line(row) {
  const { what, answer, notes, bad, said } = inWords(row, words);
  const item = element("li", "trace-line");
  item.dataset.kind = row.kind;
  if (bad) item.dataset.bad = "";
  item.append(element("span", "trace-time", clock(row.at)), element(said ? "span" : "code", "trace-what", what));
  if (answer !== undefined) item.append(element("code", "trace-answer", `→ ${answer}`));
  for (const note of notes) item.append(element("span", "trace-note", note));
  return item;
}

function element(tag, name, text = "") {
  const made = document.createElement(tag);
  made.className = name;
  made.textContent = text;
  return made;
}

// What to look at, told again only where it has changed: it is read out.
function look() {
  const found = advice(rows, { passed: performance.now() - began, ended, given: page.dataset.api });
  if (!found.length && rows.length) found.push([ended ? "fineToTheEnd" : "fine", {}]);
  const items = found.map(([name, values]) => element("li", MILD.includes(name) ? "finding" : "finding finding-warning", sentence(name, values)));
  const texts = (list) => JSON.stringify([...list].map((item) => item.textContent));
  if (texts(findings.children) !== texts(items)) findings.replaceChildren(...items);
}

function sentence(name, values) {
  return Object.entries(values).reduce((text, [key, value]) => text.replace(`{${key}}`, () => String(value)), words.advice[name]);
}

function end() {
  if (ended) return;
  ended = true;
  look();
  document.getElementById("trial-stage").replaceChildren(document.getElementById("trial-over").content.cloneNode(true));
  document.getElementById("leave").hidden = true;
  document.querySelector("#trial-stage button, #trial-stage a")?.focus();
}

// The whole trace as text, for a mail to whoever made the content.
function asText() {
  const head = [document.title, ...[...findings.children].map((item) => `! ${item.textContent}`), ""];
  const lines = rows.map((row) => {
    const { what, answer, notes, bad } = inWords(row, words);
    return `${clock(row.at)}  ${bad ? "!" : " "} ${what}${answer === undefined ? "" : ` → ${answer}`}${notes.map((note) => `\n           ${note}`).join("")}`;
  });
  return [...head, ...lines, ""].join("\n");
}

document.getElementById("leave").addEventListener("click", (event) => {
  if (!rows.length) return; // nothing runs: simply leave
  event.preventDefault();
  frame.contentWindow.postMessage({ type: "exit" }, page.dataset.contentOrigin);
  setTimeout(end, 8_000);
});
document.getElementById("trace-bad").addEventListener("change", ({ target }) => (list.dataset.only = target.checked ? "bad" : ""));
document.getElementById("trace-download").addEventListener("click", () => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([asText()], { type: "text/plain" }));
  link.download = "trace.txt";
  link.click();
  URL.revokeObjectURL(link.href);
});
const copy = document.getElementById("trace-copy");
copy.hidden = !navigator.clipboard;
copy.addEventListener("click", async () => {
  await navigator.clipboard.writeText(asText());
  document.dispatchEvent(new CustomEvent("toast", { detail: { text: words.rows.copied, kind: "success" } }));
});
setInterval(() => !ended && look(), 2_000);
