// What a phone shows and what each of its keys does, one entry a view. A handset is handed in.
//
// draw(phone) gives {big, title, body, list, input, centre, isBad, left, right, isBusy};
// keys: call, end, clear, up, down, left, right; `digit` takes the twelve keys, `character` the
// computer's keyboard.

import { measure } from "./gsm.js";
import { brief, count, day, failure, hour, say, spaced, when } from "./words.js";

const name = (phone, other) => (other.startsWith("+") ? spaced(other) : other);

const idle = {
  draw: (phone) => ({
    big: hour(phone.now()),
    title: day(phone.now()),
    body: phone.unread > 0 ? count("lcd_new", phone.unread) : say("lcd_idle_hint", { code: phone.code }),
    isCalling: phone.unread > 0,
    left: say(phone.unread > 0 ? "soft_read" : "soft_messages"),
    right: say("soft_write"),
  }),
  left: (phone) => (phone.unread > 0 ? phone.open(phone.firstUnread()) : phone.show("inbox")),
  right: (phone) => phone.compose(phone.smsNumber),
  call: (phone) => phone.dial(phone.code),
  down: (phone) => phone.show("inbox"),
  digit: (phone, key) => {
    phone.show("dial");
    phone.line.press(key);
  },
};

const dial = {
  draw: (phone) => ({ big: phone.line.text, left: say("soft_call"), right: say("soft_clear") }),
  left: (phone) => phone.dial(phone.line.text),
  call: (phone) => phone.dial(phone.line.text),
  right: (phone) => dial.clear(phone),
  clear: (phone) => {
    phone.line.erase();
    if (phone.line.text === "") phone.show("idle");
  },
  end: (phone) => phone.show("idle"),
  digit: (phone, key) => phone.line.press(key),
};

const waiting = {
  draw: () => ({ body: say("lcd_waiting"), isBusy: true, right: say("soft_cancel") }),
  right: (phone) => phone.drop(),
  end: (phone) => phone.drop(),
};

/** How much room is left, by the network and the alphabet of the screen. */
function room(call) {
  if (call.left < 0) return say("lcd_cut", { n: -call.left });
  return say(call.is_gsm7 ? "lcd_left" : "lcd_left_ucs2", { n: call.left, room: call.room });
}

const ussd = {
  draw: (phone) => ({
    body: phone.call.text,
    input: phone.line.text,
    mode: phone.line.mode,
    centre: room(phone.call),
    isBad: phone.call.left < 0,
    left: say("soft_send"),
    right: phone.line.nextMode,
  }),
  left: (phone) => phone.answer(phone.line.text),
  call: (phone) => phone.answer(phone.line.text),
  right: (phone) => phone.line.turnMode(),
  clear: (phone) => phone.line.erase(),
  end: (phone) => phone.drop(),
  up: (phone) => phone.scroll(-1),
  down: (phone) => phone.scroll(1),
  digit: (phone, key) => phone.line.press(key),
  character: (phone, character) => phone.line.add(character),
};

function last(body, isBad) {
  return {
    draw: (phone) => ({
      body: body(phone),
      centre: isBad ? "" : room(phone.call),
      isBad: !isBad && phone.call.left < 0,
      left: say("soft_ok"),
    }),
    left: (phone) => phone.drop(),
    end: (phone) => phone.drop(),
    clear: (phone) => phone.drop(),
    call: (phone) => phone.dial(phone.code),
    up: (phone) => phone.scroll(-1),
    down: (phone) => phone.scroll(1),
  };
}

const ended = last((phone) => phone.call.text, false);
const failed = last((phone) => failure(phone.call.reason), true);
const expired = last(() => say("call_expired"), true);

const inbox = {
  draw: (phone) => ({
    title: say("lcd_inbox"),
    body: phone.incoming.length === 0 ? say("lcd_empty") : "",
    list: phone.incoming.map((sms, index) => ({
      text: sms.body,
      detail: brief(sms.at, phone.now()),
      isSelected: index === phone.cursor,
      isNew: !sms.is_read,
    })),
    left: phone.incoming.length === 0 ? "" : say("soft_read"),
    right: say("soft_back"),
  }),
  left: (phone) => phone.incoming.length > 0 && phone.open(phone.incoming[phone.cursor]),
  call: (phone) => inbox.left(phone),
  right: (phone) => phone.show("idle"),
  end: (phone) => phone.show("idle"),
  clear: (phone) => phone.show("idle"),
  up: (phone) => phone.moveCursor(-1),
  down: (phone) => phone.moveCursor(1),
};

const reading = {
  draw: (phone) => ({
    title: `${name(phone, phone.opened.other)} · ${when(phone.opened.at, phone.now())}`,
    body: phone.opened.body,
    centre: count("segments", phone.opened.segments),
    left: say("soft_reply"),
    right: say("soft_back"),
  }),
  left: (phone) => phone.compose(phone.opened.other),
  right: (phone) => phone.show("inbox"),
  end: (phone) => phone.show("idle"),
  clear: (phone) => phone.show("inbox"),
  up: (phone) => phone.scroll(-1),
  down: (phone) => phone.scroll(1),
};

const writing = {
  draw: (phone) => ({
    title: say("lcd_compose_to", { to: name(phone, phone.to) }),
    input: phone.line.text,
    isLongInput: true,
    mode: phone.line.mode,
    centre: say("lcd_size", measure(phone.line.text)),
    left: say("soft_send"),
    right: phone.line.nextMode,
  }),
  left: (phone) => phone.send(phone.to, phone.line.text),
  call: (phone) => writing.left(phone),
  right: (phone) => phone.line.turnMode(),
  clear: (phone) => phone.line.erase() || phone.show("idle"),
  end: (phone) => phone.show("idle"),
  digit: (phone, key) => phone.line.press(key),
  character: (phone, character) => phone.line.add(character),
};

const told = {
  draw: (phone) => ({ body: phone.told, left: say("soft_ok") }),
  left: (phone) => phone.show("idle"),
  call: (phone) => phone.show("idle"),
  end: (phone) => phone.show("idle"),
  clear: (phone) => phone.show("idle"),
};

export const VIEWS = {
  idle, dial, waiting, open: ussd, ended, failed, expired, inbox, reading, writing, told,
};
