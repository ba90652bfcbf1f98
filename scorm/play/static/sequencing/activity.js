// An activity of the tree: what its author defined, and what is known of the learner's attempts (SCORM 2004 4th ed. SN 3 and 4.2).
//
// Completion and progress live with the objectives, for the 4th edition maps them to global objectives like satisfaction and measure; the
// primary objective's are the activity's own. A value that is not known is undefined, or null where content said that it does not know.

const CONTROLS = {
  choice: true, choiceExit: true, flow: false, forwardOnly: false, useCurrentAttemptObjectiveInfo: true, useCurrentAttemptProgressInfo: true,
  preventActivation: false, constrainChoice: false, rollupObjectiveSatisfied: true, rollupProgressCompletion: true, objectiveMeasureWeight: 1,
  selectionTiming: "never", randomizationTiming: "never", randomizeChildren: false, selectCount: null,
};
const DELIVERY = { tracked: true, completionSetByContent: false, objectiveSetByContent: false };
const CONSIDERATIONS = {
  requiredForSatisfied: "always", requiredForNotSatisfied: "always", requiredForCompleted: "always", requiredForIncomplete: "always",
  measureSatisfactionIfActive: true,
};
// The name of a value → the flag of a map that reads it; the one that writes it is called alike.
export const VALUES = {
  satisfied: "SatisfiedStatus", measure: "NormalizedMeasure", completed: "CompletionStatus", progress: "ProgressMeasure",
  raw: "RawScore", min: "MinScore", max: "MaxScore",
};

export class Activity {
  constructor(given, parent, shared) {
    this.id = given.id;
    this.title = given.title;
    this.parent = parent;
    this.shared = shared;
    this.visible = given.isVisible !== false;
    this.controls = { ...CONTROLS, ...given.sequencingControls };
    this.delivery = { ...DELIVERY, ...given.deliveryControls };
    this.considerations = { ...CONSIDERATIONS, ...given.rollupConsiderations };
    this.rules = { preConditionRules: [], exitConditionRules: [], postConditionRules: [], ...given.sequencingRules };
    this.rollup = given.rollupRules?.rules ?? [];
    this.threshold = { completedByMeasure: false, minProgressMeasure: 1, progressWeight: 1, ...given.completionThreshold };
    this.attemptLimit = given.attemptLimit ?? null;
    this.hidden = given.hideLmsUi ?? [];
    this.sharedData = given.sharedDataMaps ?? [];
    this.primary = new Objective(given.primaryObjective ?? { objectiveID: " " }, this, shared);
    this.objectives = [this.primary, ...(given.objectives ?? []).map((objective) => new Objective(objective, this, shared))];
    this.all = (given.children ?? []).map((child) => new Activity(child, this, shared));
    this.children = this.all; // those that are available, in their order (SR.1, SR.2)
    this.attempts = 0;
    this.active = false;
    this.suspended = false;
    this.select(true);
  }

  get leaf() {
    return !this.all.length;
  }

  get path() {
    return this.parent ? [...this.parent.path, this] : [this];
  }

  objective(id) {
    return id ? this.objectives.find((objective) => objective.id === id) : this.primary;
  }

  *walk() {
    yield this;
    for (const child of this.all) yield* child.walk();
  }

  // A new attempt begins (DB.2, 5.1.1.2): nothing is known of it. What is known of attempts on the children may be no longer meant.
  begin() {
    this.attempts += 1;
    for (const objective of this.objectives) objective.forget();
    for (const child of this.all) child.outdate(this.controls.useCurrentAttemptObjectiveInfo, this.controls.useCurrentAttemptProgressInfo);
  }

  outdate(objectives, progress) {
    for (const objective of this.objectives) {
      if (objectives) objective.outdated.add("satisfied").add("measure").add("raw").add("min").add("max");
      if (progress) objective.outdated.add("completed").add("progress");
    }
    for (const child of this.all) child.outdate(objectives, progress);
  }

  // Which children take part, and in which order (SR.1, SR.2): once, or anew for each attempt.
  select(first = false) {
    const { selectionTiming, selectCount, randomizationTiming, randomizeChildren } = this.controls;
    const now = (timing) => (first ? timing === "once" || timing === "onEachNewAttempt" : timing === "onEachNewAttempt");
    if (selectCount !== null && now(selectionTiming) && selectCount < this.all.length) {
      const chosen = new Set(shuffled(this.all).slice(0, selectCount));
      this.children = this.all.filter((child) => chosen.has(child));
    }
    if (randomizeChildren && now(randomizationTiming)) this.children = shuffled(this.children);
  }

  state() {
    return {
      attempts: this.attempts, active: this.active, suspended: this.suspended, children: this.children.map((child) => child.id),
      objectives: this.objectives.map((objective) => ({ own: { ...objective.own }, outdated: [...objective.outdated] })),
    };
  }

  restore(kept) {
    Object.assign(this, { attempts: kept.attempts, active: kept.active, suspended: kept.suspended });
    const children = kept.children.map((id) => this.all.find((child) => child.id === id)).filter(Boolean);
    if (children.length) this.children = children;
    this.objectives.forEach((objective, place) => {
      const { own, outdated } = kept.objectives[place] ?? { own: {}, outdated: [] };
      Object.assign(objective, { own: { ...own }, outdated: new Set(outdated) });
    });
  }
}

// A local objective and its maps to global ones (SN 3.10).
class Objective {
  constructor(given, activity, shared) {
    this.id = given.objectiveID.trim();
    this.activity = activity;
    this.shared = shared; // {globals: values by identifier, fresh: look only at what belongs to the parent's attempt}
    this.byMeasure = Boolean(given.satisfiedByMeasure);
    this.least = given.minNormalizedMeasure ?? 1;
    this.maps = given.mapInfo ?? [];
    this.own = {};
    this.outdated = new Set(); // values of an attempt that was before the parent's: roll-up, and a parent that is tried again, do not look at them
  }

  forget() {
    this.own = {};
    this.outdated = new Set();
  }

  // A value: from the global objective of the first map that reads it, where there is one, else of this attempt (SN 3.10.3).
  get(name) {
    if (name === "satisfied" && this.byMeasure) {
      const measure = this.get("measure");
      const early = this.activity.active && !this.activity.leaf && !this.activity.considerations.measureSatisfactionIfActive;
      return measure === undefined || early ? undefined : measure >= this.least;
    }
    if (name === "completed" && this === this.activity.primary && this.activity.threshold.completedByMeasure) {
      const progress = this.amount();
      return progress === undefined ? undefined : progress >= this.activity.threshold.minProgressMeasure;
    }
    if (this.map(name)) return this.read(name);
    return this.shared.fresh && this.outdated.has(name) ? undefined : (this.own[name] ?? undefined);
  }

  // How far the activity has come, for what that decides and for roll-up: a global objective that knows nothing takes nothing away.
  amount() {
    return this.read("progress") ?? (this.shared.fresh && this.outdated.has("progress") ? undefined : (this.own.progress ?? undefined));
  }

  map(name) {
    return this.maps.find((candidate) => candidate[`read${VALUES[name]}`]);
  }

  read(name) {
    return this.shared.globals[this.map(name)?.targetObjectiveID]?.[name];
  }

  set(name, value) {
    this.own[name] = value;
    this.outdated.delete(name);
  }

  // The values of this attempt go to the global objectives that the maps write; answers which of those.
  write() {
    const written = [];
    for (const name of Object.keys(VALUES)) {
      const derived = (name === "satisfied" && this.byMeasure) || name === "completed";
      const value = this.own[name] === null ? null : derived ? this.local(name) : this.own[name];
      if (value === undefined) continue;
      for (const map of this.maps.filter((one) => one[`write${VALUES[name]}`])) {
        const target = (this.shared.globals[map.targetObjectiveID] ??= {});
        if (value === null) delete target[name];
        else target[name] = value;
        written.push(map.targetObjectiveID);
      }
    }
    return written;
  }

  reads(targets) {
    return this.maps.some((map) => targets.has(map.targetObjectiveID) && Object.values(VALUES).some((name) => map[`read${name}`]));
  }

  // As ``get``, without what only the global objectives know.
  local(name) {
    const { maps } = this;
    this.maps = [];
    const value = this.get(name);
    this.maps = maps;
    return value;
  }
}

function shuffled(list) {
  const mixed = [...list];
  for (let last = mixed.length - 1; last > 0; last -= 1) {
    const other = Math.floor(Math.random() * (last + 1));
    [mixed[last], mixed[other]] = [mixed[other], mixed[last]];
  }
  return mixed;
}
