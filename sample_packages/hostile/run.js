// Run the twelve attacks one after the other and leave the outcome in window.__attacks and in cmi.suspend_data.
import { navigateTop, rewriteHistory, serviceWorker } from "./escape.js";
import { appStorage, cookie, fetchWithCredentials, importScript, openAndRead, parentDocument } from "./read.js";
import { formPost, prefetch, spoofMessages } from "./send.js";
import { appOrigin, findApi, paths } from "./targets.js";

const BLIND = true; // the package cannot see what came of it: the test looks at the application
const ATTACKS = [
  ["cookie", cookie],
  ["parent_document", parentDocument],
  ["fetch_credentials", fetchWithCredentials],
  ["form_post", formPost, BLIND],
  ["top_navigation", navigateTop, BLIND],
  ["window_open", openAndRead],
  ["service_worker", serviceWorker],
  ["app_storage", appStorage],
  ["post_message", spoofMessages, BLIND],
  ["import_script", importScript],
  ["prefetch", prefetch, BLIND],
  ["history", rewriteHistory],
];

async function attempt(attack, app) {
  try {
    const got = await attack(app, paths);
    return { tried: true, succeeded: Boolean(got), detail: String(got || "nothing came of it") };
  } catch (error) {
    return { tried: true, succeeded: false, detail: `${error.name}: ${error.message}`.slice(0, 80) };
  }
}

function show(name, outcome) {
  const row = document.createElement("li");
  row.textContent = `${name}: ${outcome.succeeded ? "SUCCEEDED" : outcome.blind ? "sent" : "failed"} (${outcome.detail})`;
  document.getElementById("report").append(row);
}

const api = findApi();
api?.LMSInitialize("");
const app = appOrigin();
window.__target = app;
window.__attacks = {};
for (const [name, attack, blind = false] of ATTACKS) {
  const outcome = { ...(await attempt(attack, app)), blind };
  window.__attacks[name] = outcome;
  show(name, outcome);
  api?.LMSSetValue("cmi.suspend_data", JSON.stringify(window.__attacks));
}
api?.LMSCommit("");
window.__attacksDone = true;
