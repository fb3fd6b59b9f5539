"""The words that every room shares: no I/O, no framework."""
