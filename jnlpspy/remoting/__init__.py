"""Java objects to remoting commands and back."""
