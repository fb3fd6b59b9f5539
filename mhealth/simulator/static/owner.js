// Whose SIM is in a phone: a choice of the district's phones, or any number typed in.

import * as api from "./api.js";
import { language, say, spaced } from "./words.js";

const OTHER = "other";
const remembered = (index) => `mhealth.phone.${index}`;

/** The name of a number in the page's language. */
export function nameOf(district, msisdn) {
  const found = district.phones.find((one) => one.msisdn === msisdn);
  return found ? found[`label_${language}`] : spaced(msisdn);
}

/** The number that a phone begins with: the last one chosen, else the first of its role. */
export function firstNumber(district, index) {
  return localStorage.getItem(remembered(index)) ?? ownNumber(district, index);
}

function ownNumber(district, index) {
  const roles = ["caller", "health_worker", "facility"];
  const found = district.phones.find((one) => one.role === roles[index]);
  return found?.msisdn ?? district.phones[index]?.msisdn ?? null;
}

/** Keep the choice of a stand over a reload. */
export function remember(district, index, msisdn) {
  if (msisdn === ownNumber(district, index)) localStorage.removeItem(remembered(index));
  else localStorage.setItem(remembered(index), msisdn);
}

/** Make the choice of a stand work; `current()` is the number in the phone or null, `onChoose(state)` gets the new one's state. */
export function armOwner(stand, district, index, { current, onChoose }) {
  const select = stand.querySelector("[data-number]");
  const form = stand.querySelector("[data-other]");
  const fault = stand.querySelector("[data-other-error]");
  select.addEventListener("change", () => {
    form.hidden = select.value !== OTHER;
    if (form.hidden) choose(select.value);
    else form.querySelector("input").focus();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") showOwner(stand, district, current());
  });
  form.addEventListener("focusout", (event) => {
    const isStill = stand.querySelector(".owner").contains(event.relatedTarget);
    if (event.relatedTarget && !isStill) showOwner(stand, district, current());
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    choose(form.querySelector("input").value);
  });
  async function choose(number) {
    try {
      const state = await api.phone(number);
      fault.textContent = "";
      form.hidden = true;
      remember(district, index, state.msisdn);
      showOwner(stand, district, state.msisdn);
      onChoose(state);
    } catch {
      fault.textContent = say("not_a_number");
    }
  }
  showOwner(stand, district, null);
}

/** Show the owner in the header of a stand; without one the person is asked for a number. */
export function showOwner(stand, district, msisdn) {
  const select = stand.querySelector("[data-number]");
  const known = district.phones.map((one) => new Option(nameOf(district, one.msisdn), one.msisdn));
  const isStrange = msisdn && !district.phones.some((one) => one.msisdn === msisdn);
  const strange = isStrange ? [new Option(spaced(msisdn), msisdn)] : [];
  select.replaceChildren(...known, ...strange, new Option(say("other_number"), OTHER));
  select.value = msisdn ?? OTHER;
  stand.querySelector("[data-other]").hidden = msisdn !== null;
  stand.querySelector("[data-owner-number]").textContent = msisdn ? spaced(msisdn) : "";
  stand.setAttribute("aria-label", say("phone_of", { who: msisdn ? nameOf(district, msisdn) : "" }));
}
