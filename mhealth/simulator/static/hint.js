// A small bar: an SMS waits on a phone that is on none of the stands, and opens there.

import { nameOf } from "./owner.js";
import { count, say } from "./words.js";

const SLOTS = { caller: 0, health_worker: 1, facility: 2, district: 2 };
const bar = document.querySelector("[data-hint]");
const key = bar.querySelector("[data-hint-open]");

let latest = null;
let hidden = 0;

/** The stand on which a number belongs. */
const slotOf = (district, msisdn) =>
  SLOTS[district.phones.find((one) => one.msisdn === msisdn)?.role] ?? 0;

/** Make the bar work; `onOpen(msisdn, slot)` puts the phone there. */
export function armHint(district, onOpen) {
  key.addEventListener("click", () => {
    bar.hidden = true;
    onOpen(latest.msisdn, slotOf(district, latest.msisdn));
  });
  bar.querySelector("[data-hint-hide]").addEventListener("click", () => {
    hidden = latest.newest;
    bar.hidden = true;
  });
}

/** Show the latest of `elsewhere`, unless it was hidden and nothing came since. */
export function drawHint(district, elsewhere) {
  const fresh = elsewhere.filter((one) => one.newest > hidden);
  bar.hidden = fresh.length === 0;
  if (bar.hidden) return;
  latest = fresh[0];
  const more = fresh.length - 1;
  put("[data-hint-words]", say("sms_for", { who: nameOf(district, latest.msisdn) }));
  put("[data-hint-more]", more > 0 ? count("more_phones", more) : "");
}

/** Text is set only when it changed, so that it is read aloud once. */
function put(where, text) {
  const part = bar.querySelector(where);
  if (part.textContent !== text) part.textContent = text;
}
