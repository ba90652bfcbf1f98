// The player of content that speaks for itself (xAPI, cmi5): it opens a part at the address that the server makes, and shows what the
// server has heard. It keeps no data, so it never says that something is saved.

import { Contents } from "./contents.js";
import { note } from "./screens.js";
import { forgetOtherLearners } from "./storage.js";

const settings = JSON.parse(document.getElementById("settings").textContent);
const { words } = settings;
const host = window.parent === window ? null : window.parent;
const stage = document.getElementById("stage");
const mark = document.getElementById("saved");
const EVERY = 10_000;
const GRACE = 400;

const contents = new Contents({ entries: settings.entries, words, open: (entry) => change(entry), end: () => exit() });
let current = null;
let frame = null;
let away = false; // a part plays in another window
let opened = 0; // what the server calls that which it has opened and we have not left yet
let left = false;
let over = false; // nothing that happens here is recorded any more

document.getElementById("player").classList.toggle("embedded", Boolean(host));
document.getElementById("exit").addEventListener("click", () => exit());

function tell(type, detail = {}) {
  host?.postMessage({ source: "colloquium-player", type, ...detail }, settings.application);
}

async function ask(what, { method = "POST", body, keepalive = false } = {}) {
  const headers = { Accept: "application/json", Authorization: `Bearer ${settings.token}` };
  if (body) headers["Content-Type"] = "application/json";
  const response = await fetch(`/rt/${what}`, { method, headers, body: body && JSON.stringify(body), keepalive, credentials: "omit" });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw Object.assign(new Error(answer.error?.message), { status: response.status, code: answer.error?.code });
  return answer;
}

async function open(entry) {
  current = entry;
  contents.choose(entry.id);
  stage.replaceChildren(note(words.loading));
  let answer;
  try {
    answer = await ask("open", { body: { sco: entry.id } });
  } catch (error) {
    stage.replaceChildren(note(reason(error), error.status === 403 ? undefined : [words.retry, () => open(entry)]));
    return;
  }
  opened = answer.opening;
  over = false;
  if (answer.ownWindow) offer(entry, answer.url);
  else show(entry, answer.url);
  tell("opened", { part: entry.id, title: entry.title });
  refresh();
}

// Why something could not be done, in words: the server's own where it gave some.
function reason(error) {
  if (error.code === "superseded") return words.gone;
  if (error.status === 403) return words.expired;
  return (error.status >= 400 && error.status < 500 && error.message) || words.broken;
}

function show(entry, url) {
  away = false;
  frame = document.createElement("iframe");
  frame.className = "player-frame";
  frame.title = entry.title;
  frame.allow = "fullscreen *; autoplay *; unload *";
  frame.src = url;
  stage.replaceChildren(frame);
}

// A link, so that no browser takes it for a pop-up; its address may be good for one opening only.
function offer(entry, url) {
  away = true;
  const link = document.createElement("a");
  Object.assign(link, { href: url, target: "_blank", rel: "noopener", className: "player-button player-button-first", textContent: words.openWindow });
  link.addEventListener("click", () => setTimeout(() => stage.replaceChildren(note(words.otherWindow, [words.openAgain, () => change(entry)]))));
  const box = note(words.ownWindow);
  const row = document.createElement("p");
  row.className = "player-actions";
  row.append(link);
  box.append(row);
  stage.replaceChildren(box);
}

// How many requests with statements the pages of a window have made, as far as they are ours to look at; marks may have moved with each.
function sent(page) {
  try {
    const own = page.performance.getEntriesByType("resource").filter(({ name }) => /\/xapi\/+statements/.test(name)).length;
    return Array.from({ length: page.length }, (_, n) => sent(page[n])).reduce((total, n) => total + n, own);
  } catch {
    return 0; // content of another site: the clock has to do
  }
}

let counted = 0;
function listen() {
  const now = frame ? sent(frame.contentWindow) : 0;
  if (now !== counted) refresh(); // fewer: the part has led its learner on
  counted = now;
}

async function refresh() {
  if (left || over) return;
  try {
    heard(await ask("standings", { method: "GET" }));
  } catch (error) {
    over = error.status === 403 || error.code === "superseded";
    if (!left) say(over ? reason(error) : words.unknown, "unsaved");
  }
}

function heard({ parts, course }) {
  for (const [id, standing] of Object.entries(parts)) contents.mark(id, standing);
  if (settings.mode !== "normal") say(words[settings.mode]);
  else say(wordFor(course));
  tell("standing", { parts, course });
}

function wordFor({ completion, success }) {
  if (success === "passed") return words.statusPassed;
  if (success === "failed") return words.statusFailed;
  return completion === "completed" ? words.statusCompleted : words.statusStarted;
}

function say(text, state = "known") {
  if (mark.textContent === text && mark.dataset.state === state) return;
  mark.dataset.state = state;
  mark.textContent = text;
  tell("saved", { state, text });
}

// The content's own last words go out while its page is taken down: a moment for them, then the door is closed. What plays in another
// window plays on, and may go on speaking.
async function close() {
  const [opening, elsewhere] = [opened, away];
  frame?.remove();
  frame = null;
  away = false;
  opened = 0;
  if (!opening || elsewhere) return;
  await new Promise((resolve) => setTimeout(resolve, GRACE));
  try {
    heard(await ask("close", { body: { opening } }));
  } catch {
    // it ends by itself
  }
}

async function change(entry) {
  if (opened) {
    stage.append(note(words.loading));
    await close();
  }
  await open(entry);
}

async function exit() {
  if (left) return;
  left = true;
  frame?.remove();
  stage.replaceChildren(note(words.closing));
  await close();
  if (host) tell("exited");
  else location.assign(settings.exit);
}

window.addEventListener("message", (event) => {
  if (event.origin === settings.application && event.source === host && event.data?.type === "exit") exit();
});
window.addEventListener("pagehide", () => {
  if (!opened || away || left) return;
  frame?.remove();
  ask("close", { body: { opening: opened }, keepalive: true }).catch(() => {});
});
window.addEventListener("pageshow", (event) => event.persisted && location.reload());
window.addEventListener("focus", refresh);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && refresh());
setInterval(() => document.visibilityState === "visible" && opened && refresh(), EVERY);
setInterval(listen, 1_000);

await forgetOtherLearners(settings.storage);
const first = contents.first(settings.start);
if (first) open(first);
else stage.replaceChildren(note(words.broken));
