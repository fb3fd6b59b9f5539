"""Rehearse flows without a telephone network: an invented district, a phone, dialogues on file."""
