// Whom to attack: the application's origin and the addresses there that are worth something.

const query = new URLSearchParams(location.search);

/** The host's API object, found by climbing; used to leave the report and to read launch data. */
export function findApi() {
  let win = window;
  for (let step = 0; step < 20; step += 1) {
    try {
      if (win.API) return win.API;
    } catch {
      return null;
    }
    if (win.parent === win) return null;
    win = win.parent;
  }
  return null;
}

/** ?app=… , else what the browser tells of the windows above us, else the usual neighbour of this content origin. */
export function appOrigin() {
  const above = location.ancestorOrigins ? [...location.ancestorOrigins].reverse() : [];
  const referrer = document.referrer ? new URL(document.referrer).origin : "";
  const neighbour = `${location.protocol}//localhost${location.port ? `:${location.port}` : ""}`;
  const guesses = [...above, referrer, neighbour].filter((origin) => origin && origin !== "null" && origin !== location.origin);
  return query.get("app") || guesses[0];
}

/** Pages of the application: one with private data, one that changes something on POST, one script. */
export const paths = {
  secret: query.get("secret") || "/me",
  change: query.get("change") || "/logout",
  script: query.get("script") || "/static/js/app.js",
};
