// Blind attacks: the package sends something and cannot see what came of it. The test has to look at the application.

const settle = (ms) => new Promise((done) => setTimeout(done, ms));

/** A form that needs no CORS, posted into a hidden frame and into a window of its own. */
export async function formPost(app, paths) {
  for (const target of ["hidden-frame", "_blank"]) {
    const form = document.createElement("form");
    form.method = "post";
    form.action = app + paths.change;
    form.target = target;
    form.innerHTML = '<input name="name" value="Attacked"><input name="body" value="Attacked">';
    const frame = document.createElement("iframe");
    frame.name = "hidden-frame";
    frame.hidden = true;
    document.body.append(frame, form);
    form.submit();
    await settle(400);
    form.remove();
    frame.remove();
  }
}

/** What an honest player might say to its page, said by the package: finished, passed, closed. */
export function spoofMessages(app) {
  const words = ["ready", "initialize", "commit", "finish", "finished", "terminated", "completed", "closed", "exit"];
  for (const word of words) {
    for (const message of [{ type: word }, { type: `colloquium:${word}` }, { event: word, status: "passed", score: 100 }, word]) {
      window.top.postMessage(message, "*");
    }
  }
  window.top.postMessage({ type: "navigate", url: `${app}/attacked` }, "*");
}

export async function prefetch(app, paths) {
  for (const rel of ["prefetch", "prerender", "preload"]) {
    const link = document.createElement("link");
    link.rel = rel;
    link.as = "document";
    link.href = app + paths.change;
    document.head.append(link);
  }
  const rules = document.createElement("script");
  rules.type = "speculationrules";
  rules.textContent = JSON.stringify({ prerender: [{ urls: [app + paths.change] }], prefetch: [{ urls: [app + paths.change] }] });
  document.head.append(rules);
  await settle(400);
}
