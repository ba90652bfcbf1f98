// One sitting in front of a course, in words that do not depend on the edition of SCORM.
// `Session` talks to nobody (a page opened from a folder); Scorm12 and Scorm2004 talk to a host.

export class Session {
  connected = false;
  mode = "normal"; // normal | browse | review: in the last two nothing is written
  status = "not attempted"; // not attempted | incomplete | completed | passed | failed
  learner = "";
  location = "";
  state = {};
  passMark = null; // 0..1, or null when the host names none
  startedAt = Date.now();
  ended = false;

  /** Seconds since the page was opened. */
  get seconds() {
    return Math.max(0, Math.round((Date.now() - this.startedAt) / 1000));
  }

  saveLocation() {}
  saveState() {}
  saveProgress() {}
  saveScore() {}
  saveStatus(status) {
    this.status = status;
  }
  saveObjective() {}
  record() {}
  commit() {
    return false;
  }
  end() {
    this.ended = true;
    return true;
  }
}

/** What both editions share: calling the host, reading the saved state, ending exactly once. */
export class HostedSession extends Session {
  constructor(api, calls, names) {
    super();
    this.api = api;
    this.calls = calls;
    this.names = names;
    this.connected = String(api[calls.initialize]("")) === "true";
    if (!this.connected) return;
    this.learner = this.get(names.learner);
    this.mode = this.get(names.mode) || "normal";
    this.location = this.get(names.location);
    this.state = readState(this.get(names.state));
  }

  get writable() {
    return this.connected && !this.ended && this.mode !== "review";
  }

  get(name) {
    return String(this.api[this.calls.get](name) ?? "");
  }

  set(name, value) {
    return this.writable && String(this.api[this.calls.set](name, String(value))) === "true";
  }

  saveLocation(location) {
    this.location = String(location);
    this.set(this.names.location, location);
  }

  saveState(state) {
    this.state = state;
    this.set(this.names.state, JSON.stringify(state));
  }

  commit() {
    return this.writable && String(this.api[this.calls.commit]("")) === "true";
  }

  /** Say goodbye once: how long, whether to come back to this point, then finish. */
  end({ finished = false, next = false } = {}) {
    if (!this.connected || this.ended) return true;
    this.sayGoodbye(finished, next);
    const answer = String(this.api[this.calls.finish]("")) === "true";
    this.ended = true;
    return answer;
  }
}

function readState(text) {
  try {
    const state = JSON.parse(text);
    return state && typeof state === "object" ? state : {};
  } catch {
    return {}; // empty, or written by an older version of the course
  }
}
