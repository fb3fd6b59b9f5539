"""SMS text in and out: alphabet, templates, centre answers; pure."""
