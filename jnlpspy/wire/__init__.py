"""Sans-IO machinery shared by all protocols: bytes to messages and back."""
