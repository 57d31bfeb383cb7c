"""Nouns: frozen dataclasses and enums that every other package may import and that import nothing."""
