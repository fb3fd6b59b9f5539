"""All texts of a language out to translators as one PO file, and back into their files."""
