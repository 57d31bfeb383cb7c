"""Sockets (trio): the relay, its TLS interception and its discovery front."""
