// A line of the trace in words. What the content sent is text and stays text; how much of it is believed is bounded here.

const MOST = 600;
const KINDS = ["call", "opened", "looked", "pageError", "missing", "verdict", "step", "more"];

// A row as the page may use it, from whatever the player's origin has sent; null for what is no row.
export function checked(row) {
  if (!row || !KINDS.includes(row.kind)) return null;
  const clean = { kind: row.kind, at: Number.isFinite(row.at) ? row.at : 0, byPlayer: row.byPlayer === true, tracked: row.tracked === true, failed: row.failed === true };
  for (const name of ["name", "answer", "code", "title", "text", "file", "request", "finish"]) clean[name] = text(row[name]);
  clean.given = Array.isArray(row.given) ? row.given.slice(0, 3).map(text) : [];
  for (const name of ["length", "count"]) clean[name] = Number.isFinite(row[name]) ? row[name] : 0;
  for (const name of ["rejected", "decided"]) clean[name] = Object.fromEntries(Object.entries(Object(row[name])).slice(0, 50).map(([key, value]) => [text(key), text(value)]));
  const { completion, success, score } = Object(row.standing);
  clean.standing = { completion: text(completion), success: text(success), score: Number.isFinite(score) ? score : null };
  return clean;
}

// {what, answer, notes, bad}: one line, what was answered, sentences below it, and whether somebody should look at it.
export function inWords(row, { codes, reasons, rows }) {
  const fill = (name, values) => Object.entries(values).reduce((phrase, [key, value]) => phrase.replace(`{${key}}`, () => value), rows[name] ?? "");
  if (row.kind === "call") {
    const notes = [];
    const failed = !["", "0"].includes(row.code);
    if (failed) notes.push(`${row.code === "threw" ? "" : `${row.code} · `}${row.code === "threw" ? rows.threw : (codes[row.code] ?? rows.unknownCode)}`);
    if (row.byPlayer) notes.push(rows.byPlayer);
    const unset = row.code === "403" && row.name === "GetValue"; // normal on a first visit
    return { what: `${row.name}(${row.given.map((value) => JSON.stringify(value)).join(", ")})`, answer: JSON.stringify(row.answer), notes, bad: failed && !unset };
  }
  if (row.kind === "verdict") {
    if (row.failed) return { what: rows.notJudged, notes: [], bad: true };
    const rejected = Object.entries(row.rejected).map(([element, reason]) => fill("rejected", { element, reason: reasons[reason] ?? reason }));
    const decided = Object.entries(row.decided).map(([element, value]) => fill("decided", { element, value }));
    const { completion, success, score } = row.standing;
    const words = [rows[["passed", "failed"].includes(success) ? success : completion] ?? completion];
    if (score !== null) words.push(fill("score", { score: Math.round(score * 1000) / 10 }));
    const stands = fill("stands", { standing: words.join(", ") });
    return { what: fill(row.finish ? "savedAtEnd" : "saved", { count: row.count }), notes: [...rejected, ...decided, stands], bad: rejected.length > 0, said: true };
  }
  if (row.kind === "step") return { what: fill(row.title ? "step" : "stepNowhere", row), notes: [], said: true };
  const bad = ["looked", "pageError", "missing", "more"].includes(row.kind);
  return { what: fill(row.kind, { title: row.title, name: row.name, text: row.text, file: row.file }), notes: [], bad, said: true };
}

export function clock(at) {
  return `${Math.floor(at / 60_000)}:${((at % 60_000) / 1000).toFixed(1).padStart(4, "0")}`;
}

function text(value) {
  return typeof value === "string" || typeof value === "number" ? String(value).slice(0, MOST) : "";
}
