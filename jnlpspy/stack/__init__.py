"""What a connection's stack is built of: what tells its events, its channel, its HTTP."""
