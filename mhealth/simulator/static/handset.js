// One phone: what it holds, which view it is in, and the simulator's word on its call and its SMS.

import * as api from "./api.js";
import { Line } from "./typing.js";
import { VIEWS } from "./views.js";
import { count, failure, say } from "./words.js";

const DIGITS = "0123456789*#";
const EMPTY = { msisdn: "", call: null, messages: [], unread: 0, exchanges: [] };

/** A phone. `onChange(phone)` is called after every change, `onNews(text)` for what is worth saying aloud. */
export class Handset {
  constructor({ code, smsNumber, now, onChange, onNews, onSms }) {
    Object.assign(this, { code, smsNumber, now, onChange, onNews, onSms });
    this.view = "idle";
    this.line = new Line();
    this.state = EMPTY;
    this.cursor = 0;
    this.scrolled = 0;
    this.turn = 0;
  }

  get msisdn() { return this.state.msisdn; }
  get call() { return this.state.call; }
  get unread() { return this.state.unread; }
  get incoming() { return this.state.messages.filter((sms) => sms.is_incoming); }
  get isCalling() { return ["waiting", "open"].includes(this.call?.state); }

  /** Put another SIM into this phone. */
  insert(state) {
    this.state = EMPTY;
    this.show("idle");
    this.accept(state, { isNew: true });
  }

  /** Take over what the simulator says of this phone. */
  accept(state, { isNew = false } = {}) {
    const before = this.state;
    this.state = state;
    if (screenOf(before) !== screenOf(state)) this.followCall(before.call);
    const fresh = state.messages.filter((sms) => sms.is_incoming && sms.id > newest(before));
    if (!isNew && fresh.length > 0) this.announce(fresh);
    this.onChange(this);
  }

  followCall(before) {
    if (this.call === null) {
      if (before !== null) this.show("idle");
      return;
    }
    this.show(this.call.state, { line: new Line() });
    if (this.call.text !== "" && this.call.state !== "waiting") this.onNews(this.call.text);
    if (this.call.state === "failed") this.onNews(failure(this.call.reason));
  }

  announce(fresh) {
    this.onNews(`${count("lcd_new", fresh.length)}. ${fresh[0].body}`);
    this.onSms(this);
    if (this.view === "inbox") this.cursor += fresh.length;
  }

  /** Go to a view, with an empty line to type on. */
  show(view, { line = new Line() } = {}) {
    Object.assign(this, { view, line, scrolled: 0, cursor: view === "inbox" ? this.cursor : 0 });
  }

  /** A key of the phone. */
  press(key) {
    const view = VIEWS[this.view];
    if (DIGITS.includes(key)) view.digit?.(this, key);
    else view[key]?.(this);
    this.onChange(this);
  }

  /** A character of the computer's keyboard. */
  typed(character) {
    const view = VIEWS[this.view];
    if (DIGITS.includes(character) && this.line.mode === "123") view.digit?.(this, character);
    else view.character?.(this, character);
    this.onChange(this);
  }

  scroll(by) { this.scrolled = Math.max(0, this.scrolled + by); }

  moveCursor(by) {
    const most = Math.max(0, this.incoming.length - 1);
    this.cursor = Math.min(most, Math.max(0, this.cursor + by));
  }

  firstUnread() { return this.incoming.find((sms) => !sms.is_read) ?? this.incoming[0]; }

  open(sms) {
    this.opened = sms;
    this.show("reading");
    this.markRead(sms);
  }

  markRead(sms) {
    if (!sms.is_read) this.ask(api.read(this.msisdn, sms.id));
  }

  compose(to) {
    this.to = to;
    this.show("writing", { line: new Line("abc", 918) });
  }

  async dial(code) {
    this.show("waiting");
    await this.ask(api.dial(this.msisdn, code));
  }

  async answer(text) {
    this.show("waiting");
    await this.ask(api.type(this.msisdn, text));
  }

  async drop() {
    this.show("idle");
    await this.ask(api.drop(this.msisdn));
  }

  async send(to, text) {
    const fault = await this.post(to, text);
    this.tell(fault || say("lcd_sending"));
  }

  /** Send an SMS; what went wrong, or an empty text. */
  async post(to, text) {
    try {
      await this.follow(api.sms(this.msisdn, to, text));
      return "";
    } catch (error) {
      return failure(error.word);
    }
  }

  tell(text) {
    this.told = text;
    this.show("told");
    this.onNews(text);
    this.onChange(this);
  }

  /** Do as the simulator says; what it refuses is shown on the screen. */
  async ask(request) {
    const asker = this.msisdn;
    try {
      await this.follow(request);
    } catch (error) {
      if (asker === this.msisdn) this.tell(failure(error.word));
    }
  }

  /** Wait for the simulator; its answer belongs to the SIM that asked. `turn` dates what is older. */
  async follow(request) {
    const asker = this.msisdn;
    this.turn += 1;
    this.onChange(this);
    try {
      const state = await request;
      if (asker === this.msisdn) this.accept(state);
    } finally {
      this.turn += 1;
    }
  }
}

const screenOf = (state) => JSON.stringify([state.call?.session, state.call?.state, state.call?.hops]);
const newest = (state) => state.messages.reduce((most, sms) => Math.max(most, sms.id), 0);
