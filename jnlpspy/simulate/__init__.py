"""Peers in pure Python: an agent and a controller."""
