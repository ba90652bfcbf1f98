// All packages share one origin: what one learner's course kept in the browser must not be read by the next.

const MARK = "colloquium.registration";

export async function forgetOtherLearners(registration) {
  try {
    if (localStorage.getItem(MARK) === registration) return;
    localStorage.clear();
    sessionStorage.clear();
    const databases = (await indexedDB.databases?.()) ?? [];
    await Promise.all(databases.map(({ name }) => gone(name)));
    localStorage.setItem(MARK, registration);
  } catch {
    // No storage here (blocked for embedded pages): then nothing was kept either.
  }
}

function gone(name) {
  return new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = request.onerror = request.onblocked = resolve;
  });
}
