// Conditions are true, false or unknown (undefined); rules act when they are true (SCORM 2004 4th ed. SN UP.2, UP.2.1).

export function condition(activity, { condition: name, operator, referencedObjective, parameters }) {
  const objective = activity.delivery.tracked ? activity.objective(referencedObjective) : undefined;
  const answer = ask(activity, name, objective, parameters?.threshold ?? 0);
  return operator === "not" && answer !== undefined ? !answer : answer;
}

function ask(activity, name, objective, threshold) {
  const measure = objective?.get("measure");
  switch (name) {
    case "satisfied":
      return objective?.get("satisfied");
    case "objectiveStatusKnown":
      return objective?.get("satisfied") !== undefined;
    case "objectiveMeasureKnown":
      return measure !== undefined;
    case "objectiveMeasureGreaterThan":
      return measure === undefined ? undefined : measure > threshold;
    case "objectiveMeasureLessThan":
      return measure === undefined ? undefined : measure < threshold;
    case "completed":
      return objective?.get("completed");
    case "activityProgressKnown":
    case "progressKnown":
      return objective?.get("completed") !== undefined;
    case "attempted":
      return activity.attempts > 0;
    case "attemptLimitExceeded":
      return limited(activity);
    case "always":
      return true;
    default: // timeLimitExceeded and outsideAvailableTimeRange: no part of SCORM has to keep clocks (SN 3.4)
      return false;
  }
}

// Attempts are used up (UP.1).
export function limited(activity) {
  const counted = activity.delivery.tracked && !activity.active && !activity.suspended;
  return counted && activity.attemptLimit !== null && activity.attempts >= activity.attemptLimit;
}

// True, false or unknown for a set of conditions, combined by "all" or "any".
export function together(answers, combination) {
  const [decisive, other] = combination === "any" ? [true, false] : [false, true];
  if (answers.includes(decisive)) return decisive;
  return answers.includes(undefined) ? undefined : other;
}

// The action of the first rule that is true, or nothing.
export function action(activity, rules, actions) {
  for (const rule of rules) {
    if (!actions.includes(rule.action) || !rule.conditions.length) continue;
    if (together(rule.conditions.map((one) => condition(activity, one)), rule.conditionCombination) === true) return rule.action;
  }
  return undefined;
}

export function before(activity, ...actions) {
  return action(activity, activity.rules.preConditionRules, actions);
}
