"""Where things are kept: tables and their queries."""
