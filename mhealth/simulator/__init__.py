"""The carrier simulator: a process of its own that plays Africa's Talking and the phones behind it."""
