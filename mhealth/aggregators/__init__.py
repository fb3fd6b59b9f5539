"""One file a carrier: bytes to neutral words and back; no state."""
