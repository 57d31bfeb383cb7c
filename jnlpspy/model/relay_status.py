"""What a relay tells of itself while it runs, for the head of a live view."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayStatus:
    """How a relay stands at a moment."""

    target: str
    """What it stands before: the Jenkins root URL, or `HOST:PORT`."""
    listen: str
    """The agent port offered."""
    http: str = ""
    """What agents give as `-url`; empty without a root URL."""
    identity: str = ""
    """Fingerprint of the key shown to agents; empty if TLS stays closed."""
    started: float = 0.0
    """Seconds since the epoch."""
    recording: bool = False
    record: str = ""
    """The capture that is written, or was last."""
    record_failure: str = ""
    """Why that capture stopped, or could not be begun."""
    record_backlog: int = 0
    """Bytes that wait for the disk."""
    backlog: int = 0
    """Bytes of the capture stream that wait for the analysis."""
    left_out: int = 0
    """Bytes of it that the analysis was not given."""
    stopping: bool = False
    """True once no more connections are accepted."""
