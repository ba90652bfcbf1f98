// "3 minutes ago" must not say so an hour later: refresh relative times in the language of the page.
const steps = [["year", 31536000], ["month", 2592000], ["week", 604800], ["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "always" });

function refresh() {
  for (const time of document.querySelectorAll("time[data-relative]")) {
    const seconds = (Date.parse(time.dateTime) - Date.now()) / 1000;
    const [unit, size] = steps.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
    time.firstElementChild.textContent = words.format(Math.trunc(seconds / size), unit);
  }
}

setInterval(refresh, 60_000);
document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });

// Exact times are written by the server: it learns from a cookie in which zone this browser is.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone) document.cookie = `timezone=${zone}; path=/; max-age=31536000; samesite=lax`;
