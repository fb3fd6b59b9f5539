// The page: three phones, asked after once a second.

import * as api from "./api.js";
import { armBench, drawBench } from "./bench.js";
import { armClock, drawClock, now, setClock, setClockZone } from "./clock.js";
import { Handset } from "./handset.js";
import { armHint, drawHint } from "./hint.js";
import { armKeys } from "./keyboard.js";
import { armOwner, firstNumber, nameOf, remember, showOwner } from "./owner.js";
import { armWriting, drawPanel } from "./panel.js";
import { draw } from "./screen.js";
import { say } from "./words.js";

const POLL_MS = 1000;
const bar = document.querySelector("[data-clock]");
const notice = document.querySelector("[data-notice]");
const stands = [...document.querySelectorAll("[data-phone]")];

let revision = "";

const district = await start();
const phones = stands.map((stand, index) => makePhone(stand, index));
await Promise.all(phones.map((phone, index) => insertFirst(phone, index)));
armClock(bar, () => poll());
armTabs();
armHint(district, openPhone);
setInterval(tick, POLL_MS);
document.documentElement.dataset.ready = "yes";

async function start() {
  for (;;) {
    try {
      const found = await api.district();
      setClockZone(bar, found.timezone);
      setClock(bar, found.clock);
      return found;
    } catch {
      await lost();
    }
  }
}

function lost() {
  notice.textContent = say("lost_simulator");
  notice.hidden = false;
  return new Promise((resolve) => setTimeout(resolve, POLL_MS));
}

function makePhone(stand, index) {
  const live = stand.querySelector("[data-live]");
  const phone = new Handset({
    code: district.service_code,
    smsNumber: district.sms_number,
    now,
    onChange: () => show(stand, phone, index),
    onNews: (text) => { live.textContent = text; },
    onSms: () => buzz(stand),
  });
  armKeys(stand, phone);
  armWriting(stand, phone);
  armBench(stand, phone, district);
  armOwner(stand, district, index, {
    current: () => phone.msisdn || null,
    onChoose: (state) => change(phone, state),
  });
  stand.querySelector("[data-drop]").addEventListener("click", () => phone.drop());
  return phone;
}

async function insertFirst(phone, index) {
  const number = firstNumber(district, index);
  if (number === null) return show(stands[index], phone, index);
  const state = await api.phone(number);
  showOwner(stands[index], district, state.msisdn);
  return change(phone, state);
}

function change(phone, state) {
  revision = "";
  phone.insert(state);
}

/** Put a phone that is not shown on a stand and bring the stand into view. */
async function openPhone(msisdn, index) {
  const state = await api.phone(msisdn);
  remember(district, index, msisdn);
  showOwner(stands[index], district, msisdn);
  change(phones[index], state);
  bringIntoView(stands[index]);
}

function show(stand, phone, index) {
  draw(stand, phone);
  drawPanel(stand, phone);
  drawBench(stand, phone, district);
  const tab = document.querySelector(`[data-tab="${index}"]`);
  tab.querySelector("[data-tab-name]").textContent = phone.msisdn ? shortName(phone.msisdn) : "—";
  const badge = tab.querySelector("[data-tab-unread]");
  badge.hidden = phone.unread === 0;
  badge.textContent = phone.unread;
}

function shortName(msisdn) {
  return nameOf(district, msisdn).split(/[,(]/)[0].trim();
}

function buzz(stand) {
  const handset = stand.querySelector("[data-handset]");
  handset.classList.remove("buzz");
  void handset.offsetWidth;
  handset.classList.add("buzz");
}

async function tick() {
  drawClock(bar);
  phones.forEach((phone, index) => draw(stands[index], phone));
  if (!document.hidden) await poll();
}

async function poll() {
  const numbers = phones.map((phone) => phone.msisdn).filter(Boolean);
  const turns = phones.map((phone) => phone.turn);
  try {
    const fresh = await api.state(numbers, revision);
    notice.hidden = true;
    if (fresh !== null) takeOver(fresh, turns);
  } catch {
    lost();
  }
}

/** An answer older than what a phone did meanwhile is not shown; the next poll asks for all anew. */
function takeOver(fresh, turns) {
  const isCurrent = phones.every((phone, index) => phone.turn === turns[index]);
  revision = isCurrent ? fresh.revision : "";
  setClock(bar, fresh.clock);
  if (isCurrent) drawHint(district, fresh.elsewhere);
  phones.forEach((phone, index) => {
    const state = fresh.phones[phone.msisdn];
    if (state && phone.turn === turns[index]) phone.accept(state);
  });
}

function bringIntoView(stand) {
  const desk = document.querySelector("[data-desk]");
  desk.scrollTo({ left: stand.offsetLeft - desk.offsetLeft, behavior: "smooth" });
}

function armTabs() {
  const desk = document.querySelector("[data-desk]");
  for (const tab of document.querySelectorAll("[data-tab]")) {
    tab.addEventListener("click", (event) => {
      event.preventDefault();
      bringIntoView(stands[Number(tab.dataset.tab)]);
    });
  }
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries.filter((one) => one.isIntersecting)) markTab(entry.target);
  }, { root: desk, threshold: 0.6 });
  stands.forEach((stand) => seen.observe(stand));
}

function markTab(stand) {
  for (const tab of document.querySelectorAll("[data-tab]")) {
    if (tab.dataset.tab === stand.dataset.phone) tab.setAttribute("aria-current", "true");
    else tab.removeAttribute("aria-current");
  }
}
