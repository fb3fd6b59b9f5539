"""Clinical rules as data and their evaluation; pure."""
