// The page after the quiz: the score, one line per question, and the way to try again.
import { words } from "./words.js";

export function showOutcome(place, { questions, answers, status, mark, onAgain }) {
  place.replaceChildren();
  const open = questions.filter((question) => !answers[question.id]).length;
  const right = questions.filter((question) => answers[question.id]?.[1]).length;
  place.append(element("p", "score", open ? words.waiting(open) : words.score(right, questions.length)));
  if (!open) {
    place.append(meter(right, questions.length));
    place.append(element("p", "sentence", sentence(status, mark)));
  }
  const list = element("ul", "answers");
  for (const question of questions) list.append(line(question, answers[question.id]));
  place.append(list);
  if (!open && right < questions.length) place.append(button(onAgain));
}

function sentence(status, mark) {
  if (status === "passed") return words.passed;
  if (status === "failed") return words.failed(mark);
  return words.done;
}

function meter(right, of) {
  const bar = element("meter", "outcome");
  bar.max = of;
  bar.value = right;
  bar.setAttribute("aria-label", words.score(right, of));
  return bar;
}

function line(question, answer) {
  const row = element("li", answer ? (answer[1] ? "yes" : "no") : "open");
  row.append(element("span", "", question.text), element("strong", "", answer ? (answer[1] ? words.yes : words.no) : words.open));
  return row;
}

function button(onAgain) {
  const again = element("button", "button", words.again);
  again.type = "button";
  again.addEventListener("click", onAgain);
  return again;
}

function element(name, className = "", text = "") {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}
