// Attacks that try to read. Each returns what it got, or throws; getting something means that it succeeded.

const settle = (ms) => new Promise((done) => setTimeout(done, ms));

/** Windows that may belong to the application: the real top, also through the player's own eyes. */
function windowsAbove() {
  const found = [window.top];
  try {
    found.push(window.parent.eval("window.top"), window.parent.eval("window.opener"), window.opener);
  } catch {
    // no eval in the player: the direct road is tried anyway
  }
  return [...new Set(found)].filter((win) => win && win !== window);
}

function firstOfTheApp(app, look) {
  for (const win of windowsAbove()) {
    if (win.origin === undefined || win.location.origin !== app) continue;
    return look(win);
  }
  return null;
}

export function cookie() {
  const seen = [document.cookie];
  try {
    seen.push(window.parent.document.cookie);
  } catch {
    // another origin
  }
  return seen.join("; ").replace(/^[; ]+$/, "");
}

export const parentDocument = (app) => firstOfTheApp(app, (win) => win.document.title || "(a document)");

export async function fetchWithCredentials(app, paths) {
  const answer = await fetch(app + paths.secret, { credentials: "include" });
  return `${answer.status} ${(await answer.text()).slice(0, 20)}`;
}

export async function openAndRead(app, paths) {
  const popup = window.open(app + paths.secret, "_blank", "width=300,height=200");
  if (!popup) throw new Error("no window was opened");
  try {
    for (let turn = 0; turn < 10; turn += 1) {
      await settle(100);
      if (popup.location.href !== "about:blank") return popup.document.title || "(a document)";
    }
    throw new Error("the window stayed empty");
  } finally {
    popup.close();
  }
}

export async function appStorage(app, paths) {
  const above = firstOfTheAppOrError(app);
  if (above) return above;
  const frame = document.createElement("iframe");
  frame.src = app + paths.secret;
  document.body.append(frame);
  await settle(600);
  try {
    return `${frame.contentWindow.localStorage.length} keys in a frame of ${frame.contentWindow.location.origin === app ? "the application" : "somebody"}`;
  } finally {
    frame.remove();
  }
}

function firstOfTheAppOrError(app) {
  try {
    return firstOfTheApp(app, (win) => `${win.localStorage.length} keys`);
  } catch {
    return null; // the frame is tried next
  }
}

export async function importScript(app, paths) {
  try {
    await import(app + paths.script);
    return "module ran here";
  } catch {
    return new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = app + paths.script;
      script.onload = () => done("script ran here");
      script.onerror = () => failed(new Error("refused"));
      document.head.append(script);
    });
  }
}
