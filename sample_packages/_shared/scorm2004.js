// SCORM 2004: completion and success apart, a measure of progress, objectives, and the longer spellings of answers.
import { HostedSession } from "./session.js";

const CALLS = { initialize: "Initialize", get: "GetValue", set: "SetValue", commit: "Commit", finish: "Terminate" };
const NAMES = { learner: "cmi.learner_name", mode: "cmi.mode", location: "cmi.location", state: "cmi.suspend_data" };

export class Scorm2004 extends HostedSession {
  constructor(api) {
    super(api, CALLS, NAMES);
    if (!this.connected) return;
    const success = this.get("cmi.success_status");
    const completion = this.get("cmi.completion_status");
    this.status = ["passed", "failed"].includes(success) ? success : completion === "unknown" ? "not attempted" : completion;
    const mark = parseFloat(this.get("cmi.scaled_passing_score"));
    this.passMark = Number.isFinite(mark) ? mark : null;
  }

  saveStatus(status) {
    this.status = status;
    const success = status === "passed" || status === "failed";
    this.set("cmi.completion_status", success ? "completed" : status);
    if (success) this.set("cmi.success_status", status);
  }

  saveProgress(fraction) {
    this.set("cmi.progress_measure", decimal(fraction));
  }

  saveScore(scaled) {
    this.set("cmi.score.min", 0);
    this.set("cmi.score.max", 100);
    this.set("cmi.score.raw", Math.round(scaled * 100));
    this.set("cmi.score.scaled", decimal(scaled));
  }

  /** The objective is made on first use; its number in the host's list is found again by its id. */
  saveObjective({ id, progress, success, scaled }) {
    const count = Number(this.get("cmi.objectives._count")) || 0;
    let index = 0;
    while (index < count && this.get(`cmi.objectives.${index}.id`) !== id) index += 1;
    const at = `cmi.objectives.${index}`;
    if (index === count) this.set(`${at}.id`, id);
    this.set(`${at}.progress_measure`, decimal(progress));
    this.set(`${at}.completion_status`, progress >= 1 ? "completed" : "incomplete");
    if (scaled !== undefined) this.set(`${at}.score.scaled`, decimal(scaled));
    if (success !== undefined) this.set(`${at}.success_status`, success ? "passed" : "failed");
  }

  record({ id, type, response, pattern, right, seconds, words }) {
    const at = `cmi.interactions.${Number(this.get("cmi.interactions._count")) || 0}`;
    this.set(`${at}.id`, id);
    this.set(`${at}.type`, type);
    this.set(`${at}.timestamp`, new Date().toISOString().replace(/\.\d+Z$/, ".00Z"));
    this.set(`${at}.correct_responses.0.pattern`, spellPattern(type, pattern));
    this.set(`${at}.weighting`, 1);
    this.set(`${at}.learner_response`, spell(type, response));
    this.set(`${at}.result`, right ? "correct" : "incorrect");
    this.set(`${at}.latency`, `PT${Math.floor(seconds)}S`);
    this.set(`${at}.description`, words.slice(0, 250));
  }

  sayGoodbye(finished, next) {
    this.set("cmi.session_time", `PT${this.seconds}S`);
    this.set("cmi.exit", finished ? "normal" : "suspend");
    if (next) this.set("adl.nav.request", "continue");
  }
}

const decimal = (number) => String(Math.round(number * 10000) / 10000);

/** Parts are parted by [,] and pairs by [.]; the rest is plain text. */
function spell(type, value) {
  if (type === "true-false") return value ? "true" : "false";
  if (type === "matching") return value.map((pair) => pair.join("[.]")).join("[,]");
  return Array.isArray(value) ? value.join("[,]") : String(value);
}

function spellPattern(type, value) {
  if (type === "numeric") return `${value[0]}[:]${value[1]}`;
  if (type === "fill-in") return `{case_matters=false}${value}`;
  return spell(type, value);
}
