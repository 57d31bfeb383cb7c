"""The browser of captures: an index made beside the screen, and the screen (Textual, the extra `tui`)."""
