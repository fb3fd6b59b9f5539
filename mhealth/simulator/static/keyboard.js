// Keys of the phone and of the computer; the phone in focus gets the computer's.

const NAMED = {
  Enter: "call", Escape: "end", Backspace: "clear", Delete: "clear", ArrowUp: "up", ArrowDown: "down",
  ArrowLeft: "left", ArrowRight: "right",
};

const HAS_KEYBOARD = matchMedia("(hover: hover)");

/** Make the keys of a stand work. */
export function armKeys(stand, phone) {
  const lcd = stand.querySelector("[data-lcd]");
  for (const button of stand.querySelectorAll("[data-key]")) {
    button.addEventListener("pointerdown", (event) => event.preventDefault());
    button.addEventListener("click", () => {
      if (document.activeElement !== button && HAS_KEYBOARD.matches) lcd.focus({ preventScroll: true });
      phone.press(button.dataset.key);
    });
  }
  lcd.addEventListener("click", () => lcd.focus({ preventScroll: true }));
  stand.querySelector("[data-handset]").addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target !== lcd && ["Enter", " ", "Tab"].includes(event.key)) return;
    if (takes(phone, event.key)) event.preventDefault();
  });
}

function takes(phone, key) {
  if (key in NAMED) phone.press(NAMED[key]);
  else if ([...key].length === 1) phone.typed(key);
  else return false;
  return true;
}
