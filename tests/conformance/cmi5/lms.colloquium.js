// What the official LMS tests of cmi5 (adlnet/CATAPULT, folder lts) need to drive an installation: docs/api.md says how.
const { InvalidPackageError } = require(`${process.cwd()}/lib/errors`);

const { COLLOQUIUM_ORIGIN: origin, COLLOQUIUM_KEY: key, COLLOQUIUM_SECRET: secret } = process.env;
const authorization = `Basic ${Buffer.from(`${key}:${secret}`).toString("base64")}`;
let courses = [];

function call(method, path, payload, type = "application/json") {
  const headers = { Authorization: authorization, "Content-Type": type };
  return new Promise((resolve, reject) => {
    const request = require(origin.split(":")[0]).request(`${origin}/api/v1${path}`, { method, headers }, async (response) => {
      const text = (await whole(response)).toString();
      const body = text ? JSON.parse(text) : null;
      if (response.statusCode < 400) resolve(body);
      else if (body?.violatedReqId) reject(new InvalidPackageError(`${body.violatedReqId}: ${body.message}`));
      else reject(new Error(`${method} ${path}: ${response.statusCode} ${text}`));
    });
    request.on("error", reject).end(payload);
  });
}

async function whole(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

module.exports = {
  setup: async () => {},
  teardown: async () => {},
  getLrsEndpoint: () => `${origin}/xapi`,
  getLrsAuthHeader: () => authorization,
  importCourse: async (stream, type) => {
    const { id } = await call("POST", "/courses", await whole(stream), type);
    courses.push(id);
    return id;
  },
  getLaunchUrl: async (course, unit, actor, { registration: reg, launchMode }) =>
    (await call("POST", `/courses/${course}/launch-url/${unit}`, JSON.stringify({ actor, reg, launchMode }))).url,
  cleanup: async () => {
    for (const course of courses) await call("DELETE", `/courses/${course}`);
    courses = [];
  },
  hasWaive: () => true,
  waiveAU: (registration, unit, reason) => call("POST", `/registrations/${registration}/waive-au/${unit}`, JSON.stringify({ reason })),
  hasAbandon: () => true,
  abandonSession: (session) => call("POST", `/sessions/${session}/abandon`, "{}"),
};
