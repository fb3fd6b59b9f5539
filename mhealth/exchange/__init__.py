"""Flows leave and enter: drawn as pictures, made from forms of others, written as such; no input or output."""
