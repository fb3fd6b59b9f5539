"""What a translator is told beside a text."""

from string import Formatter


def names_of(text: str) -> set[str]:
    """The variables of a text. Raises ValueError when its braces do not match."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def keep_note(source: str) -> tuple[str, ...]:
    """That the variables stay as they are written."""
    names = sorted(names_of(source))
    return (f"Keep as it is: {', '.join(f'{{{name}}}' for name in names)}.",) if names else ()
