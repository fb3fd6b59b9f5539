"""Finds and reads what programme staff may change without Python."""
