// Saves once, at the event and in the way that the query string names. Plain script: listeners must be there at once.
(function () {
  const query = new URLSearchParams(location.search);
  const save = query.get("save") || "pagehide";
  const end = query.get("end") || "finish";
  const size = Number(query.get("size") || 0);
  const newer = query.get("version") === "2004";

  const find = (win, name) => {
    for (let step = 0; step < 20; step += 1) {
      if (win[name]) return win[name];
      if (win.parent === win) return null;
      win = win.parent;
    }
    return null;
  };
  const api = find(window, newer ? "API_1484_11" : "API");
  const call = (name) => (newer ? name : { Initialize: "LMSInitialize", SetValue: "LMSSetValue", GetValue: "LMSGetValue", Commit: "LMSCommit", Terminate: "LMSFinish" }[name]);
  const element = newer
    ? { location: "cmi.location", status: "cmi.completion_status", time: "cmi.session_time", exit: "cmi.exit" }
    : { location: "cmi.core.lesson_location", status: "cmi.core.lesson_status", time: "cmi.core.session_time", exit: "cmi.core.exit" };
  const set = (name, value) => api[call("SetValue")](name, value);

  let done = false;
  function put() {
    set(element.location, "half-way");
    set("cmi.suspend_data", "saved by " + save + "x".repeat(size));
    set(element.status, "incomplete");
    set(element.time, newer ? "PT65S" : "00:01:05");
    set(element.exit, "suspend");
  }
  function goodbye() {
    if (done) return;
    done = true;
    put();
    api[call("Commit")]("");
    if (end === "finish") api[call("Terminate")]("");
  }

  api[call("Initialize")]("");
  const back = api[call("GetValue")](element.location);
  if (back) document.getElementById("resumed").textContent = "resumed: " + back;
  const ready = () => { document.getElementById("state").textContent = "ready"; };
  if (save === "set") setTimeout(() => { put(); ready(); }, 500);
  else if (save === "visibilitychange") document.addEventListener(save, () => { if (document.visibilityState === "hidden") goodbye(); });
  else window.addEventListener(save, goodbye);
  if (save !== "set") ready();
})();
