"""Proofs on regular expressions: how long they can take, and which answers fit two of them."""
