// A line of text typed on twelve keys: digits, or letters by tapping a key several times.

const LETTERS = {
  1: ".,?!'\"-()@/:1", 2: "abcàâç2", 3: "deféèêë3", 4: "ghiîï4", 5: "jkl5", 6: "mnoôœ6",
  7: "pqrs7", 8: "tuvùûü8", 9: "wxyz9", 0: " 0", "*": "+*",
};
const MODES = ["123", "abc", "ABC"];
const TAP_MS = 900;

/** What is being typed. `mode` is one of 123, abc, ABC. */
export class Line {
  constructor(mode = "123", most = 160) {
    this.text = "";
    this.mode = mode;
    this.most = most;
    this.tap = null;
  }

  /** One of the twelve keys was pressed: the same one soon again changes the last letter, # the case. */
  press(key) {
    if (key === "#" && this.mode !== "123") return this.turnMode();
    const letters = this.mode === "123" ? key : LETTERS[key];
    const now = performance.now();
    const again = this.tap?.key === key && now - this.tap.at < TAP_MS && letters.length > 1;
    const index = again ? (this.tap.index + 1) % letters.length : 0;
    if (again) this.text = this.text.slice(0, -1);
    this.add(this.mode === "ABC" ? letters[index].toUpperCase() : letters[index]);
    this.tap = { key, index, at: now };
    return undefined;
  }

  /** A character from the computer's keyboard. */
  add(character) {
    this.tap = null;
    if (this.text.length < this.most) this.text += character;
  }

  /** Take back one character; false when there was none. */
  erase() {
    this.tap = null;
    if (this.text === "") return false;
    this.text = [...this.text].slice(0, -1).join("");
    return true;
  }

  /** The next of 123, abc, ABC. */
  turnMode() {
    this.tap = null;
    this.mode = MODES[(MODES.indexOf(this.mode) + 1) % MODES.length];
  }

  /** What the mode key changes to. */
  get nextMode() {
    return MODES[(MODES.indexOf(this.mode) + 1) % MODES.length];
  }
}
