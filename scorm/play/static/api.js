// The SCORM API of the package's own version, on a line to the server. Only this one is offered: content that finds both takes
// the wrong one.

import { Line } from "./line.js";

const AUTOSAVE = 10_000;
const LONGEST = 2 ** 31 - 1; // milliseconds that a timer can wait
const FORMS = {
  1.2: { file: "scorm12.min.js", name: "Scorm12API", window: "API", verbs: { start: "LMSInitialize", set: "LMSSetValue", end: "LMSFinish" }, failure: 101 },
  2004: { file: "scorm2004.min.js", name: "Scorm2004API", window: "API_1484_11", verbs: { start: "Initialize", set: "SetValue", end: "Terminate" }, failure: 391 },
};

export class Run {
  // One SCO being played. `heard` has `saved(state, answer)`, `initialized()` and `terminated()`; `sequence` is there in a sequenced course.
  static async open({ edition, mode, sco, token, heard, sequence, trial }) {
    const form = FORMS[edition];
    const [module, seed] = await Promise.all([import(`/static/core/vendor/scorm-again/${form.file}`), seedOf(sco, token, trial)]);
    return new Run(form, module[form.name], { mode, sco, token, heard, seed, sequence, trial });
  }

  constructor(form, Api, { mode, sco, token, heard, seed, sequence, trial }) {
    Object.assign(this, { form, mode, sco, heard, sequence, trial });
    this.records = mode === "normal";
    this.line = new Line({ sco, url: "/rt/commit", token, sequence: seed.sequence, told: (state, answer) => heard.saved(state, answer) });
    this.byPlayer = false;
    this.wish = ""; // where a 2004 SCO asked to go when it ends
    this.api = new Api({
      lmsCommitUrl: "/rt/commit",
      dataCommitFormat: "flattened",
      mastery_override: false, // decided by the server
      logLevel: "NONE",
      httpService: this.service(),
    });
    this.room = seed.room;
    this.limit = seed.limit;
    const elements = sequence ? sequence.elements(seed.elements) : seed.elements;
    this.load(elements);
    this.line.baseline(this.api.getFlattenedCMI());
    sequence?.attach(this);
    // Objectives that its activity gave it belong to what the SCO stores.
    if (sequence) for (const element of Object.keys(elements)) if (element.endsWith(".id") && !(element in seed.elements)) delete this.line.acknowledged[element];
    this.listen();
  }

  load(elements) {
    // What is there comes back whole, also where the limit was lowered since.
    let room = Infinity;
    makeRoom(this.api.cmi, () => room);
    // A plain object of this window: the library tells by constructor.
    this.api.loadFromFlattenedJSON(JSON.parse(JSON.stringify(elements)));
    room = this.room;
  }

  service() {
    return {
      updateSettings() {},
      processHttpRequest: (_url, elements, immediate) => {
        if (this.trial) this.trial.judge(this, elements, immediate ? (this.byPlayer ? "player" : "content") : "");
        if (!this.records) return { result: "true", errorCode: 0 };
        // Who suspends the course suspends the part that plays (SN TB.2.3), so that it finds its data again.
        if (immediate && this.sequence?.suspending) elements = { ...elements, "cmi.exit": "suspend" };
        clearTimeout(this.timer);
        this.timer = undefined;
        const kept = this.line.commit(elements, immediate ? (this.byPlayer ? "player" : "content") : "");
        return kept ? { result: "true", errorCode: 0 } : { result: "false", errorCode: this.form.failure };
      },
    };
  }

  listen() {
    const { start, set, end } = this.form.verbs;
    this.api.on(start, () => {
      if (this.records) {
        this.line.begin();
        this.line.send();
      }
      this.watch();
      this.heard.initialized();
    });
    this.api.on(set, (element, value) => {
      if (element === "adl.nav.request") this.wish = String(value);
      if (this.records) this.timer ??= setTimeout(() => this.autosave(), AUTOSAVE);
    });
    this.api.on(end, () => {
      if (!this.api.isTerminated()) return;
      clearTimeout(this.clock);
      this.heard.terminated();
    });
  }

  // The clock of a part that has a time limit runs from its first Initialize.
  watch() {
    this.started ??= Date.now();
    if (!this.limit) return;
    const wait = Math.max(this.limit.left * 1000 - (Date.now() - this.started), 0);
    clearTimeout(this.clock);
    if (wait <= LONGEST) this.clock = setTimeout(() => this.running && this.heard.overtime?.(this.limit), wait);
  }

  get running() {
    return this.api.isInitialized();
  }

  autosave() {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (!this.records || !this.running) return;
    this.line.note(this.api.getFlattenedCMI());
    if (this.line.pending) this.line.send();
  }

  // Let content that loads itself anew initialize again: what it stored is loaded back.
  again() {
    const kept = { ...this.line.latest };
    const resumed = this.form.window === "API" ? { "cmi.core.entry": "resume" } : { "cmi.entry": "resume" };
    for (const element of Object.keys(kept)) if (/\.(?:exit|session_time)$/.test(element)) delete kept[element];
    this.api.reset(undefined, { preserveListeners: true });
    this.load({ ...kept, ...resumed });
    this.line.note(this.api.getFlattenedCMI());
  }

  // The session ends because the player ends it, not because the SCO did.
  end() {
    if (!this.running) return;
    this.byPlayer = true;
    this.api[this.form.verbs.end]("");
  }
}

// How much suspend data is kept is the author's choice; the library knows one limit only. It still raises its own error, which the
// SCO is told as 405 (1.2) or 406 (2004): what it refuses by itself is longer than it ever takes.
function makeRoom(cmi, room) {
  const holder = cmi.core ?? cmi.content;
  const { set } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(holder), "suspend_data");
  Object.defineProperty(holder, "suspend_data", {
    configurable: true,
    get() {
      return this._suspend_data;
    },
    set(value) {
      const text = String(value);
      if (text.length > room()) set.call(this, " ".repeat(64_001));
      else this._suspend_data = text;
    },
  });
}

async function seedOf(sco, token, trial) {
  const headers = { Accept: "application/json", Authorization: `Bearer ${token}` };
  const response = await fetch(`/rt/state?sco=${encodeURIComponent(sco)}${trial ? "&trial=1" : ""}`, { headers, credentials: "omit", cache: "no-store" });
  if (!response.ok) throw Object.assign(new Error("state"), { status: response.status });
  return JSON.parse(await response.text());
}
