// The table of contents, its marks, and the buttons to the next and the previous part.

import { holds, manner, missing, statusOf } from "./prerequisites.js";

const DONE = { completed: "✓", passed: "✓", failed: "✗", started: "◐" };

export class Contents {
  // `led`: the engine of a sequenced course says what may be opened; then a chapter can be chosen too.
  constructor({ entries, words, open, move, end, led }) {
    Object.assign(this, { entries, words, open, move, end, led });
    this.parts = entries.filter((entry) => entry.launch);
    this.known = new Map(this.parts.map((entry) => [entry.id, entry]));
    this.drawer = document.getElementById("toc");
    this.button = document.getElementById("toc-button");
    this.lines = new Map();
    if (this.parts.length < 2 && !led) return;
    this.draw();
    for (const id of ["toc-button", "steps"]) document.getElementById(id).hidden = false;
    document.getElementById("bar").classList.add("several");
    this.button.addEventListener("click", () => this.toggle());
    document.getElementById("previous").addEventListener("click", () => this.step(-1));
    document.getElementById("next").addEventListener("click", () => this.step(1));
    document.addEventListener("keydown", (event) => event.key === "[" && !/^(?:INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) && this.toggle());
  }

  draw() {
    const list = document.createElement("ol");
    list.className = "toc";
    for (const entry of this.entries.filter((e) => e.visible)) list.append(this.line(entry));
    this.drawer.replaceChildren(list);
    if (this.led) this.drawer.append(this.ending());
    this.entries.forEach((entry) => this.mark(entry.id, entry));
    this.entries.forEach((entry) => this.guard(entry));
  }

  line(entry) {
    const item = document.createElement("li");
    item.dataset.depth = Math.min(entry.depth, 5);
    const line = document.createElement(entry.launch || this.led ? "button" : "span");
    line.dataset.activity = entry.id;
    const mark = document.createElement("span");
    mark.className = "toc-mark";
    const title = document.createElement("span");
    title.className = "toc-title";
    title.textContent = entry.title;
    line.append(mark, title);
    if (!entry.launch) line.className = "toc-chapter";
    if (line.tagName === "BUTTON") {
      line.type = "button";
      line.addEventListener("click", () => {
        if (!this.mayOpen(entry)) return;
        this.toggle(window.innerWidth >= 768 && !this.drawer.hidden);
        this.open(entry);
      });
    }
    item.append(line);
    this.lines.set(entry.id, line);
    return item;
  }

  // A sequenced course can be ended for good, to be begun anew: leaving it only interrupts it.
  ending() {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "player-button toc-end";
    button.dataset.end = "";
    button.textContent = this.words.endAttempt;
    button.addEventListener("click", () => this.end());
    return button;
  }

  toggle(shown = this.drawer.hidden) {
    this.drawer.hidden = !shown;
    this.button.setAttribute("aria-expanded", String(shown));
  }

  mark(id, { completion, success }) {
    const entry = this.entries.find((e) => e.id === id);
    if (entry) Object.assign(entry, { completion, success });
    if (this.chosen >= 0 && !this.led) this.guards();
    const line = this.lines.get(id);
    if (!line || !entry?.launch) return;
    const state = stateOf({ completion, success });
    const mark = line.querySelector(".toc-mark");
    mark.textContent = DONE[state] ?? "○";
    mark.dataset.state = state;
    const word = { completed: this.words.statusCompleted, passed: this.words.statusPassed, failed: this.words.statusFailed, started: this.words.statusStarted }[state];
    mark.setAttribute("aria-label", word ?? "");
    mark.setAttribute("role", word ? "img" : "presentation");
  }

  choose(id) {
    this.chosen = this.parts.findIndex((entry) => entry.id === id);
    for (const [key, line] of this.lines) key === id ? line.setAttribute("aria-current", "true") : line.removeAttribute("aria-current");
    this.guards();
  }

  // A part that others come before can be opened when those are done; what was begun once stays open.
  mayOpen({ needs, completion, success }) {
    return !needs || Boolean(stateOf({ completion, success })) || holds(needs, (id) => this.status(id));
  }

  status(id) {
    return statusOf(this.find(id) ?? {});
  }

  guards() {
    this.entries.forEach((entry) => this.guard(entry));
    document.getElementById("previous").disabled = !this.after(this.parts[this.chosen]?.id, -1);
    document.getElementById("next").disabled = !this.after(this.parts[this.chosen]?.id);
  }

  // The line stays in reach of the keyboard: it says what comes first.
  guard(entry) {
    const line = this.lines.get(entry.id);
    if (!line || !entry.needs) return;
    const open = this.mayOpen(entry);
    const first = line.querySelector(".toc-first") ?? line.querySelector(".toc-title").appendChild(document.createElement("span"));
    first.className = "toc-first";
    first.textContent = open ? "" : this.comesFirst(entry.needs);
    open ? line.removeAttribute("aria-disabled") : line.setAttribute("aria-disabled", "true");
  }

  comesFirst(needs) {
    const status = (id) => this.status(id);
    const titles = missing(needs, status).map((id) => this.find(id)?.title ?? id);
    const phrase = { all: this.words.comesAfter, some: this.words.comesAfterSome, not: this.words.closedAfter }[manner(needs, status)];
    return phrase.replace("{titles}", titles.slice(0, 5).join(", ") + (titles.length > 5 ? " …" : ""));
  }

  step(by) {
    if (this.led) return void this.move(by);
    const entry = this.after(this.parts[this.chosen]?.id, by);
    if (entry) this.open(entry);
  }

  find(id) {
    return this.known.get(id);
  }

  // What the engine of a sequenced course permits now; without one everything is.
  allow(sequence) {
    if (!sequence) return;
    const choices = sequence.choices(this.lines.keys());
    for (const [id, line] of this.lines) {
      line.parentElement.hidden = sequence.hides(id);
      if (line.tagName === "BUTTON") line.disabled = !choices.has(id);
    }
    document.getElementById("previous").disabled = !sequence.may("previous");
    document.getElementById("next").disabled = !sequence.may("continue");
  }

  // The next part, or the previous one, that may be opened.
  after(id, by = 1) {
    let place = this.parts.findIndex((entry) => entry.id === id) + by;
    while (this.parts[place] && !this.mayOpen(this.parts[place])) place += by;
    return this.parts[place];
  }

  // Where adl.nav.request leads from a part: another part, "exit" to leave the course, nothing to stay (SCORM 2004 4th ed., SN 5.6.4).
  wished(wish, from) {
    const target = /^\{target=(.+)\}(?:choice|jump)$/.exec(wish)?.[1];
    if (target) return this.parts.find((entry) => entry.id === target && this.mayOpen(entry));
    if (wish === "continue") return this.after(from);
    if (wish === "previous") return this.after(from, -1);
    return ["exitAll", "suspendAll", "abandonAll"].includes(wish) ? "exit" : undefined;
  }

  // Where to begin: where the learner was last, else the first part that is not done.
  first(last) {
    const there = this.parts.find((entry) => entry.id === last);
    if (there && stateOf(there) !== "completed" && stateOf(there) !== "passed") return there;
    const open = this.parts.filter((entry) => this.mayOpen(entry));
    return open.find((entry) => !["completed", "passed", "failed"].includes(stateOf(entry))) ?? there ?? open[0] ?? this.parts[0];
  }

  // completed, passed or failed when every part is done, else nothing.
  standing() {
    const states = this.parts.map(stateOf);
    if (!states.every((state) => ["completed", "passed", "failed"].includes(state))) return "";
    return states.includes("failed") ? "failed" : states.includes("passed") ? "passed" : "completed";
  }
}

function stateOf({ completion, success }) {
  if (success === "passed" || success === "failed") return success;
  if (completion === "completed") return "completed";
  return completion === "incomplete" ? "started" : "";
}
