"""Java Object Serialization Stream Protocol: bytes to values and back; no class is ever instantiated."""
