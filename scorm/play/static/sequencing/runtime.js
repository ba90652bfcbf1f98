// Between the data model of a SCO and the engine (SCORM 2004 4th ed. RTE 4.2.8, 4.2.17; SN 4.2).

const STATUS = { passed: true, failed: false };
const COMPLETION = { completed: true, incomplete: false, "not attempted": false };

// What a SCO finds of its activity's objectives when its attempt begins: those with a name, as they are known.
export function objectiveElements(activity) {
  const found = {};
  activity.objectives.filter((objective) => objective.id).forEach((objective, place) => {
    found[`cmi.objectives.${place}.id`] = objective.id;
    put(found, `cmi.objectives.${place}.`, (name) => (name === "completed" ? objective.read(name) : undefined) ?? objective.get(name));
  });
  return found;
}

// The same for a SCO that goes on with its attempt: what others may have changed since, in the places where it has its objectives.
export function refreshedElements(activity, elements) {
  const found = {};
  for (const [element, id] of Object.entries(elements)) {
    const place = /^(cmi\.objectives\.\d+\.)id$/.exec(element)?.[1];
    const objective = place && activity.objectives.find((one) => one.id && one.id === id);
    if (objective) put(found, place, (name) => (name === "satisfied" && objective.byMeasure ? objective.get(name) : objective.read(name)));
  }
  return found;
}

function put(found, place, value) {
  const word = (name, yes, no) => (value(name) === undefined ? undefined : value(name) ? yes : no);
  const written = {
    success_status: word("satisfied", "passed", "failed"),
    completion_status: word("completed", "completed", "incomplete"),
    "score.scaled": value("measure"), progress_measure: value("progress"),
    "score.raw": value("raw"), "score.min": value("min"), "score.max": value("max"),
  };
  for (const [name, text] of Object.entries(written)) if (text !== undefined) found[place + name] = String(text);
}

// What a SCO has said: [about itself, about its objectives by identifier]. ``spoken`` are the elements that it has set: "unknown" is
// an answer when it was given, and none when it is only how the element began.
export function said(elements, exit, spoken) {
  const objectives = {};
  for (const [element, id] of Object.entries(elements)) {
    const place = /^cmi\.objectives\.(\d+)\.id$/.exec(element)?.[1];
    if (place && id) objectives[id] = values(elements, `cmi.objectives.${place}.`, spoken);
  }
  return [{ ...values(elements, "cmi.", spoken), suspended: exit === "suspend" }, objectives];
}

function values(elements, start, spoken) {
  const word = (name, words) => words[elements[`${start}${name}`]] ?? (spoken.has(`${start}${name}`) ? null : undefined);
  const number = (name) => {
    const written = elements[`${start}${name}`];
    return written === undefined || written === null || written === "" ? undefined : Number(written);
  };
  return {
    satisfied: word("success_status", STATUS),
    completed: word("completion_status", COMPLETION),
    measure: number("score.scaled"),
    progress: number("progress_measure"),
    raw: elements[`${start}score.raw`] || undefined,
    min: elements[`${start}score.min`] || undefined,
    max: elements[`${start}score.max`] || undefined,
  };
}

// Where a SCO that ends leads: [request, target]. A time-out or a log-out ends the attempt whatever else was asked (RTE 4.2.8).
export function wished(request, exit) {
  if (exit === "time-out" || exit === "logout") return ["exitAll"];
  const [, target, kind] = /^\{target=(.+)\}(choice|jump)$/.exec(request ?? "") ?? [];
  if (target) return [kind, target];
  return [request && request !== "_none_" ? request : ""];
}
