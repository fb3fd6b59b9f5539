// The page's words in the language of the document, and how it writes times and numbers.

export const language = document.documentElement.lang;
const words = await fetch(`/static/words/${language}.json`).then((response) => response.json());

/** A word of the page, its `{places}` filled in. */
export function say(key, places = {}) {
  const text = words[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => places[name] ?? whole);
}

/** `one` or `many`, by number. */
export function count(key, n) {
  return say(`${key}_${n === 1 ? "one" : "many"}`, { n });
}

/** What a refusal or a failure is called. */
export function failure(word) {
  const text = say(`fail_${word}`);
  return text === `fail_${word}` ? say("fail_other") : text;
}

const locale = { fr: "fr", en: "en-GB" }[language];
let formats = formatsIn(undefined);

function formatsIn(timeZone) {
  const format = (parts) => new Intl.DateTimeFormat(locale, { ...parts, timeZone });
  return {
    hour: format({ hour: "2-digit", minute: "2-digit" }),
    day: format({ weekday: "short", day: "numeric", month: "short" }),
    shortDay: format({ day: "2-digit", month: "2-digit" }),
  };
}

/** Write all times in the district's zone; without one they are the browser's. */
export function setZone(timeZone) { formats = formatsIn(timeZone ?? undefined); }

/** Hours and minutes of a time in seconds since 1970. */
export const hour = (seconds) => formats.hour.format(seconds * 1000);

/** Day and month likewise. */
export const day = (seconds) => formats.day.format(seconds * 1000);

/** The time alone for today by the demo's clock, with its day before it otherwise. */
export function when(seconds, now) {
  return day(seconds) === day(now) ? hour(seconds) : `${day(seconds)} ${hour(seconds)}`;
}

/** Likewise in few letters: hours and minutes today, else day and month in digits. */
export function brief(seconds, now) {
  return day(seconds) === day(now) ? hour(seconds) : formats.shortDay.format(seconds * 1000);
}

/** A span such as `1 d 2 h`, in whole minutes. */
export function span(seconds) {
  const minutes = Math.round(seconds / 60);
  const parts = [
    ["days", Math.floor(minutes / 1440)],
    ["hours", Math.floor(minutes / 60) % 24],
    ["minutes", minutes % 60],
  ];
  return parts.filter(([, n]) => n > 0).map(([key, n]) => say(key, { n })).join(" ");
}

/** A number in groups that a person can read aloud: `+229 01 90 00 00 11`. */
export function spaced(msisdn) {
  const found = /^\+(229|221|223|225|226|227|228|237|243|250|254|255|256)(\d+)$/.exec(msisdn);
  if (!found) return msisdn;
  const [, country, rest] = found;
  return `+${country} ${rest.replace(/(\d{2})(?=\d)/g, "$1 ")}`;
}
