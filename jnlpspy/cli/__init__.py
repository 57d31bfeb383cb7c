"""Commands: parse options, build objects, call, return an exit code."""
