// Attacks that try to move the application's tab, or to stay behind on the content origin.

/** Each road is tried; the first that does not throw counts, and the test sees where the tab is. */
export function navigateTop(app) {
  const address = `${app}/attacked-by-navigation`;
  const roads = [
    () => { window.top.location = address; },
    () => { window.top.location.replace(address); },
    () => { window.parent.eval(`window.top.location = ${JSON.stringify(address)}`); },
    () => { if (!window.open(address, "_top")) throw new Error("refused"); },
  ];
  const refusals = roads.map((road) => {
    try {
      road();
      return null;
    } catch (error) {
      return error;
    }
  });
  if (refusals.every(Boolean)) throw refusals[0];
  return new Promise((done) => setTimeout(() => done(stayed(app)), 500));
}

/** A road that threw nothing may still have been refused: when this line runs and the top is another window, the tab is where it was. */
function stayed(app) {
  return window.top === window && location.origin === app ? "moved" : "";
}

export async function serviceWorker() {
  const refusals = [];
  for (const scope of ["/", "./"]) {
    try {
      const worker = await navigator.serviceWorker.register("worker.js", { scope });
      await worker.unregister();
      return `registered for ${scope}`;
    } catch (error) {
      refusals.push(error);
    }
  }
  throw refusals[0];
}

/** Write an address of the application into the history of this frame and of the tab. */
export function rewriteHistory(app) {
  const refusals = [window, window.top].map((win) => {
    try {
      win.history.pushState({}, "", `${app}/attacked-by-history`);
      return null;
    } catch (error) {
      return error;
    }
  });
  if (refusals.every(Boolean)) throw refusals[0];
  return "an address was written";
}
