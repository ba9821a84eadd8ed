"""Faults over the true processes, and a ledger of what was accepted and what came back."""
