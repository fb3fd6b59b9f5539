"""Clinical rules as data: read from protocol files, checked, and evaluated without any I/O."""
