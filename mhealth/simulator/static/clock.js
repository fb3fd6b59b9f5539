// The demo's clock in the bar: what time it is in the simulated world, and the keys that move it.

import * as api from "./api.js";
import { day, hour, say, setZone, span } from "./words.js";

let difference = 0;

/** Now by the demo's clock, in seconds since 1970. */
export const now = () => Date.now() / 1000 + difference;

/** Write times in the district's zone, and say which it is. */
export function setClockZone(bar, zone) {
  setZone(zone);
  const place = zone?.split("/").at(-1).replaceAll("_", " ");
  bar.querySelector("[data-clock-zone]").textContent = place ? say("clock_zone", { zone: place }) : "";
  bar.querySelector("[data-clock-now]").title = zone ?? "";
}

/** Take over the simulator's word on the clock. */
export function setClock(bar, clock) {
  difference = clock.now - Date.now() / 1000;
  const ahead = bar.querySelector("[data-clock-ahead]");
  ahead.textContent = clock.ahead > 0 ? say("clock_ahead", { span: span(clock.ahead) }) : say("clock_real");
  bar.classList.toggle("moved", clock.ahead > 0);
  for (const key of bar.querySelectorAll("[data-ahead]")) {
    key.disabled = !clock.can_move || (key.dataset.ahead === "" && clock.ahead === 0);
    key.title = clock.can_move ? "" : say("clock_fixed");
  }
  drawClock(bar);
}

/** Show the time of this moment. */
export function drawClock(bar) {
  const time = bar.querySelector("[data-clock-now]");
  time.textContent = `${day(now())} ${hour(now())}`;
  time.dateTime = new Date(now() * 1000).toISOString();
}

/** Make the keys work; `onMoved` is called after each move. */
export function armClock(bar, onMoved) {
  for (const key of bar.querySelectorAll("[data-ahead]")) {
    key.addEventListener("click", async () => {
      const ahead = key.dataset.ahead === "" ? null : Number(key.dataset.ahead);
      setClock(bar, await api.moveClock(ahead));
      onMoved();
    });
  }
}
