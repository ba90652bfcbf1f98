// Ways through the tree (SCORM 2004 4th ed. SN SB.2.1 to SB.2.4, SB.2.9.1, SB.2.9.2, UP.5). Nothing here changes a state.

import { before, limited } from "./rules.js";

export const FORWARD = "forward";
export const BACKWARD = "backward";

// UP.5: an activity that must not be entered.
export function closed(activity) {
  return before(activity, "disabled") === "disabled" || limited(activity);
}

export function ancestor(one, other) {
  const path = new Set(other.path);
  return [...one.path].reverse().find((activity) => path.has(activity));
}

// SB.2.1 → {activity, direction}, or {end: true} where the tree is left at its end, or {} where there is no way.
function next(activity, direction, intoChildren, previous) {
  const siblings = activity.parent?.children ?? [activity];
  let turned = false;
  if (previous === BACKWARD && activity.parent && siblings.at(-1) === activity) {
    [activity, direction, turned] = [siblings[0], BACKWARD, true];
  }
  const place = siblings.indexOf(activity);
  const beside = activity.leaf || !intoChildren;
  if (direction === FORWARD) {
    if (!beside) return activity.children.length ? { activity: activity.children[0], direction } : {};
    if (!activity.parent) return { end: true };
    if (place === siblings.length - 1) return next(activity.parent, FORWARD, false);
    return { activity: siblings[place + 1], direction };
  }
  if (!activity.parent) return {};
  if (!beside) {
    if (!activity.children.length) return {};
    return activity.controls.forwardOnly ? { activity: activity.children[0], direction: FORWARD } : { activity: activity.children.at(-1), direction };
  }
  if (activity.parent.controls.forwardOnly && !turned) return {};
  if (place <= 0) return next(activity.parent, BACKWARD, false);
  return { activity: siblings[place - 1], direction };
}

// SB.2.2 → {deliver: leaf} or {at: where it stopped, end}.
function enter(activity, direction, previous) {
  if (activity.parent && !activity.parent.controls.flow) return { at: activity };
  if (before(activity, "skip") === "skip") {
    const found = next(activity, direction, false, previous);
    if (!found.activity) return { at: activity, end: found.end };
    return enter(found.activity, found.direction, previous === BACKWARD && found.direction === BACKWARD ? undefined : previous);
  }
  if (closed(activity)) return { at: activity };
  if (activity.leaf) return { deliver: activity };
  const found = next(activity, direction, true);
  if (!found.activity) return { at: activity, end: found.end };
  if (direction === BACKWARD && found.direction === FORWARD) return enter(found.activity, FORWARD, BACKWARD);
  return enter(found.activity, direction);
}

// SB.2.3: from an activity to the leaf that is reached in a direction.
export function flow(activity, direction, intoChildren) {
  const found = next(activity, direction, intoChildren);
  return found.activity ? enter(found.activity, found.direction) : { at: activity, end: found.end };
}

// SB.2.4: whether a choice may lead across an activity.
function passable(activity, direction) {
  if (direction === FORWARD) return before(activity, "stopForwardTraversal") !== "stopForwardTraversal";
  return Boolean(activity.parent) && !activity.parent.controls.forwardOnly;
}

// SB.2.9.1: the activity that a constrained choice may reach at most.
function reach(activity, direction) {
  for (let one = activity; one.parent; one = one.parent) {
    const siblings = one.parent.children;
    const place = siblings.indexOf(one) + (direction === FORWARD ? 1 : -1);
    if (siblings[place]) return siblings[place];
  }
  return activity;
}

// SB.2.9, steps 2 to 9: whether the learner may choose a target from where they are.
export function mayChoose(root, current, target) {
  for (const activity of target.path.slice(1)) {
    if (!activity.parent.children.includes(activity)) return false;
  }
  if (target.path.some((activity) => before(activity, "hiddenFromChoice") === "hiddenFromChoice")) return false;
  if (target.parent && !target.parent.controls.choice) return false;
  if (current === target) return true;
  const common = current ? ancestor(current, target) : root;
  const onTheWay = target.path.slice(target.path.indexOf(common), -1); // from the common ancestor to the target's parent
  const barred = (activity) => !activity.active && activity !== common && activity.controls.preventActivation;
  if (current && current.parent && current.parent === target.parent) {
    const siblings = current.parent.children;
    const [from, to] = [siblings.indexOf(current), siblings.indexOf(target)];
    const direction = to > from ? FORWARD : BACKWARD;
    const between = direction === FORWARD ? siblings.slice(from, to) : siblings.slice(to + 1, from + 1);
    return between.every((activity) => passable(activity, direction));
  }
  if (!current || current === common) return onTheWay.every((activity) => passable(activity, FORWARD) && !barred(activity));
  const left = current.path.slice(current.path.indexOf(common) + 1).reverse(); // from the current activity to below the common ancestor
  if (left.some((activity) => !activity.controls.choiceExit && activity.active)) return false;
  if (target === common) return true;
  const order = [...root.walk()];
  const after = (one, other) => order.indexOf(one) > order.indexOf(other);
  const constrained = left.slice(1).find((activity) => activity.controls.constrainChoice);
  if (constrained) {
    const most = reach(constrained, after(target, constrained) ? FORWARD : BACKWARD);
    if (!target.path.includes(most) && target !== constrained) return false;
  }
  if (after(target, current)) return onTheWay.every((activity) => passable(activity, FORWARD) && !barred(activity));
  return !onTheWay.some(barred);
}
