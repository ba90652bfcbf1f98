// What the children say about their parent, up to the root (SCORM 2004 4th ed. SN RB.1).

import { before, condition, together } from "./rules.js";

const NOT_SATISFIED = { consideration: "all", conditionCombination: "any", conditions: [{ condition: "objectiveStatusKnown" }] };
const SATISFIED = { consideration: "all", conditionCombination: "any", conditions: [{ condition: "satisfied" }] };
const INCOMPLETE = { consideration: "all", conditionCombination: "any", conditions: [{ condition: "progressKnown" }] };
const COMPLETED = { consideration: "all", conditionCombination: "any", conditions: [{ condition: "completed" }] };

// RB.1.5: from an activity to the root; then from every activity that reads what was written on the way.
export function rollUp(activity, root) {
  const written = new Set();
  activity.shared.fresh = true;
  try {
    climb(activity, written);
    if (!written.size) return;
    const seen = new Set(activity.path);
    for (const other of root.walk()) {
      if (!seen.has(other) && other.objectives.some((objective) => objective.reads(written))) climb(other.leaf ? other.parent : other, new Set());
    }
  } finally {
    activity.shared.fresh = false;
  }
}

function climb(activity, written) {
  for (let one = activity; one; one = one.parent) {
    if (!one.delivery.tracked) continue;
    if (!one.leaf) {
      measure(one, "measure", (child) => child.primary.get("measure"), (child) => child.controls.objectiveMeasureWeight);
      measure(one, "progress", (child) => child.primary.amount(), (child) => child.threshold.progressWeight);
      status(one, "satisfied", ["notSatisfied", NOT_SATISFIED], ["satisfied", SATISFIED]);
      status(one, "completed", ["incomplete", INCOMPLETE], ["completed", COMPLETED]);
    }
    for (const objective of one.objectives) objective.write().forEach((target) => written.add(target));
  }
}

// RB.1.1: the weighted mean over all tracked children; a child without a measure counts with nothing.
function measure(parent, name, valueOf, weightOf) {
  let total = 0, weights = 0, known = false;
  for (const child of parent.children) {
    if (!child.delivery.tracked) continue;
    weights += weightOf(child);
    const value = valueOf(child);
    if (value === undefined) continue;
    known = true;
    total += value * weightOf(child);
  }
  parent.primary.set(name, known && weights > 0 ? total / weights : undefined);
}

// RB.1.2 and RB.1.3: by measure (that is read in the objective itself), else by the activity's rules, else by the default ones.
function status(parent, name, no, yes) {
  if (name === "satisfied" ? parent.primary.byMeasure : parent.threshold.completedByMeasure) return;
  const own = parent.rollup.filter((rule) => rule.action === no[0] || rule.action === yes[0]);
  for (const [answer, [action, standard]] of [[false, no], [true, yes]]) {
    const rules = own.length ? own.filter((rule) => rule.action === action) : [{ ...standard, action }];
    if (rules.some((rule) => holds(parent, rule))) parent.primary.set(name, answer);
  }
}

// RB.1.4: whether a rule is true of the children that count for it.
function holds(parent, rule) {
  const answers = parent.children
    .filter((child) => counts(child, rule.action))
    .map((child) => together(rule.conditions.map((one) => condition(child, one)), rule.conditionCombination));
  const yes = answers.filter((answer) => answer === true).length;
  switch (rule.consideration) {
    case "any":
      return yes > 0;
    case "none":
      return answers.every((answer) => answer === false);
    case "atLeastCount":
      return yes >= rule.minimumCount;
    case "atLeastPercent":
      return answers.length > 0 && yes / answers.length >= rule.minimumPercent;
    default:
      return yes === answers.length; // true of no children, as the specification has it
  }
}

const REQUIRED = { satisfied: "requiredForSatisfied", notSatisfied: "requiredForNotSatisfied", completed: "requiredForCompleted", incomplete: "requiredForIncomplete" };

// RB.1.4.2: whether a child counts for an action.
function counts(child, action) {
  if (!child.delivery.tracked) return false;
  const objective = action === "satisfied" || action === "notSatisfied";
  if (!(objective ? child.controls.rollupObjectiveSatisfied : child.controls.rollupProgressCompletion)) return false;
  switch (child.considerations[REQUIRED[action]]) {
    case "ifNotSuspended":
      return child.attempts > 0 && !child.suspended;
    case "ifAttempted":
      return child.attempts > 0;
    case "ifNotSkipped":
      return before(child, "skip") !== "skip";
    default:
      return true;
  }
}
