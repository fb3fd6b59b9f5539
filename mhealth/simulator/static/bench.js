// The test panel of a stand: the phone's network, its next request, its caller's language, its call as a file.

import * as api from "./api.js";
import { failure, say } from "./words.js";

const STEPS = ["ok", "lost", "answer_lost", "delay", "twice", "again", "earlier"];
const TIMED = new Set(["delay", "again"]);

/** Make the panel of a stand work. */
export function armBench(stand, phone, district) {
  const part = partsOf(stand);
  part("network").replaceChildren(...district.networks.map((one) => new Option(networkName(one), one.code)));
  part("next").replaceChildren(...STEPS.map((step) => new Option(say(`next_${step}`), step)));
  const act = (deed) => attempt(part, phone, deed);
  part("network").addEventListener("change", () => act(() => api.putInto(phone.msisdn, part("network").value)));
  for (const name of ["next", "next-seconds"]) {
    part(name).addEventListener("change", () => {
      part("next-seconds").hidden = !TIMED.has(part("next").value);
      if (part("next-seconds").reportValidity()) act(() => api.setNext(phone.msisdn, chosenStep(part)));
    });
  }
  part("language").addEventListener("change", () => act(async () => {
    drawLanguages(part, await api.speak(phone.msisdn, part("language").value));
  }));
  part("bench").addEventListener("toggle", () => { if (part("bench").open) ask(part, phone); });
  part("save").addEventListener("click", () => act(async () => {
    offer(await api.recording(phone.msisdn));
  }));
}

/** Show what the simulator keeps of this phone; another phone's language is asked for anew. */
export function drawBench(stand, phone, district) {
  const part = partsOf(stand);
  const { network, next = "ok", can_save: canSave } = phone.state;
  const [step, seconds] = next.split(":");
  if (document.activeElement !== part("network") && network) part("network").value = network;
  if (![part("next"), part("next-seconds")].includes(document.activeElement)) {
    part("next").value = step;
    part("next-seconds").hidden = !TIMED.has(step);
    if (seconds) part("next-seconds").value = seconds;
  }
  part("save").disabled = !canSave;
  const odd = [];
  const at = district.networks.find((one) => one.code === network);
  if (at && at !== district.networks[0]) odd.push(say("bench_limit", { limit: at.limit }));
  if (step !== "ok") odd.push(say(`next_${step}`));
  part("bench-state").textContent = odd.join(" · ");
  followLanguage(stand, phone, part);
}

/** Another phone has its own language, and a call that is over may have changed it. */
function followLanguage(stand, phone, part) {
  const before = stand.benchOf ?? {};
  stand.benchOf = { msisdn: phone.msisdn, isCalling: phone.isCalling };
  const isOther = before.msisdn !== phone.msisdn;
  if (isOther) {
    part("bench-error").textContent = "";
    part("language").disabled = true;
  }
  if ((isOther || (before.isCalling && !phone.isCalling)) && part("bench").open) ask(part, phone);
}

const partsOf = (stand) => (name) => stand.querySelector(`[data-${name}]`);

const networkName = ({ limit, cuts }) =>
  say(cuts ? "network_cuts" : "network_refuses", { limit, wide: limit === 160 ? 70 : 80 });

function chosenStep(part) {
  const step = part("next").value;
  return TIMED.has(step) ? `${step}:${part("next-seconds").value}` : step;
}

async function ask(part, phone) {
  if (phone.msisdn) await attempt(part, phone, async () => drawLanguages(part, await api.caller(phone.msisdn)));
}

function drawLanguages(part, { language, languages }) {
  const none = new Option(say("bench_no_language"), "");
  part("language").replaceChildren(none, ...languages.map((one) => new Option(one.name, one.code)));
  part("language").value = language;
  part("language").disabled = false;
}

/** Do something for the phone that is in the stand now, and say when it fails. */
async function attempt(part, phone, deed) {
  if (!phone.msisdn) return;
  part("bench-error").textContent = "";
  try {
    await deed();
  } catch (error) {
    part("bench-error").textContent = failure(error.word ?? "other");
  }
}

/** Have the browser save a text as a file. */
function offer(text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  link.download = `call_${new Date().toISOString().slice(0, 16).replace(/\D/g, "")}.txt`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
