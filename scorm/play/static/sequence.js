// A sequenced course in the player: the engine decides what may be opened and what comes next; this keeps its state on the server after
// every step, so that a course goes on where it was, whatever became of the page.

import { Engine } from "./sequencing/engine.js";
import { objectiveElements, refreshedElements, said, wished } from "./sequencing/runtime.js";

const RETRY = [1_000, 2_000, 5_000, 10_000];
const ROOM = 55_000;
const VALID = /^adl\.nav\.request_valid\.(\w+)(?:\.\{target=(.+)\})?$/;

export class Sequence {
  // `told(state, answer)` hears what the line hears: saved, unsaved, expired, superseded, refused.
  static async open({ settings, told }) {
    const sequence = new Sequence({ settings, told });
    if (sequence.records) await sequence.restore();
    return sequence;
  }

  constructor({ settings, told }) {
    const { tree, objectivesGlobal, sharedDataGlobal } = settings.sequencing;
    Object.assign(this, { told, token: settings.token, records: settings.mode === "normal", sharedDataGlobal });
    this.engine = new Engine(tree, { objectivesGlobal });
    const maps = [...this.engine.activities.values()].flatMap((activity) => activity.objectives.flatMap((objective) => objective.maps));
    this.targets = new Set(maps.map((map) => map.targetObjectiveID));
    this.delivered = undefined; // the id of the part to open next
    this.shared = {}; // data that parts share, by their targets
    this.sequence = 0;
    this.failures = 0;
    this.closed = "";
  }

  async restore() {
    const headers = { Accept: "application/json", Authorization: `Bearer ${this.token}` };
    const response = await fetch("/rt/sequencing", { headers, credentials: "omit", cache: "no-store" });
    if (!response.ok) throw Object.assign(new Error("sequencing"), { status: response.status });
    const kept = JSON.parse(await response.text());
    this.sequence = kept.sequence;
    if (kept.state) {
      this.shared = kept.state.shared;
      this.engine.restore(kept.state.engine);
    }
    if (!kept.goesOn || !(this.engine.suspended || this.engine.current?.active)) this.anew();
    if (this.engine.objectivesGlobal) Object.assign(this.engine.shared.globals, kept.globals);
  }

  // A new attempt on the course: what is known of its parts stays, as it may be what its rules ask for (SN 4.2.1).
  anew() {
    this.engine.end();
    this.engine.suspended = null;
    for (const activity of this.engine.activities.values()) activity.suspended = false;
    if (!this.engine.objectivesGlobal) this.engine.forget();
    if (!this.sharedDataGlobal) this.shared = {};
  }

  // Begin, or go on where the learner was.
  begin() {
    if (this.engine.current?.active) this.ask("suspendAll"); // the page ended without a word
    this.engine.current = null;
    if (this.engine.suspended) this.ask("resumeAll");
    else this.ask("start");
    const leaves = [...this.engine.activities.values()].filter((activity) => activity.leaf);
    if (!this.delivered && leaves.length === 1) this.ask("choice", leaves[0].id);
  }

  // Carry out a wish; `delivered` tells what is to be opened then.
  ask(request, target) {
    this.delivered = this.engine.navigate(request, target);
  }

  // -- a part that plays ------------------------------------------------------------------------------------------------------------------

  // What a part finds besides what it stored: its objectives as its activity knows them.
  elements(stored) {
    const began = Object.keys(stored).some((element) => /^cmi\.objectives\.\d+\.id$/.test(element));
    return began ? { ...stored, ...refreshedElements(this.engine.current, stored) } : { ...stored, ...objectiveElements(this.engine.current) };
  }

  // Let the API of a part know what the engine knows, and hear what the part says.
  attach(run) {
    const { api } = run;
    this.run = run;
    this.spoken = new Set();
    this.forced = null;
    api.adl.configureSharedDataMaps(this.engine.current.sharedData);
    api.restoreSharedDataSnapshot(this.shared);
    const { GetValue, SetValue, Terminate } = { GetValue: api.GetValue.bind(api), SetValue: api.SetValue.bind(api), Terminate: api.Terminate.bind(api) };
    api.GetValue = (element) => {
      const [asked, request, target] = VALID.exec(element) ?? [];
      if (!asked || !api.isInitialized()) return GetValue(element);
      api.lastErrorCode = "0";
      return String(this.would((engine) => engine.may(request, target)));
    };
    api.SetValue = (element, value) => {
      const answer = SetValue(element, value);
      if (answer === "true") this.spoken.add(element);
      return answer;
    };
    api.Terminate = (argument) => {
      const wish = this.wish;
      const told = this.said(wish[0] === "suspendAll" ? "suspend" : this.exit); // before the library rounds it off
      const answer = Terminate(argument);
      if (answer === "true") this.finish(wish, told);
      return answer;
    };
  }

  // Where the part that plays wants to go, unless the learner has said: [request, target].
  get wish() {
    return this.forced ?? wished(this.run.api.adl.nav.request, this.exit);
  }

  get exit() {
    return this.run.api.cmi.getExitValueInternal() || "";
  }

  get suspending() {
    return this.wish[0] === "suspendAll";
  }

  // What the part said, as of now.
  said(exit) {
    return said(this.run.api.getFlattenedCMI(), exit, this.spoken);
  }

  finish([request, target], told) {
    this.shared = this.run.api.captureSharedDataSnapshot();
    this.left = request; // what ended it
    if (!request.startsWith("abandon")) this.engine.take(...told);
    this.delivered = undefined;
    if (request) this.ask(request, target);
  }

  // -- what the learner may do --------------------------------------------------------------------------------------------------------------

  // What the engine answers with everything that the part that plays has said so far.
  would(ask) {
    const kept = this.engine.state();
    if (this.run?.running) this.engine.take(...this.said(""));
    const answer = ask(this.engine);
    this.engine.restore(kept);
    return answer;
  }

  may(request) {
    return !this.engine.current?.hidden.includes(request) && this.would((engine) => engine.may(request));
  }

  hides(id) {
    return this.engine.hiddenFromChoice(id);
  }

  mayChoose(id) {
    return this.choices([id]).has(id);
  }

  // Those of many that may be chosen, asked at once: the engine's state is put aside a single time.
  choices(ids) {
    return this.would((engine) => new Set([...ids].filter((id) => engine.may("choice", id))));
  }

  get finished() {
    const { primary } = this.engine.root;
    return primary.get("completed") === true || primary.get("satisfied") !== undefined;
  }

  standing() {
    const { primary } = this.engine.root;
    const leaves = [...this.engine.activities.values()].filter((activity) => activity.leaf && activity.delivery.tracked);
    const done = leaves.filter((leaf) => leaf.primary.get("completed")).length / (leaves.length || 1);
    const satisfied = primary.get("satisfied");
    return {
      completion: primary.get("completed") ? "completed" : "incomplete",
      success: satisfied === undefined ? "unknown" : satisfied ? "passed" : "failed",
      score: bounded(primary.get("measure"), -1),
      progress: bounded(primary.get("progress") ?? done, 0),
    };
  }

  // -- the server -----------------------------------------------------------------------------------------------------------------------------

  // To the server; resolves to true once it is there. `last`: the page is going away, one try is all there is.
  async save({ last = false } = {}) {
    if (!this.records || this.closed) return !this.closed;
    clearTimeout(this.timer);
    this.sequence = Math.max(this.sequence + 1, Date.now());
    const { engine, shared, sequence } = this;
    const state = { engine: { ...engine.state(), globals: engine.objectivesGlobal ? {} : engine.shared.globals }, shared };
    const own = ([id]) => this.targets.has(id); // the others belong to other courses
    const globals = engine.objectivesGlobal ? Object.fromEntries(Object.entries(engine.shared.globals).filter(own)) : {};
    const body = JSON.stringify({ sequence, state, globals, ...this.standing() });
    this.unsaved = true;
    try {
      const headers = { "Content-Type": "application/json", Accept: "application/json", Authorization: `Bearer ${this.token}` };
      const response = await fetch("/rt/sequencing", { method: "POST", headers, body, credentials: "omit", keepalive: last || body.length < ROOM });
      const answer = await response.json();
      if (response.ok) {
        this.failures = 0;
        this.unsaved = this.sequence !== sequence;
        this.told("saved", { course: answer.course });
        return true;
      }
      if (response.status < 500 && ![408, 429].includes(response.status)) {
        this.closed = response.status === 403 ? "expired" : response.status === 409 ? "superseded" : "refused";
        this.told(this.closed, answer);
        return false;
      }
    } catch {
      // tried again below
    }
    if (last) return false;
    this.told("unsaved");
    this.timer = setTimeout(() => this.save(), RETRY[Math.min(this.failures++, RETRY.length - 1)]);
    return false;
  }
}

function bounded(value, low) {
  return typeof value === "number" && Number.isFinite(value) ? Math.min(Math.max(value, low), 1) : null;
}
