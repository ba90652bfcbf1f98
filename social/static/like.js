// A like flips at once and goes back with a message when the server did not take it. Without this module the form works by itself.
const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";
const news = () => document.getElementById("toasts").dataset;

function draw(form, { liked, count }) {
  const button = form.querySelector("button");
  const number = form.querySelector("[data-count]");
  const words = form.querySelector("[role=status]");
  button.setAttribute("aria-pressed", String(liked));
  form.querySelector("[name=liked]").value = liked ? "0" : "1";
  number.dataset.count = count;
  number.textContent = count || "";
  words.textContent = count === 1 ? words.dataset.one : count ? words.dataset.many.replace("{count}", count) : words.dataset.none;
}

const state = (form) => ({
  liked: form.querySelector("button").getAttribute("aria-pressed") === "true",
  count: Number(form.querySelector("[data-count]").dataset.count),
});

async function tell(form, liked) {
  const answer = await fetch(form.action, {
    method: liked ? "PUT" : "DELETE",
    headers: { "X-CSRF-Token": token(), Accept: "application/json" },
    keepalive: true, // a click just before leaving the page counts
  });
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(body.error?.message ?? news().failed);
  return body;
}

// One request at a time for each button; what was wanted last is sent last, so quick clicks end where the person stopped.
const busy = new WeakMap();

async function settle(form, before) {
  busy.set(form, true);
  try {
    let wanted, answer;
    do {
      wanted = state(form).liked;
      answer = await tell(form, wanted);
    } while (state(form).liked !== wanted);
    draw(form, answer);
  } catch (error) {
    draw(form, before);
    const text = error instanceof TypeError ? news().offline : error.message;
    document.dispatchEvent(new CustomEvent("toast", { detail: { text, kind: "warning" } }));
  } finally {
    busy.delete(form);
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-like]");
  if (!form) return;
  event.preventDefault();
  const before = state(form);
  draw(form, { liked: !before.liked, count: Math.max(0, before.count + (before.liked ? -1 : 1)) });
  if (!busy.has(form)) settle(form, before);
});
