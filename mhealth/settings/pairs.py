"""Settings that list `name:value` pairs, comma-separated."""

PREFIX = "MHEALTH_"


def read_pairs(text: str) -> list[tuple[str, str]]:
    """The pairs in their order; a part without a colon has an empty value."""
    parts = (pair.strip().partition(":") for pair in text.split(",") if pair.strip())
    return [(name.strip(), value.strip()) for name, _, value in parts]
