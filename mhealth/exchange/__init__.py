"""Flows leave and enter: drawn as pictures, made from others' forms, written as such; no I/O."""
