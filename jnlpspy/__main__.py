"""`python -m jnlpspy`, the same as `jnlpspy`."""

from jnlpspy.cli import main

if __name__ == "__main__":
    main()
