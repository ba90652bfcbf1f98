// Find the run-time API that the host placed in a window above or beside us.
// The search of the SCORM run-time book: our own window, each parent up to the top, then the opener and its parents.

const NAMES = { "1.2": "API", "2004": "API_1484_11" };
const HIGHEST = 500; // windows to climb before we call it a loop

/** The API object named `name` in `start` or a parent of it, or null. A window of another origin ends the search. */
function climb(start, name) {
  let win = start;
  for (let step = 0; step < HIGHEST; step += 1) {
    try {
      if (win[name]) return win[name];
    } catch {
      return null; // another origin: the host is not up there
    }
    if (!win.parent || win.parent === win) return null;
    win = win.parent;
  }
  return null;
}

/** The API for `version` ("1.2" or "2004"), or null when this page was opened without a host. */
export function findApi(version, start = window) {
  const name = NAMES[version];
  const above = climb(start, name);
  if (above) return above;
  let opener = null;
  try {
    opener = start.opener || (start.top && start.top.opener);
  } catch {
    return null;
  }
  return opener ? climb(opener, name) : null;
}
