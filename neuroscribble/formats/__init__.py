"""Networks in files: one module a format, one door."""
