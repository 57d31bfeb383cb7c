"""The language of filters: which events are meant."""
