"""Output formats of events, one file each."""
