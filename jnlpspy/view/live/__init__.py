"""The live view of a proxy's sessions: what it knows, how it looks, and what keys do are apart from one another."""
