"""Sheets of a directory import: their columns, reading, checking and planning; no input or output."""
