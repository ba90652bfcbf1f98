// A course: opens the session, shows the slides from the bookmark on, records answers, and saves early and often.
// <body data-version="1.2|2004" data-finish="pass|read" data-mark="0.8" data-objective="…" data-chapter> steers it.
import { Deck } from "./deck.js";
import { findApi } from "./find.js";
import { Question } from "./questions.js";
import { showOutcome } from "./outcome.js";
import { Scorm12 } from "./scorm12.js";
import { Scorm2004 } from "./scorm2004.js";
import { Session } from "./session.js";
import { words } from "./words.js";

const { version, finish, mark, objective, chapter } = document.body.dataset;
const slides = [...document.querySelectorAll(".slide")];
const api = findApi(version);
const hosted = api && (version === "2004" ? new Scorm2004(api) : new Scorm12(api));
const session = hosted && hosted.connected ? hosted : new Session();
const state = { seen: [], answers: {}, notes: {}, ...session.state };
const settled = () => ["passed", "completed"].includes(session.status);

const questions = [...document.querySelectorAll("form.question")].map((form) => new Question(form, answered));
const deck = new Deck({ slides, ending: chapter === undefined ? words.finish : words.chapter, onShow: shown, onEnd: close });

function shown(number) {
  if (!state.seen.includes(number)) state.seen.push(number);
  deck.mark(state.seen);
  for (const question of questions) if (slides[number - 1].contains(question.form)) question.shownAt = Date.now();
  const results = slides[number - 1].querySelector("[data-results]");
  if (results) showOutcome(results, { questions, answers: state.answers, status: session.status, mark: passMark(), onAgain: again });
  session.saveLocation(number);
  save();
}

function answered(question, { response, right, seconds }) {
  state.answers[question.id] = [response, right];
  session.record({ id: question.id, type: question.type, response, pattern: question.key, right, seconds, words: question.text });
  judge();
  save();
}

const passMark = () => session.passMark ?? Number(mark || 0);
const share = () => questions.filter((question) => state.answers[question.id]?.[1]).length / questions.length;

/** Once every question has an answer, say how it went. A pass is never taken back by a later try. */
function judge() {
  if (!questions.length || questions.some((question) => !state.answers[question.id]) || session.status === "passed") return;
  const scaled = share();
  session.saveScore(scaled);
  if (finish === "pass") session.saveStatus(scaled >= passMark() ? "passed" : "failed");
}

function progress() {
  return state.seen.length / slides.length;
}

/** Write where we are. Reading to the end completes a course that has no pass mark. */
function save() {
  session.saveState(state);
  session.saveProgress(progress());
  const unanswered = questions.some((question) => !state.answers[question.id]);
  if (finish === "read" && progress() >= 1 && !unanswered && !settled()) session.saveStatus("completed");
  if (session.status === "not attempted") session.saveStatus("incomplete");
  if (objective) {
    const judged = questions.length > 0 && !unanswered;
    session.saveObjective({
      id: objective, progress: progress(),
      success: judged ? share() >= passMark() : undefined, scaled: judged ? share() : undefined,
    });
  }
  return session.commit();
}

function again() {
  state.answers = {};
  questions.forEach((question) => question.clear());
  deck.show(slides.findIndex((slide) => slide.contains(questions[0].form)) + 1);
}

function close() {
  const saved = save() || !session.connected || session.mode === "review";
  const ended = session.end({ finished: settled(), next: chapter !== undefined });
  const bye = document.querySelector("[data-bye]");
  bye.querySelector("h2").textContent = words.bye;
  bye.querySelector("p").textContent = !saved || !ended ? words.byeUnsaved : chapter === undefined ? words.byeText : words.byeChapter;
  document.body.classList.add("closed");
  bye.hidden = false;
  bye.querySelector("h2").focus();
}

function restoreNotes() {
  for (const field of document.querySelectorAll("[data-note]")) {
    field.value = state.notes[field.dataset.note] ?? "";
    field.addEventListener("change", () => {
      state.notes[field.dataset.note] = field.value;
      const hint = field.parentElement.querySelector("[data-saved]");
      const kept = save();
      if (hint) hint.textContent = kept ? words.saved : words.notSaved;
    });
  }
}

function notice() {
  const text = !session.connected ? words.noHost : session.mode === "review" ? words.review : "";
  const line = document.querySelector("[data-notice]");
  line.textContent = text;
  line.hidden = !text;
}

notice();
restoreNotes();
for (const question of questions) {
  const kept = state.answers[question.id];
  if (kept) question.restore(...kept);
}
deck.show(Number(session.location) || 1, { focus: false });
document.body.dataset.ready = "";
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden" && !session.ended) save();
});
window.addEventListener("pagehide", () => {
  if (!session.ended) {
    save();
    session.end({ finished: settled() });
  }
});
