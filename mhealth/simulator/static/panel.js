// What stands below a phone: its SMS as a list, a field to write one, and the network log.

import { measure } from "./gsm.js";
import { make } from "./screen.js";
import { count, say, spaced, when } from "./words.js";

const shown = (other) => (other.startsWith("+") ? spaced(other) : other);

/** Redraw the lists of a stand when its phone's messages or log changed. */
export function drawPanel(stand, phone) {
  const key = JSON.stringify([phone.state.messages, phone.state.exchanges.map((one) => one.id)]);
  if (stand.drawnPanel === key) return;
  stand.drawnPanel = key;
  const unread = stand.querySelector("[data-unread]");
  unread.textContent = phone.unread > 0 ? count("unread", phone.unread) : "";
  drawMessages(stand, phone);
  drawExchanges(stand.querySelector("[data-exchanges]"), phone);
}

function drawMessages(stand, phone) {
  const rows = phone.state.messages.map((sms) => message(stand, phone, sms));
  const empty = make("li", "empty", say("no_messages"));
  stand.querySelector("[data-messages]").replaceChildren(...(rows.length > 0 ? rows : [empty]));
}

function message(stand, phone, sms) {
  const kind = sms.is_incoming ? "incoming" : "outgoing";
  const row = make("li", `message ${kind}${sms.is_read ? "" : " new"}`);
  const head = make("p", "message-head");
  const who = say(sms.is_incoming ? "from" : "to", { other: shown(sms.other) });
  head.append(make("b", "", who), make("time", "", when(sms.at, phone.now())));
  row.append(head, make("p", "message-body", sms.body), foot(stand, phone, sms));
  if (!sms.is_read) row.addEventListener("click", () => phone.markRead(sms));
  return row;
}

function foot(stand, phone, sms) {
  const line = make("p", "message-foot");
  const size = count("segments", sms.segments);
  const status = sms.is_incoming ? "" : ` · ${say(`status_${sms.status}`)}`;
  line.append(make("span", "", size + status));
  if (sms.is_incoming) {
    const reply = make("button", "link", say("reply"));
    reply.type = "button";
    reply.addEventListener("click", () => startReply(stand, phone, sms));
    line.append(reply);
  }
  return line;
}

function startReply(stand, phone, sms) {
  stand.querySelector("[data-write-to]").value = sms.other;
  stand.querySelector("[data-write-text]").focus();
}

/** Make the field to write an SMS work. */
export function armWriting(stand, phone) {
  const to = stand.querySelector("[data-write-to]");
  const text = stand.querySelector("[data-write-text]");
  const size = stand.querySelector("[data-write-size]");
  const fault = stand.querySelector("[data-write-error]");
  const measureIt = () => {
    size.textContent = text.value === "" ? "" : say("lcd_size", measure(text.value));
  };
  to.value = phone.smsNumber;
  text.addEventListener("input", measureIt);
  stand.querySelector("[data-write]").addEventListener("submit", async (event) => {
    event.preventDefault();
    fault.textContent = await phone.post(to.value, text.value);
    if (fault.textContent === "") text.value = "";
    measureIt();
  });
}

function drawExchanges(list, phone) {
  const rows = phone.state.exchanges.map((one) => exchange(one));
  list.replaceChildren(...(rows.length > 0 ? rows : [make("li", "empty", say("no_exchanges"))]));
}

function exchange(one) {
  const row = make("li", one.status >= 200 && one.status < 300 ? "" : "bad");
  const head = make("p", "exchange-head");
  const way = say(one.is_ours ? "to_service" : "from_service");
  const took = one.is_ours ? ` · ${say("took", { n: one.took_ms })}` : "";
  head.append(make("b", "", one.what), make("span", "", `${way} · ${one.status || say("no_answer")}${took}`));
  const fields = [...new URLSearchParams(one.sent)].map(([name, value]) => `${name}=${value}`);
  row.append(head, make("pre", "", fields.join("\n")), make("pre", "reply", one.answer || say("empty_answer")));
  return row;
}
