// One part of three: remembers that it was here, completes on its button (part C with a score of 90).
(function () {
  const part = new URLSearchParams(location.search).get("part");
  let host = window;
  while (!host.API && host.parent !== host) host = host.parent;
  const api = host.API;
  const say = (id, text) => { document.getElementById(id).textContent = text; };
  say("title", "Part " + part);
  api.LMSInitialize("");
  say("before", api.LMSGetValue("cmi.suspend_data") || "never here");
  api.LMSSetValue("cmi.suspend_data", "was in " + part);
  if (!/completed|passed/.test(api.LMSGetValue("cmi.core.lesson_status"))) api.LMSSetValue("cmi.core.lesson_status", "incomplete");
  api.LMSCommit("");
  say("state", "open");

  document.getElementById("done").addEventListener("click", () => {
    if (part === "C") {
      api.LMSSetValue("cmi.core.score.min", "0");
      api.LMSSetValue("cmi.core.score.max", "100");
      api.LMSSetValue("cmi.core.score.raw", "90");
    }
    api.LMSSetValue("cmi.core.lesson_status", "completed");
    api.LMSSetValue("cmi.core.session_time", "00:00:10");
    say("state", api.LMSFinish("") === "true" ? "done" : "not saved");
  });
})();
