"""jnlpspy: proxy and protocol debugger for Jenkins inbound (JNLP) agents."""

__version__ = "0.1.0.dev0"
