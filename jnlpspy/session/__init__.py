"""Commands to conversations: calls and what belongs to them."""
