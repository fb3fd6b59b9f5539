// How long a text is on the network: septets of GSM-7, else UTF-16 units, and its segments.

const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const TWICE = new Set("\f^{}\\[~]|€");

/** `{length, room, segments}` of a text as it would be sent. */
export function measure(text) {
  const letters = [...text];
  const isGsm = letters.every((letter) => BASIC.has(letter) || TWICE.has(letter));
  const [single, part] = isGsm ? [160, 153] : [70, 67];
  const costs = letters.map((letter) => (isGsm ? (TWICE.has(letter) ? 2 : 1) : letter.length));
  const length = costs.reduce((sum, cost) => sum + cost, 0);
  if (length <= single) return { length, room: single, segments: 1 };
  let segments = 1;
  let filled = 0;
  for (const cost of costs) {
    if (filled + cost > part) [segments, filled] = [segments + 1, 0];
    filled += cost;
  }
  return { length, room: segments * part, segments };
}
