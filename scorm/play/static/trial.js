// A test of a package by its author: every call of the content, with what came of it, goes to the page around the player. Nothing counts.

const APIS = ["API", "API_1484_11"];
const PACE = 150; // between two messages to the page, in milliseconds
const GLANCE = 20; // between two looks for a new page in the frame
const MOST = 3_000; // lines of one test
const LONGEST = 600; // characters of one value

export class Trial {
  // `tell(type, detail)` reaches the page; `judged(part, standing)` hears how a part would stand with a learner.
  constructor({ settings, tell, judged }) {
    Object.assign(this, { settings, tell, judged });
    this.waiting = [];
    this.asking = new Set();
    this.said = 0;
    this.watched = new WeakSet();
    this.gone = new Set();
    const other = APIS.find((name) => name !== (settings.edition === "1.2" ? "API" : "API_1484_11"));
    Object.defineProperty(window, other, { configurable: true, get: () => void this.lookedFor(other) });
  }

  say(kind, detail) {
    if (this.said++ > MOST) return;
    this.waiting.push({ kind: this.said > MOST ? "more" : kind, at: Math.round(performance.now() - (this.begun ??= performance.now())), ...detail });
    this.timer ??= setTimeout(() => this.send(), PACE);
  }

  send() {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.waiting.length) this.tell("trace", { rows: this.waiting.splice(0) });
  }

  lookedFor(name) {
    if (this.missed) return;
    this.missed = true;
    this.say("looked", { name });
  }

  // A part opens: its API is wrapped, and its pages are listened to.
  follow(run, frame, entry) {
    this.say("opened", { title: cut(entry.title), tracked: entry.tracked });
    frame.addEventListener("load", () => setTimeout(() => this.lookForMissing(frame), 500));
    const watch = setInterval(() => (frame.isConnected ? this.listen(frame) : clearInterval(watch)), GLANCE);
    const { api } = run;
    const prefix = run.form.window === "API" ? "LMS" : "";
    const lastError = api[`${prefix}GetLastError`].bind(api);
    for (const verb of ["Initialize", run.form.verbs.end.replace("LMS", ""), "GetValue", "SetValue", "Commit", "GetLastError", "GetErrorString", "GetDiagnostic"]) {
      const name = prefix + verb;
      const inner = api[name].bind(api);
      api[name] = (...given) => {
        this.listen(frame);
        const row = { name, given: given.map((value) => cut(value)), length: String(given[1] ?? "").length, byPlayer: run.byPlayer };
        try {
          const answer = inner(...given);
          this.say("call", { ...row, answer: cut(answer), code: verb.startsWith("Get") && verb !== "GetValue" ? "0" : String(lastError()) });
          return answer;
        } catch (error) {
          this.say("call", { ...row, answer: "", code: "threw" });
          throw error;
        }
      };
    }
  }

  // What the sequencing does with each wish.
  lead(sequence, contents) {
    const ask = sequence.ask.bind(sequence);
    sequence.ask = (request, target) => {
      ask(request, target);
      const next = contents.find(sequence.delivered);
      this.say("step", { request: cut(target ? `${request} ${target}` : request), title: cut(next?.title ?? "") });
    };
  }

  // Everything that is on its way has arrived at the page.
  async settled() {
    await Promise.all(this.asking);
    this.send();
  }

  judge(...said) {
    const asking = this.ask(...said).finally(() => this.asking.delete(asking));
    this.asking.add(asking);
  }

  // What the server would make of what the content has set so far.
  async ask(run, elements, finish) {
    const sent = Object.fromEntries(Object.entries(elements).filter(([, value]) => ["string", "number"].includes(typeof value) && value !== ""));
    const count = Object.keys(sent).length;
    try {
      const headers = { "Content-Type": "application/json", Accept: "application/json", Authorization: `Bearer ${this.settings.token}` };
      const body = JSON.stringify({ sco: run.sco, finish, elements: sent });
      const response = await fetch("/rt/trial", { method: "POST", headers, body, credentials: "omit", keepalive: body.length < 50_000 });
      if (!response.ok) throw new Error(response.status);
      const { rejected, decided, sco } = await response.json();
      this.judged(run.sco, sco);
      this.say("verdict", { finish, count, rejected: short(rejected), decided: short(decided), standing: sco });
    } catch {
      this.say("verdict", { finish, count, failed: true });
    }
    this.send();
  }

  // Programs of the content that fail, and files that do not load, as far as a page may know.
  listen(frame) {
    const { contentWindow: page } = frame;
    try {
      if (this.watched.has(page.document) || page.location.href === "about:blank") return;
      this.watched.add(page.document);
      const heard = ({ message, filename, lineno, target }) => {
        if (message) this.say("pageError", { text: cut(`${message} (${this.name(filename)}:${lineno})`) });
        else if (target?.src || target?.href) this.lost(target.src || target.href);
      };
      page.addEventListener("error", heard, true);
    } catch {
      // a page of another origin says nothing
    }
  }

  lookForMissing(frame) {
    try {
      const loaded = frame.contentWindow.performance.getEntriesByType("resource");
      for (const { name, responseStatus } of loaded.slice(0, 500)) if (responseStatus >= 400) this.lost(name);
    } catch {
      // the same
    }
  }

  lost(address) {
    const file = cut(this.name(address));
    if (this.gone.has(file)) return;
    this.gone.add(file);
    this.say("missing", { file });
  }

  name(address) {
    return String(address).split(this.settings.files).pop();
  }
}

function cut(value) {
  const text = String(value ?? "");
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

function short(elements) {
  return Object.fromEntries(Object.entries(elements).slice(0, 50).map(([element, value]) => [cut(element), cut(value)]));
}
