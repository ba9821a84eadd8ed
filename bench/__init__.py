"""Measurements of the real stack, each a ratio that one run yields: `python -m bench`."""
