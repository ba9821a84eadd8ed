"""Many writers at once, as editors have them: `python -m bench load`."""
