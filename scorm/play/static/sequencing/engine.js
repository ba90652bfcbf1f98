// The overall sequencing process (SCORM 2004 4th ed. SN OP.1): a wish is checked (NB.2.1), what plays ends (TB.2), the next activity is
// found (SB.2) and begins (DB.2). The engine knows nothing of pages or servers; `state()` is all there is to keep.

import { Activity, VALUES } from "./activity.js";
import { rollUp } from "./rollup.js";
import { action, before } from "./rules.js";
import { ancestor, BACKWARD, closed, flow, FORWARD, mayChoose } from "./traversal.js";

const AFTER = ["exitParent", "exitAll", "retry", "retryAll", "continue", "previous"];

export class Engine {
  // `objectivesGlobal`: global objectives outlive an attempt on the course (CAM 3.4.1.8).
  constructor(tree, { objectivesGlobal = true } = {}) {
    this.objectivesGlobal = objectivesGlobal;
    this.shared = { globals: {}, fresh: false };
    this.root = new Activity(tree, null, this.shared);
    this.activities = new Map([...this.root.walk()].map((activity) => [activity.id, activity]));
    this.current = null;
    this.suspended = null;
    this.ended = false;
  }

  // Carry out a wish: start, resumeAll, continue, previous, choice, jump, exit, exitAll, suspendAll, abandon, abandonAll. Answers the
  // identifier of the part that begins, or nothing.
  navigate(request, targetId) {
    const target = this.activities.get(targetId);
    const step = this.checked(request, target);
    if (!step) return undefined;
    let [termination, sequencing] = step;
    if (termination) sequencing = this.terminate(termination, sequencing);
    const found = this.sequence(sequencing, target);
    const leaf = found?.deliver;
    if (leaf && leaf.path.every((activity) => !closed(activity))) {
      this.deliver(leaf);
      return leaf.id;
    }
    if (found?.end) this.end();
    return undefined;
  }

  // NB.2.1 → [termination request, sequencing request] or nothing.
  checked(request, target) {
    const { current } = this;
    const ending = current?.active ? "exit" : "";
    switch (request) {
      case "start":
        return current ? null : ["", "start"];
      case "resumeAll":
        return current || !this.suspended ? null : ["", "resumeAll"];
      case "continue":
        return current?.parent?.controls.flow ? [ending, "continue"] : null;
      case "previous":
        return current?.parent?.controls.flow && !current.parent.controls.forwardOnly ? [ending, "previous"] : null;
      case "choice":
        return target && this.leavable(target) ? [ending, "choice"] : null;
      case "jump":
        return target && target.path.slice(1).every((activity) => activity.parent.children.includes(activity)) ? [ending, "jump"] : null;
      case "exit":
        return ending ? ["exit", "exit"] : null;
      case "abandon":
        return ending ? ["abandon", "exit"] : null;
      case "exitAll":
      case "abandonAll":
      case "suspendAll":
        return current ? [request, "exit"] : null;
      default:
        return null;
    }
  }

  // NB.2.1 steps 11.3 and 11.4: a choice may not lead out of an active activity that forbids it.
  leavable(target) {
    const { current } = this;
    if (target.parent && !target.parent.controls.choice) return false;
    if (!current) return true;
    const common = ancestor(current, target);
    const left = current === target || current.parent === target.parent ? [] : current.path.slice(current.path.indexOf(common) + 1);
    if (left.some((activity) => activity.active && !activity.controls.choiceExit)) return false;
    return !(current.active && !current.controls.choiceExit);
  }

  // TB.2.3; answers the sequencing request that is then to be carried out.
  terminate(request, sequencing) {
    if (request === "exit") return this.exit(sequencing);
    if (request === "exitAll") return this.exitAll("exit");
    if (request === "abandon") {
      this.current.active = false;
      return "exit";
    }
    if (request === "suspendAll") {
      const { current } = this;
      if (current.active || current.suspended) rollUp(current, this.root);
      this.suspended = current.active || current.suspended || !current.parent ? current : current.parent;
      for (const activity of this.suspended.path) Object.assign(activity, { active: false, suspended: true });
    } else for (const activity of this.current.path) activity.active = false; // abandonAll
    this.current = this.root;
    return "exit";
  }

  exit(sequencing) {
    this.endAttempt(this.current);
    this.exitRules();
    for (;;) {
      const asked = this.current.suspended ? undefined : action(this.current, this.current.rules.postConditionRules, AFTER);
      if (asked === "exitAll" || asked === "retryAll") return this.exitAll(asked === "retryAll" ? "retry" : "exit");
      if (asked === "exitParent") {
        if (!this.current.parent) return sequencing;
        this.current = this.current.parent;
        this.endAttempt(this.current);
        continue;
      }
      if (asked) return asked;
      return this.current === this.root ? "exit" : sequencing;
    }
  }

  exitAll(sequencing) {
    if (this.current.active) this.endAttempt(this.current);
    this.endDescendants(this.root);
    this.endAttempt(this.root);
    this.current = this.root;
    if (sequencing === "retry") return "retry";
    const asked = action(this.root, this.root.rules.postConditionRules, AFTER);
    return asked === "retry" || asked === "retryAll" ? "retry" : "exit";
  }

  // TB.2.1: the topmost parent whose exit rule is true ends with all below it.
  exitRules() {
    const leaving = this.current.path.slice(0, -1).find((activity) => action(activity, activity.rules.exitConditionRules, ["exit"]));
    if (!leaving) return;
    this.endDescendants(leaving);
    this.endAttempt(leaving);
    this.current = leaving;
  }

  // UP.4
  endAttempt(activity) {
    if (activity.leaf) {
      if (activity.delivery.tracked && !activity.suspended) {
        const { primary } = activity;
        if (!activity.delivery.completionSetByContent && primary.own.completed === undefined) primary.set("completed", true);
        if (!activity.delivery.objectiveSetByContent && primary.own.satisfied === undefined) primary.set("satisfied", true);
      }
    } else {
      activity.suspended = activity.children.some((child) => child.suspended);
      if (activity.active && !activity.suspended) activity.ending = true;
    }
    activity.active = false;
    rollUp(activity, this.root);
    if (activity.ending) {
      delete activity.ending;
      activity.select();
    }
  }

  // UP.3: what lies between the current activity and one above it ends.
  endDescendants(above) {
    if (!this.current) return;
    const common = ancestor(this.current, above);
    const between = this.current.path.slice(this.current.path.indexOf(common) + 1, -1).reverse();
    for (const activity of between) this.endAttempt(activity);
  }

  // SB.2.12 → {deliver} or {end} or nothing.
  sequence(request, target) {
    const { current } = this;
    switch (request) {
      case "start":
        return this.root.leaf ? { deliver: this.root } : flow(this.root, FORWARD, true);
      case "resumeAll":
        return { deliver: this.suspended };
      case "continue":
        return current.parent && !current.parent.controls.flow ? {} : this.flowed(flow(current, FORWARD, false));
      case "previous":
        return current.parent && !current.parent.controls.flow ? {} : flow(current, BACKWARD, false);
      case "choice":
        return this.choose(target);
      case "jump":
        return { deliver: target };
      case "retry":
        if (current.active || current.suspended) return {};
        if (current === this.root && !this.objectivesGlobal) this.forget();
        return current.leaf ? { deliver: current } : this.retried(current);
      default:
        return { end: !current.active && current === this.root };
    }
  }

  // Whoever walks off the end of the tree ends what is still open (SB.2.1, 2.1.1).
  flowed(found) {
    if (found.end) this.endDescendants(this.root);
    return found;
  }

  forget() {
    for (const id of Object.keys(this.shared.globals)) delete this.shared.globals[id];
  }

  retried(activity) {
    this.shared.fresh = true;
    try {
      return flow(activity, FORWARD, true);
    } finally {
      this.shared.fresh = false;
    }
  }

  choose(target) {
    if (!mayChoose(this.root, this.current, target)) return {};
    if (target.leaf) return { deliver: target };
    const found = flow(target, FORWARD, true);
    if (found.deliver) return found;
    const common = this.current ? ancestor(this.current, target) : this.root;
    this.endDescendants(common);
    this.endAttempt(common);
    this.current = target;
    return {};
  }

  // DB.2
  deliver(leaf) {
    if (this.suspended && this.suspended !== leaf) this.clearSuspended(leaf);
    if (this.current) this.endDescendants(leaf);
    for (const activity of leaf.path) {
      if (activity.active) continue;
      if (activity.delivery.tracked) {
        if (activity.suspended) activity.suspended = false;
        else activity.begin();
      }
      activity.active = true;
    }
    this.current = leaf;
    this.suspended = null;
    this.ended = false;
  }

  // DB.2.1
  clearSuspended(leaf) {
    const common = ancestor(this.suspended, leaf);
    for (const activity of this.suspended.path.slice(this.suspended.path.indexOf(common)).reverse()) {
      activity.suspended = !activity.leaf && activity.children.some((child) => child.suspended);
    }
    this.suspended = null;
  }

  end() {
    for (const activity of this.activities.values()) activity.active = false;
    this.ended = true;
    this.current = null;
  }

  // What content said about itself, before its attempt ends. `said` holds what is known of {completed, satisfied, measure, progress, raw,
  // min, max}, `objectives` the same by identifier.
  take(said, objectives) {
    const { current } = this;
    if (!current?.delivery.tracked) return;
    for (const [id, values] of Object.entries(objectives)) this.put(current.objectives.find((objective) => objective.id === id), values);
    this.put(current.primary, said);
    current.suspended = said.suspended;
  }

  put(objective, values) {
    for (const name of Object.keys(VALUES)) if (objective && values[name] !== undefined) objective.set(name, values[name]);
  }

  // The part that a wish would begin, with everything as it was afterwards.
  would(request, targetId) {
    const kept = this.state();
    try {
      return this.navigate(request, targetId);
    } finally {
      this.restore(kept);
    }
  }

  // Whether a button may be offered. Going on may lead to the end of the course, so it is enough that it is no invalid wish (NB.2.1);
  // going back must lead somewhere.
  may(request, targetId) {
    if (request === "continue") return this.checked("continue") !== null;
    if (request === "choice") return this.choosable(this.activities.get(targetId));
    return Boolean(this.would(request, targetId));
  }

  // A choice that the rules of the way allow and that leads to a part, whatever the activity that is left decides when it ends.
  choosable(target) {
    if (!target || !this.leavable(target) || !mayChoose(this.root, this.current, target)) return false;
    const leaf = target.leaf ? target : flow(target, FORWARD, true).deliver;
    return Boolean(leaf) && leaf.path.every((activity) => activity === this.current || !closed(activity));
  }

  hiddenFromChoice(id) {
    const activity = this.activities.get(id);
    return activity.path.some((one) => before(one, "hiddenFromChoice") === "hiddenFromChoice");
  }

  state() {
    const activities = Object.fromEntries([...this.activities].map(([id, activity]) => [id, activity.state()]));
    const globals = Object.fromEntries(Object.entries(this.shared.globals).map(([id, values]) => [id, { ...values }]));
    return { activities, globals, current: this.current?.id ?? null, suspended: this.suspended?.id ?? null, ended: this.ended };
  }

  restore(kept) {
    for (const [id, activity] of this.activities) if (kept.activities[id]) activity.restore(kept.activities[id]);
    this.forget();
    Object.assign(this.shared.globals, Object.fromEntries(Object.entries(kept.globals).map(([id, values]) => [id, { ...values }])));
    this.current = this.activities.get(kept.current) ?? null;
    this.suspended = this.activities.get(kept.suspended) ?? null;
    this.ended = kept.ended;
  }
}
