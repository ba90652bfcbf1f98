// The questions of a quiz: read what the learner chose, judge it, show the judgement. A question is a form:
//   <form class="question" data-id="q1" data-type="choice" data-answer="b"> … <p data-feedback="right">, "wrong"
// data-answer: "b" or "a c" (choice), "t"/"f" (true-false), "word|other word" (fill-in), "40:60" (numeric),
// "a.2 b.1" (matching, one <select name="a"> per row), "a b c" (sequencing, one <li data-value="a"> per step).
import { words } from "./words.js";

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").trim().toLowerCase().replace(/\s+/g, " ");
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

const KINDS = {
  choice: {
    read: (form) => [...form.querySelectorAll("input:checked")].map((input) => input.value),
    show: (form, value) => form.querySelectorAll("input").forEach((input) => { input.checked = value.includes(input.value); }),
    key: (answer) => answer.split(" "),
    judge: (value, key) => same([...value].sort(), [...key].sort()),
  },
  "true-false": {
    read: (form) => { const on = form.querySelector("input:checked"); return on && on.value === "t"; },
    show: (form, value) => { form.querySelector(`input[value=${value ? "t" : "f"}]`).checked = true; },
    key: (answer) => answer === "t",
    judge: (value, key) => value === key,
  },
  "fill-in": {
    read: (form) => form.querySelector("input").value.trim(),
    show: (form, value) => { form.querySelector("input").value = value; },
    key: (answer) => answer.split("|")[0],
    judge: (value, key, answer) => answer.split("|").map(plain).includes(plain(value)),
  },
  numeric: {
    read: (form) => { const text = form.querySelector("input").value; return text === "" ? "" : Number(text); },
    show: (form, value) => { form.querySelector("input").value = value; },
    key: (answer) => answer.split(":").map(Number),
    judge: (value, key) => value >= key[0] && value <= key[1],
  },
  matching: {
    read: (form) => {
      const pairs = [...form.querySelectorAll("select")].map((select) => [select.name, select.value]);
      return pairs.every((pair) => pair[1]) ? pairs : [];
    },
    show: (form, value) => value.forEach(([name, chosen]) => { form.elements[name].value = chosen; }),
    key: (answer) => answer.split(" ").map((pair) => pair.split(".")),
    judge: (value, key) => same([...value].sort(), [...key].sort()),
  },
  sequencing: {
    read: (form) => [...form.querySelectorAll("[data-value]")].map((step) => step.dataset.value),
    show: (form, value) => {
      const list = form.querySelector(".sequence");
      value.forEach((name) => list.append(list.querySelector(`[data-value="${name}"]`)));
    },
    key: (answer) => answer.split(" "),
    judge: same,
  },
};

export class Question {
  /** `onAnswer(question, {response, right, seconds})` is told once per answer. */
  constructor(form, onAnswer) {
    this.form = form;
    this.id = form.dataset.id;
    this.type = form.dataset.type;
    this.kind = KINDS[this.type];
    this.key = this.kind.key(form.dataset.answer);
    this.text = form.querySelector("h2").textContent.trim();
    this.shownAt = Date.now();
    this.prepare(onAnswer);
  }

  prepare(onAnswer) {
    if (this.type === "sequencing") addMoveButtons(this.form);
    if (this.type === "matching") addBlankChoices(this.form);
    this.untouched = this.type === "sequencing" ? this.kind.read(this.form) : null;
    this.verdict = document.createElement("div");
    this.verdict.className = "verdict";
    this.verdict.setAttribute("role", "status");
    this.button = document.createElement("button");
    this.button.className = "button primary";
    this.button.textContent = words.check;
    this.form.append(this.button, this.verdict);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.answer(onAnswer);
    });
  }

  answer(onAnswer) {
    const response = this.kind.read(this.form);
    if (response === null || response === "" || (Array.isArray(response) && !response.length)) {
      this.verdict.textContent = words.empty;
      return;
    }
    const right = this.kind.judge(response, this.key, this.form.dataset.answer);
    this.judge(right);
    onAnswer(this, { response, right, seconds: (Date.now() - this.shownAt) / 1000 });
  }

  /** Show an answer of an earlier sitting. */
  restore(response, right) {
    this.kind.show(this.form, response);
    this.judge(right);
  }

  judge(right) {
    this.lock(true);
    const feedback = this.form.querySelector(`[data-feedback=${right ? "right" : "wrong"}]`);
    this.verdict.className = `verdict ${right ? "right" : "wrong"}`;
    this.verdict.innerHTML = `<strong></strong> <span></span>`;
    this.verdict.firstChild.textContent = right ? words.right : words.wrong;
    this.verdict.lastChild.textContent = feedback ? feedback.textContent.trim() : "";
  }

  /** Forget the answer, for another try. */
  clear() {
    this.lock(false);
    this.form.reset();
    if (this.untouched) this.kind.show(this.form, this.untouched);
    this.verdict.className = "verdict";
    this.verdict.textContent = "";
    this.shownAt = Date.now();
  }

  lock(locked) {
    this.form.querySelectorAll("input, select, .move").forEach((control) => { control.disabled = locked; });
    this.button.hidden = locked;
    this.form.classList.toggle("answered", locked);
  }
}

function addBlankChoices(form) {
  for (const select of form.querySelectorAll("select")) select.prepend(new Option(words.choose, "", true, true));
}

function addMoveButtons(form) {
  for (const step of form.querySelectorAll("[data-value]")) {
    const text = step.textContent.trim();
    for (const [label, sign] of [[words.up, "↑"], [words.down, "↓"]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "move";
      button.textContent = sign;
      button.setAttribute("aria-label", `${label}: ${text}`);
      button.addEventListener("click", () => {
        if (sign === "↑" && step.previousElementSibling) step.previousElementSibling.before(step);
        if (sign === "↓" && step.nextElementSibling) step.nextElementSibling.after(step);
        button.focus();
      });
      step.append(button);
    }
  }
}
