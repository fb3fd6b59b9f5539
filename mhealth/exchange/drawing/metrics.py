"""How wide a text is at most, whatever sans-serif font shows it, and where its lines break.

Widths are those of DejaVu Sans, the widest font that browsers take for `sans-serif`; others are narrower.
"""

import unicodedata

_EM = (
    (0.34, "iIjl.,:;'|! "),
    (0.41, 'frt()[]-/\\"°·‹›`'),
    (0.56, "ceksvxyzçéèêëJ"),
    (0.70, "ABCEFKLPRSTVXYZÉÈÊÀÂÇ*+=<>≤≥~_"),
    (0.80, "DGHNOQUwÔÛ&"),
    (1.0, "mMW@%—–→←↗…ÆŒæœ⚠"),
)
_WIDTHS = {char: em for em, chars in _EM for char in chars}
_SET_OFF = frozenset({"?", "!", ":", ";", "»"})
_CAPITAL, _PLAIN, _WIDE = 0.80, 0.64, 1.0


def width(text: str, size: float) -> float:
    """The most that a line of text can take, in the units of `size`."""
    return sum(_advance(char) for char in text) * size


def _advance(char: str) -> float:
    known = _WIDTHS.get(char)
    if known is not None:
        return known
    if unicodedata.east_asian_width(char) in "WF":
        return _WIDE
    if unicodedata.combining(char) or unicodedata.category(char) in ("Cf", "Mn"):
        return 0.0
    return _CAPITAL if char.isupper() else _PLAIN


def wrap(text: str, size: float, room: float) -> list[str]:
    """Lines of at most `room`; broken at spaces, and within a word that is longer than a line."""
    lines: list[str] = []
    line = ""
    for word in _words(text):
        longer = f"{line} {word}" if line else word
        if width(longer, size) <= room:
            line = longer
            continue
        if line:
            lines.append(line)
        *whole, line = _pieces(word, size, room)
        lines.extend(whole)
    return [*lines, line] if line or not lines else lines


def _words(text: str) -> list[str]:
    """Split at spaces, but not before a mark that French sets off by one."""
    words: list[str] = []
    for word in text.split():
        if words and word in _SET_OFF:
            words[-1] += f" {word}"
        else:
            words.append(word)
    return words


def _pieces(word: str, size: float, room: float) -> list[str]:
    pieces, piece = [], ""
    for char in word:
        if piece and width(piece + char, size) > room:
            pieces.append(piece)
            piece = ""
        piece += char
    return [*pieces, piece]
