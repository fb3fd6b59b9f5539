// Draws a handset's view into its screen; every text from the network goes in as plain text.

import { VIEWS } from "./views.js";
import { hour, say } from "./words.js";

const LINE_PX = 18;

/** A fresh element with a class and a text. */
export function make(tag, className, text = "") {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.textContent = text;
  return element;
}

/** Draw a phone into its stand. */
export function draw(stand, phone) {
  const part = (name) => stand.querySelector(`[data-${name}]`);
  const picture = VIEWS[phone.view].draw(phone);
  drawStatus(part("status"), phone, picture);
  const key = JSON.stringify([picture, phone.scrolled, phone.view]);
  if (stand.drawnScreen === key) return;
  stand.drawnScreen = key;
  drawBody(part("body"), picture, phone);
  drawInput(part("input"), picture);
  part("soft-left").textContent = picture.left ?? "";
  part("centre").textContent = picture.centre ?? "";
  part("centre").classList.toggle("bad", Boolean(picture.isBad));
  part("soft-right").textContent = picture.right ?? "";
  nameKey(stand, "left", picture.left, "key_left");
  nameKey(stand, "right", picture.right, "key_right");
  part("drop").disabled = !phone.isCalling;
  stand.classList.toggle("in-call", phone.isCalling);
}

function nameKey(stand, key, word, otherwise) {
  stand.querySelector(`[data-key="${key}"]`).setAttribute("aria-label", word || say(otherwise));
}

function drawStatus(status, phone, picture) {
  const bars = make("i", "bars");
  const middle = make("span", "lcd-middle", phone.unread > 0 ? `✉ ${phone.unread}` : "");
  const end = phone.isCalling ? elapsed(phone) : hour(phone.now());
  const parts = [bars, middle, make("span", "lcd-mode", picture.mode ?? ""), make("span", "", end)];
  status.replaceChildren(...parts);
}

function elapsed(phone) {
  const seconds = Math.max(0, Math.floor(Date.now() / 1000 - phone.call.started_at));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function drawBody(body, picture, phone) {
  const parts = [];
  if (picture.title) parts.push(make("p", "lcd-title", picture.title));
  if (picture.big) parts.push(make("p", "lcd-big", picture.big));
  if (picture.body) parts.push(picture.isCalling ? make("p", "lcd-news", picture.body) : lines(picture.body));
  for (const row of picture.list ?? []) parts.push(listRow(row));
  body.className = `lcd-body${picture.big ? " idle" : ""}${picture.isBusy ? " busy" : ""}`;
  body.replaceChildren(...parts);
  body.querySelector(".selected")?.scrollIntoView({ block: "nearest" });
  if (!picture.list) scrollTo(body, phone);
}

/** Each line runs in the direction of its own first letter. */
function lines(text) {
  const block = make("div", "lcd-text");
  for (const line of text.split("\n")) {
    const row = make("p", "", line);
    row.dir = "auto";
    block.append(row);
  }
  return block;
}

function scrollTo(body, phone) {
  const most = Math.ceil((body.scrollHeight - body.clientHeight) / LINE_PX / 3);
  phone.scrolled = Math.min(phone.scrolled, Math.max(0, most));
  body.scrollTop = phone.scrolled * LINE_PX * 3;
}

function listRow(row) {
  const line = make("p", `lcd-row${row.isSelected ? " selected" : ""}${row.isNew ? " new" : ""}`);
  line.append(make("span", "", row.text), make("span", "lcd-detail", row.detail));
  return line;
}

function drawInput(input, picture) {
  input.hidden = picture.input === undefined;
  input.className = `lcd-input${picture.isLongInput ? " long" : ""}`;
  input.replaceChildren(make("span", "typed", picture.input ?? ""), make("i", "caret"));
  input.scrollTop = input.scrollHeight;
}
