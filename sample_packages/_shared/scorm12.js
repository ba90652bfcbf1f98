// SCORM 1.2: element names, the one lesson_status, and how answers are spelled.
import { HostedSession } from "./session.js";

const CALLS = {
  initialize: "LMSInitialize", get: "LMSGetValue", set: "LMSSetValue", commit: "LMSCommit", finish: "LMSFinish",
};
const NAMES = {
  learner: "cmi.core.student_name", mode: "cmi.core.lesson_mode",
  location: "cmi.core.lesson_location", state: "cmi.suspend_data",
};

export class Scorm12 extends HostedSession {
  constructor(api) {
    super(api, CALLS, NAMES);
    if (!this.connected) return;
    this.status = this.get("cmi.core.lesson_status") || "not attempted";
    const mastery = parseFloat(this.get("cmi.student_data.mastery_score"));
    this.passMark = Number.isFinite(mastery) ? mastery / 100 : null;
  }

  saveStatus(status) {
    this.status = status;
    this.set("cmi.core.lesson_status", status);
  }

  saveScore(scaled) {
    this.set("cmi.core.score.min", 0);
    this.set("cmi.core.score.max", 100);
    this.set("cmi.core.score.raw", Math.round(scaled * 100));
  }

  record({ id, type, response, pattern, right, seconds }) {
    const at = `cmi.interactions.${Number(this.get("cmi.interactions._count")) || 0}`;
    this.set(`${at}.id`, id);
    this.set(`${at}.type`, type);
    this.set(`${at}.time`, clock(new Date()));
    this.set(`${at}.correct_responses.0.pattern`, spell(type, pattern));
    this.set(`${at}.weighting`, 1);
    this.set(`${at}.student_response`, spell(type, response));
    this.set(`${at}.result`, right ? "correct" : "wrong");
    this.set(`${at}.latency`, span(seconds));
  }

  sayGoodbye(finished) {
    this.set("cmi.core.session_time", span(this.seconds));
    this.set("cmi.core.exit", finished ? "" : "suspend");
  }
}

/** A response in the spelling of CMIFeedback: commas between, a dot inside a pair, one letter for true or false. */
function spell(type, value) {
  if (type === "true-false") return value ? "t" : "f";
  if (type === "matching") return value.map((pair) => pair.join(".")).join(",");
  if (type === "numeric") return String(Array.isArray(value) ? value[0] : value);
  return Array.isArray(value) ? value.join(",") : String(value).slice(0, 255);
}

const two = (number) => String(number).padStart(2, "0");

function clock(date) {
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":");
}

function span(seconds) {
  const whole = Math.floor(seconds);
  return [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60].map(two).join(":");
}
