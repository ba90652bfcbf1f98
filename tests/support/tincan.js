// What the example courses of Tin Can ask of the library that was left out of their zips, with the same requests: synchronous where
// they do not wait for an answer, documents merged by POST, every statement about the page's own activity.

window.TinCan = class {
  constructor({ url, activity }) {
    this.query = Object.fromEntries(new URL(url).searchParams);
    this.activity = activity;
  }

  request(method, path, { parameters = {}, type = "application/json", body, done } = {}) {
    const request = new XMLHttpRequest();
    request.open(method, `${this.query.endpoint}${path}?${new URLSearchParams(parameters)}`.replace(/\?$/, ""), Boolean(done));
    request.setRequestHeader("Authorization", this.query.auth);
    request.setRequestHeader("X-Experience-API-Version", "1.0.3");
    request.setRequestHeader("Content-Type", type);
    if (done) request.onload = () => done(request.status >= 400 ? request.status : null, request);
    request.send(body);
    return request;
  }

  complete(statement) {
    const { context = {} } = statement;
    return {
      id: crypto.randomUUID?.() ?? TinCan.uuid(),
      actor: JSON.parse(this.query.actor),
      object: this.activity,
      ...statement,
      context: { ...context, registration: this.query.registration },
    };
  }

  sendStatement(statement, done) {
    const { id, ...rest } = this.complete(statement);
    return this.request("PUT", "statements", { parameters: { statementId: id }, body: JSON.stringify({ id, ...rest }), done });
  }

  sendStatements(statements, done) {
    return this.request("POST", "statements", { body: JSON.stringify(statements.map((one) => this.complete(one))), done });
  }

  place(stateId) {
    const { activity_id: activityId, actor: agent, registration } = this.query;
    return { stateId, activityId, agent, registration };
  }

  setState(stateId, value, { contentType, callback } = {}) {
    this.request("POST", "activities/state", { parameters: this.place(stateId), type: contentType, body: JSON.stringify(value), done: callback });
  }

  getState(stateId) {
    const { status, responseText } = this.request("GET", "activities/state", { parameters: this.place(stateId) });
    return { err: null, state: status === 200 ? { contents: JSON.parse(responseText) } : null };
  }

  static uuid() {
    return "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) => (c ^ ((Math.random() * 16) >> (c / 4))).toString(16));
  }

  static Utils = { convertMillisecondsToISO8601Duration: (time) => `PT${Math.round(time / 10) / 100}S` };
};
