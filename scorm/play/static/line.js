// The line between one SCO and the server. It knows what the server has acknowledged and sends only what differs from that.
//
// While the page lives a commit is a synchronous request, so that the SCO is told the truth. While the page is being dismissed the
// browser refuses those; then a fetch with `keepalive` carries the data out, at most 64 KiB in flight. Whatever was not acknowledged
// is part of the next message again, and the server drops what is older than the last it merged.

const ROOM = 60_000;
const RETRY = [2_000, 5_000, 10_000, 20_000];
const OURS = /(?:^|\.)(?:total_time|entry)$/;
const BULK = /\.(?:suspend_data|comments|comment|learner_response|student_response|pattern|description)$/;
const encoder = new TextEncoder();

export class Line {
  // `told(state, answer)` hears saved, saving, unsaved, expired, superseded and refused.
  constructor({ sco, url, token, sequence, told }) {
    Object.assign(this, { sco, url, token, told });
    this.last = sequence; // of the newest message
    this.session = 0; // the number that Initialize got
    this.latest = {}; // elements as the SCO sees them now
    this.acknowledged = {}; // the same, as the server has them
    this.since = {}; // the number of the message that acknowledged an element
    this.flying = new Map(); // messages on their way: number → {changes, size}
    this.finish = ""; // "content" or "player" from Finish until it is acknowledged
    this.holding = false; // collect only; `release` sends
    this.leaving = false; // the page is being dismissed
    this.closed = ""; // why nothing is sent any more
    this.failures = 0;
    this.heard = 0; // the number of the newest message that was answered
  }

  // What is there before Initialize is known to the server already.
  baseline(elements) {
    this.acknowledged = { ...this.acknowledged, ...texts(elements) };
    this.latest = { ...this.acknowledged };
  }

  begin() {
    this.session = this.number();
    this.finish = "";
    this.unannounced = true;
  }

  // A commit of the SCO: true when the server has it, or when nobody can know any more.
  commit(elements, finish = "") {
    this.note(elements, finish);
    if (this.holding) return true;
    if (this.closed) return false;
    return this.sendNow();
  }

  note(elements, finish = "") {
    this.latest = { ...this.latest, ...texts(elements) };
    this.finish = finish || this.finish;
  }

  get pending() {
    return Boolean(this.session) && (this.unannounced || Boolean(this.finish) || Object.keys(this.changes()).length > 0);
  }

  changes(without = {}) {
    const found = {};
    for (const [element, value] of Object.entries(this.latest)) {
      if (!OURS.test(element) && (this.acknowledged[element] ?? "") !== value && without[element] !== value) found[element] = value;
    }
    return found;
  }

  number() {
    this.last = Math.max(this.last + 1, Date.now());
    return this.last;
  }

  message(changes, finish = this.finish) {
    const sequence = this.number();
    const body = JSON.stringify({ sco: this.sco, sequence, session: this.session, finish, changes });
    return { sequence, changes, finish, body, size: encoder.encode(body).length };
  }

  // Synchronously; falls back to `keepalive` where the browser refuses because the page goes away.
  sendNow() {
    const message = this.message(this.changes());
    this.announce("saving");
    const request = new XMLHttpRequest();
    try {
      request.open("POST", this.url, false);
      for (const [name, value] of Object.entries(this.headers())) request.setRequestHeader(name, value);
      request.send(message.body);
    } catch (error) {
      const dismissed = this.leaving || /dismissal/i.test(String(error && error.message));
      if (dismissed) this.sendLast();
      else this.failed();
      return dismissed;
    }
    return this.answered(message, request.status, request.responseText);
  }

  // Asynchronously, while the page lives: autosave, retry, the way out. Resolves to true once the server has everything.
  async send() {
    if (this.closed || !this.session) return !this.pending;
    if (!this.pending) return true;
    const message = this.message(this.changes());
    this.announce("saving");
    return this.post(message, message.size < ROOM);
  }

  // The page is going away: status and score first, the bulk after them, as long as there is room in flight.
  sendLast() {
    let room = ROOM - sum([...this.flying.values()].map((m) => m.size));
    const whole = this.message(this.changes());
    if (whole.size <= room) return void this.post(whole, true);
    const flown = Object.assign({}, ...[...this.flying.values()].map((m) => m.changes));
    const small = {}, bulk = {};
    for (const [element, value] of Object.entries(this.changes(flown))) (BULK.test(element) ? bulk : small)[element] = value;
    const first = this.message(small);
    if (first.size > room) return undefined;
    this.post(first, true);
    room -= first.size;
    for (const [element, value] of Object.entries(bulk)) {
      const more = this.message({ [element]: value }, "");
      if (more.size > room) continue;
      this.post(more, true);
      room -= more.size;
    }
    return undefined;
  }

  async post(message, keepalive) {
    this.flying.set(message.sequence, message);
    try {
      const response = await fetch(this.url, { method: "POST", headers: this.headers(), body: message.body, keepalive, credentials: "omit" });
      return this.answered(message, response.status, await response.text());
    } catch {
      this.failed();
      return false;
    } finally {
      this.flying.delete(message.sequence);
    }
  }

  headers() {
    return { "Content-Type": "application/json", Accept: "application/json", Authorization: `Bearer ${this.token}` };
  }

  answered(message, status, text) {
    const answer = parsed(text);
    if (status !== 200 || !answer.ok) return this.refusedWith(status, answer);
    this.failures = 0;
    if (answer.state === "stale" && answer.sequence > this.last) {
      this.last = answer.sequence; // another page of this launch counted further: say it again
      return this.closed ? false : (this.retryIn(0), false);
    }
    if (answer.state !== "stale") {
      this.unannounced = false;
      if (message.finish === this.finish) this.finish = "";
      for (const [element, value] of Object.entries(message.changes)) {
        if ((this.since[element] ?? 0) > message.sequence) continue;
        this.acknowledged[element] = value;
        this.since[element] = message.sequence;
      }
      for (const [element, reason] of Object.entries(answer.rejected ?? {})) console.warn(`SCORM: ${element} was not stored: ${reason}`);
    }
    const current = answer.sequence >= this.heard; // an answer that was overtaken says how things stood before
    this.heard = Math.max(this.heard, answer.sequence);
    this.announce(this.pending && !this.flying.size ? "saving" : "saved", current ? answer : undefined);
    return true;
  }

  refusedWith(status, answer) {
    const code = answer.error?.code ?? "";
    if (status === 403) this.closed = "expired";
    else if (status === 409 && code === "superseded") this.closed = "superseded";
    else if (status >= 400 && status < 500 && status !== 429 && status !== 408) this.closed = "refused";
    if (this.closed) this.announce(this.closed, answer);
    else this.failed();
    return false;
  }

  failed() {
    this.announce("unsaved");
    this.retryIn(RETRY[Math.min(this.failures++, RETRY.length - 1)]);
  }

  retryIn(wait) {
    clearTimeout(this.timer);
    if (!this.leaving) this.timer = setTimeout(() => this.send(), wait);
  }

  announce(state, answer) {
    this.told(this.closed || state, answer);
  }
}

function texts(elements) {
  return Object.fromEntries(Object.entries(elements).filter(([, v]) => typeof v === "string" || typeof v === "number").map(([k, v]) => [k, String(v)]));
}

function parsed(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

function sum(numbers) {
  return numbers.reduce((total, n) => total + n, 0);
}
