"""Many people on the phone at once: who they are, what each must see, and who counts what went wrong."""
