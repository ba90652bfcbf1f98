// The player: opens one SCO at a time in a frame, keeps its data, and leaves only when that is saved.

import { Run } from "./api.js";
import { Contents } from "./contents.js";
import { endScreen, leaveScreen, note, notice } from "./screens.js";
import { Sequence } from "./sequence.js";
import { forgetOtherLearners } from "./storage.js";
import { Trial } from "./trial.js";

const settings = JSON.parse(document.getElementById("settings").textContent);
const words = settings.words;
const host = window.parent === window ? null : window.parent;
const stage = document.getElementById("stage");
const mark = document.getElementById("saved");
const FINISHED_AFTER = 1_200;
const PATIENCE = 6_000;

// A SCO that looks for the other API walks up the frames: it must end here, not in a window of another origin.
window.parent = window;

let sequence = null; // the engine of a sequenced course
const contents = new Contents({
  entries: settings.sequencing ? [root(settings.sequencing.tree), ...settings.entries] : settings.entries,
  words,
  led: Boolean(settings.sequencing),
  open: (entry) => (sequence ? step("choice", entry.id) : change(entry)),
  end: () => exit("exitAll"),
  move: (by) => sequence && step(by > 0 ? "continue" : "previous"),
});
const trial = settings.trial ? new Trial({ settings, tell, judged: (id, standing) => contents.mark(id, standing) }) : null;
let run = null;
let frame = null;
let current = null;
let finishing;

document.getElementById("player").classList.toggle("embedded", Boolean(host));
document.getElementById("exit").addEventListener("click", exit);

// The course itself, above its parts: it can be chosen where the sequencing allows it.
function root({ id, title }) {
  return { id, title, depth: 0, launch: null, visible: true };
}

function tell(type, detail = {}) {
  host?.postMessage({ source: "colloquium-player", type, ...detail }, settings.application);
}

function show(state, answer) {
  const recording = settings.mode === "normal" || ["expired", "superseded"].includes(state);
  mark.dataset.state = state === "saved" || state === "saving" ? state : "unsaved";
  mark.textContent = recording ? words[state] : words[trial ? "trial" : settings.mode];
  if (answer?.sco && current) contents.mark(current.id, answer.sco);
  tell("saved", { state, text: mark.textContent, course: answer?.course });
}

async function open(entry) {
  current = entry;
  contents.choose(entry.id);
  stage.replaceChildren(note(words.loading));
  try {
    run = await Run.open({ edition: settings.edition, mode: settings.mode, sco: entry.id, token: settings.token, sequence, trial, heard: { saved: show, initialized, terminated, overtime } });
  } catch (error) {
    if (error.status === 403) show("expired");
    stage.replaceChildren(note(error.status === 403 ? words.expired : words.broken, [words.retry, () => open(entry)]));
    return;
  }
  offer(run);
  frame = document.createElement("iframe");
  frame.className = "player-frame";
  frame.title = entry.title;
  frame.allow = "fullscreen *; autoplay *; unload *";
  frame.src = entry.external ? entry.launch : settings.files + entry.launch;
  stage.replaceChildren(frame);
  trial?.follow(run, frame, entry);
  contents.allow(sequence);
  busy(false);
  show("saved");
  if (!entry.tracked) viewed();
}

// Content that does not speak SCORM is done once it was opened.
function viewed() {
  if (!run.records) return;
  run.line.begin();
  run.line.note({}, "content");
  run.line.send();
}

// The API as the SCO sees it: a second document in the frame may initialize again where the library allows one session only.
function offer({ form, api }) {
  if (sequence) {
    window[form.window] = api;
    return;
  }
  const start = api[form.verbs.start].bind(api);
  let document_ = null;
  api[form.verbs.start] = (argument) => {
    clearTimeout(finishing);
    if (api.isTerminated() && documentOf(frame) !== document_) run.again();
    document_ = documentOf(frame);
    return start(argument);
  };
  window[form.window] = api;
}

function documentOf(element) {
  try {
    return element?.contentDocument;
  } catch {
    return null;
  }
}

function initialized() {
  clearTimeout(finishing);
  tell("initialized");
}

// The time allowed for this part is over: say so, and end it where the course wants that.
function overtime({ exit: ends, message }) {
  if (!ends) return void stage.append(notice(words.timeOver, words.understood));
  close();
  const said = message ? words.timeUp : "";
  if (sequence) return void settle(run.line, "", said);
  const next = contents.after(current.id);
  stage.replaceChildren(endScreen({ words, said, next, standing: contents.standing(), go: (entry) => open(entry), exit }));
  return void tell("finished");
}

// Finished: go where the SCO asked to go; else, unless it goes on with another page at once, say so and offer the way on.
function busy(yes) {
  document.getElementById("player").dataset.busy = yes ? "yes" : "";
}

function terminated() {
  clearTimeout(finishing);
  if (sequence) {
    if (frame) {
      busy(true);
      finishing = setTimeout(settle);
    }
    return;
  }
  const wished = contents.wished(run.wish, current.id);
  if (wished) {
    finishing = setTimeout(() => (wished === "exit" ? exit() : change(wished)));
    return;
  }
  finishing = setTimeout(() => {
    if (!frame) return;
    const next = contents.after(current.id);
    close();
    stage.replaceChildren(endScreen({ words, next, standing: contents.standing(), go: (entry) => open(entry), exit, again: () => open(current) }));
    tell("finished");
  }, FINISHED_AFTER);
}

// End the SCO: its own handlers run first, against the living API; what they store is collected and goes out in one message.
function close({ dismissed = false } = {}) {
  clearTimeout(finishing);
  if (!frame || !run) return;
  const ending = run;
  ending.line.holding = true;
  frame.remove();
  frame = null;
  ending.end();
  ending.line.holding = false;
  if (dismissed) {
    if (ending.records && ending.line.pending && !ending.line.closed) ending.line.sendLast();
  } else ending.line.send();
  delete window[ending.form.window];
}

// True once everything is with the server. Tries for a while; the line itself goes on trying after that.
async function saved(line) {
  const until = Date.now() + PATIENCE;
  while (line.pending && !line.closed && Date.now() < until) {
    if (!line.flying.size) await line.send();
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  return !line.pending;
}

async function change(entry) {
  if (run && frame) {
    const { line } = run;
    close();
    stage.replaceChildren(note(words.saving));
    if (!(await saved(line)) && !line.closed) {
      stage.replaceChildren(note(words.cannotSave, [words.retry, () => change(entry)]));
      return;
    }
  }
  await open(entry);
}

// Where the learner wants to go in a sequenced course: the part that plays ends with that request, or the engine is asked directly.
function ask(request, target) {
  if (frame && run?.running) {
    sequence.forced = [request, target];
    close();
  } else {
    close();
    sequence.ask(request, target);
  }
}

async function step(request, target) {
  busy(true);
  const { line } = run ?? {};
  ask(request, target);
  await settle(line, request);
}

// The engine has moved: what was stored must be there before the next part begins.
async function settle(line = run?.line, asked = "", said = "") {
  busy(true);
  const leaving = /^(?:exitAll|suspendAll|abandonAll)$/.test(sequence.left ?? "");
  close();
  stage.replaceChildren(note(words.saving));
  const keeping = sequence.save();
  if (line?.pending && !(await saved(line)) && !line.closed) {
    stage.replaceChildren(note(words.cannotSave, [words.retry, () => settle(line, asked, said)]));
    return;
  }
  await keeping;
  const next = contents.find(sequence.delivered);
  if (next) return void open(next);
  contents.allow(sequence);
  busy(false);
  if (leaving) return void exit();
  const { ended } = sequence.engine;
  const standing = ended ? standingOf(sequence.standing()) : "";
  const held = Boolean(asked) && !ended; // the learner wanted on, and the course does not let them
  const go = !held && sequence.may("continue") ? { label: words.goOn } : undefined;
  const again = !ended && sequence.mayChoose(current?.id) ? () => step("choice", current.id) : null;
  stage.replaceChildren(endScreen({ words, said, next: go, ended, held, standing, go: () => step("continue"), exit, again }));
  tell("finished");
}

function standingOf({ completion, success }) {
  return success === "passed" || success === "failed" ? success : completion === "completed" ? "completed" : "";
}

async function exit(how) {
  if (sequence?.engine.current) ask(how === "exitAll" || sequence.finished ? "exitAll" : "suspendAll");
  else close();
  if (sequence) sequence.save();
  await trial?.settled();
  stage.replaceChildren(note(words.leaving));
  if (!run || !run.records || run.line.closed || ((await saved(run.line)) && (await kept()))) return leave();
  stage.replaceChildren(leaveScreen({ words, retry: exit, leave }));
  tell("stuck");
  return undefined;
}

// True once the server knows where a sequenced course stands.
async function kept() {
  const until = Date.now() + PATIENCE;
  while (sequence?.unsaved && !sequence.closed && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 100));
  return !sequence?.unsaved || Boolean(sequence.closed);
}

function leave() {
  if (host) tell("exited");
  else location.assign(settings.exit);
}

window.addEventListener("message", (event) => {
  if (event.origin === settings.application && event.source === host && event.data?.type === "exit") exit();
});
window.addEventListener("pagehide", () => {
  if (run) run.line.leaving = true;
  if (sequence && frame) {
    if (run?.running) sequence.forced = ["suspendAll"];
    const playing = run?.running;
    close({ dismissed: true });
    if (!playing) sequence.ask("suspendAll");
    sequence.save({ last: true });
  } else close({ dismissed: true });
});
window.addEventListener("pageshow", (event) => event.persisted && location.reload());
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && run?.autosave());

await forgetOtherLearners(settings.storage);
if (settings.sequencing) await lead();
else {
  const first = contents.first(settings.start);
  if (first) open(first);
  else stage.replaceChildren(note(words.broken));
}

async function lead() {
  try {
    busy(true);
    sequence = await Sequence.open({ settings, told: show });
  } catch (error) {
    if (error.status === 403) show("expired");
    stage.replaceChildren(note(error.status === 403 ? words.expired : words.broken, [words.retry, () => location.reload()]));
    return;
  }
  trial?.lead(sequence, contents);
  sequence.begin();
  sequence.save();
  const first = contents.find(sequence.delivered);
  if (first) return void open(first);
  contents.allow(sequence);
  contents.toggle(true);
  busy(false);
  stage.replaceChildren(note(words.choose));
}
