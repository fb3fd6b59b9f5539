"""Imports of the directory: its snapshot, the check, the write, and the way back into sheets."""
