// Whether a part may be opened yet, by its condition: the lists that scorm/packages/prerequisites.py describes. `status(part)` answers
// passed, completed, failed, incomplete or "not attempted".

const DONE = ["passed", "completed"];

export function holds([kind, first, ...rest], status) {
  if (kind === "of") return rest.filter((condition) => holds(condition, status)).length >= first;
  if (kind === "not") return !holds(first, status);
  return kind === "done" ? DONE.includes(status(first)) : status(first) === rest[0];
}

// The parts that still keep a condition from being met, in its order.
export function missing(condition, status) {
  const [kind, first, ...rest] = condition;
  if (holds(condition, status)) return [];
  if (kind === "of") return [...new Set(rest.flatMap((one) => missing(one, status)))];
  return kind === "not" ? named(first) : [first];
}

function named([kind, first, ...rest]) {
  return kind === "of" ? [...new Set(rest.flatMap(named))] : kind === "not" ? named(first) : [first];
}

// What keeps it shut: "all" of the missing parts come first, "some" of them do, or it closed because of what was done already ("not").
export function manner(condition, status) {
  const [kind, first, ...rest] = condition;
  if (kind === "not") return "not";
  if (kind !== "of") return "all";
  const open = rest.filter((one) => !holds(one, status));
  const wanted = first - (rest.length - open.length);
  if (wanted < open.length) return "some";
  const manners = open.map((one) => manner(one, status));
  return manners.includes("not") ? "not" : manners.includes("some") ? "some" : "all";
}

export function statusOf({ completion, success }) {
  return success === "passed" || success === "failed" ? success : completion;
}
