"""Agent protocols, one file each."""
