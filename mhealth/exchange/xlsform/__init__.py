"""XLSForms: their sheets and expressions, read into a form."""
