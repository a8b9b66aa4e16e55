"""The accounts file: its format, its errors, and how it is read."""
