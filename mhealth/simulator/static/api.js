// The simulator's JSON, one function a request.

/** A refusal by the simulator; `word` names it. */
export class Refusal extends Error {
  constructor(word) {
    super(word);
    this.word = word;
  }
}

async function ask(path, options = {}) {
  const response = await fetch(path, { ...options, signal: AbortSignal.timeout(30_000) });
  if (response.status === 204) return null;
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refusal(body.error ?? "other");
  return body;
}

function post(path, body) {
  return ask(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

const of = (msisdn, deed) => `/api/phones/${encodeURIComponent(msisdn)}/${deed}`;

export const district = () => ask("/api/phones");
export const phone = (msisdn) => ask(`/api/phones/${encodeURIComponent(msisdn)}`);
export const dial = (msisdn, code) => post(of(msisdn, "dial"), { code });
export const type = (msisdn, text) => post(of(msisdn, "type"), { text });
export const drop = (msisdn) => post(of(msisdn, "drop"), {});
export const sms = (msisdn, to, text) => post(of(msisdn, "sms"), { to, text });
export const read = (msisdn, id) => post(of(msisdn, "read"), { id });
export const putInto = (msisdn, network) => post(of(msisdn, "network"), { network });
export const setNext = (msisdn, step) => post(of(msisdn, "next"), { step });
export const caller = (msisdn) => ask(of(msisdn, "caller"));
export const speak = (msisdn, language) => post(of(msisdn, "caller"), { language });
export const moveClock = (ahead) => post("/api/clock", { ahead });

/** The last call of a phone as the text of a dialogue file. */
export async function recording(msisdn) {
  const response = await fetch(of(msisdn, "recording"), { signal: AbortSignal.timeout(30_000) });
  if (response.ok) return response.text();
  const body = await response.json().catch(() => ({}));
  throw new Refusal(body.error ?? "other");
}

/** The phones asked for, or null when nothing changed since that revision. */
export function state(msisdns, since) {
  const query = new URLSearchParams(msisdns.map((msisdn) => ["msisdn", msisdn]));
  if (since) query.set("since", since);
  return ask(`/api/state?${query}`);
}
