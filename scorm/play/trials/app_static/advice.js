// What an author should look at, from the lines of a trace. Each finding is [name of the sentence, what it needs]. Knows no page.

const PATIENCE = 10_000;
const AT_ONCE = 3_000;
const STATUS = /^cmi\.(?:core\.lesson_status|completion_status|success_status)$/;
const DONE = ["completed", "passed"];
const POSITION = /^cmi\.(?:core\.lesson_location|location|suspend_data)$/;
const EXIT = /^cmi\.(?:core\.)?exit$/;
const EARLY = ["112", "113", "122", "123", "132", "133", "142", "143", "301"];
const OLD_ROOM = 4_096; // SCORM 1.2's own limit of suspend data

// `passed` is how long the test has lasted in milliseconds, `given` the name of the API that the package gets.
export function advice(rows, { passed, ended, given }) {
  const of = (kind) => rows.filter((row) => row.kind === kind);
  const calls = of("call").filter((row) => !row.byPlayer);
  const verb = (...names) => calls.filter((row) => names.includes(row.name.replace(/^LMS/, "")));
  const good = (row) => row.answer === "true";
  const starts = verb("Initialize").filter(good);
  const sets = verb("SetValue");
  const found = [];
  const opened = of("opened").find((row) => row.tracked);
  if (!starts.length && opened && (ended || passed - opened.at >= PATIENCE)) {
    const other = of("looked")[0];
    if (calls.length) found.push(["notInitialized", {}]);
    else if (other) found.push(["wrongApi", { asked: other.name, given }]);
    else found.push(["silent", {}]);
  }
  const early = calls.filter((row) => EARLY.includes(row.code) && (row.code !== "301" || given === "API"));
  if (early.length && starts.length) found.push(["early", { count: early.length }]);
  const done = sets.find((row) => good(row) && STATUS.test(row.given[0]) && DONE.includes(row.given[1]));
  const before = done && starts.filter((row) => row.at <= done.at).at(-1);
  if (before && done.at - before.at < AT_ONCE) found.push(["atOnce", { status: done.given[1], seconds: Math.max(1, Math.round((done.at - before.at) / 1000)) }]);
  const refused = sets.filter((row) => row.answer === "false" && !early.includes(row)).length;
  const rejected = new Set(of("verdict").flatMap((row) => Object.keys(row.rejected ?? {}))).size;
  if (refused + rejected) found.push(["refused", { count: refused + rejected }]);
  const longest = Math.max(0, ...sets.filter((row) => good(row) && row.given[0] === "cmi.suspend_data").map((row) => row.length));
  if (longest > OLD_ROOM && given === "API") found.push(["longSuspend", { count: longest }]);
  for (const kind of ["pageError", "missing"]) if (of(kind).length) found.push([kind === "missing" ? kind : "pageErrors", { count: of(kind).length }]);
  if (ended && starts.length) found.push(...atTheEnd(sets.filter(good), verb("Commit").some(good), verb("Finish", "Terminate").some(good)));
  return found;
}

function atTheEnd(sets, committed, finished) {
  const found = [];
  if (!sets.some((row) => STATUS.test(row.given[0]))) found.push(["noStatus", {}]);
  if (!finished) found.push(["notFinished", {}]);
  if (sets.length && !committed && !finished) found.push(["neverSaved", {}]);
  if (sets.some((row) => POSITION.test(row.given[0])) && !sets.some((row) => EXIT.test(row.given[0]) && row.given[1] === "suspend")) found.push(["noSuspend", {}]);
  return found;
}
