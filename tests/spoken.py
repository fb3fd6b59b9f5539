"""The languages in which every text is proven to be there; others may be declared beside them."""

WHOLE = ("fr", "en", "sw")
