// The list says when something new has come in; buttons copy. Without JavaScript the page is reloaded and texts are marked by hand.
const EVERY = 10_000;
const LATER = 60_000;
const QUICK_FOR = 10 * 60_000;
const AT_MOST = 60 * 60_000; // then nobody is looking: the session of an unattended window must be able to end

const news = document.querySelector("[data-news]");
if (news) watch(news);

function watch(bar) {
  let since = Date.now();
  let timer = null;
  const plan = () => {
    const age = Date.now() - since;
    timer = age > AT_MOST ? null : setTimeout(ask, age > QUICK_FOR ? LATER : EVERY);
  };
  const ask = async () => {
    timer = null;
    if (document.hidden) return;
    try {
      const answer = await fetch(bar.dataset.news, { headers: { Accept: "application/json" } });
      if ((answer.status >= 400 && answer.status < 500) || answer.redirected) return;
      if (answer.ok) show(bar, await answer.json());
    } catch { /* no connection: another time */ }
    plan();
  };
  const wake = () => {
    if (document.hidden) return;
    since = Date.now();
    if (!timer) ask();
  };
  document.addEventListener("visibilitychange", wake);
  for (const name of ["pointerdown", "keydown"]) document.addEventListener(name, () => { if (!timer) wake(); else since = Date.now(); });
  plan();
}

function show(bar, { count, text }) {
  if (!count || bar.dataset.shown === text) return;
  bar.dataset.shown = text;
  const link = document.createElement("a");
  link.href = bar.dataset.reload;
  link.textContent = `${text} · ${bar.dataset.label}`;
  bar.replaceChildren(link);
}

const say = (text) => document.dispatchEvent(new CustomEvent("toast", { detail: { text, kind: "success" } }));

if (navigator.clipboard) {
  for (const button of document.querySelectorAll("[data-copy], [data-copy-from]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const { copy, copyFrom, copied } = button.dataset;
      const text = copy ? document.querySelector(copy).textContent : await (await fetch(copyFrom)).text();
      await navigator.clipboard.writeText(text);
      say(copied);
    });
  }
}
