"""Every cap of the object reader, each with its reason."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What one stream may demand; real commands of remoting stay far below all of it."""

    size: int = 64 * 1024 * 1024
    """Bytes of one stream; remoting's pipes send 512 KiB at a time, a jar in an answer may take some MiB."""
    depth: int = 200
    """Values inside values: three Python frames each, so that the interpreter's 1000 leave room for the caller."""
    lineage: int = 100
    """Classes from a class up to its topmost superclass; each costs every object of the class an entry."""
    handles: int = 1_000_000
    """Values that can be referred to; each is a Python object of some 100 bytes."""
    elements: int = 4_000_000
    """Fields, field values, array elements (a `byte[]` aside) and annotation contents together: 40 bytes each."""
    string: int = 16 * 1024 * 1024
    """Bytes of one string; Python needs up to four for each of them."""
    rereads: int = 1024 * 1024
    """Bytes read a second time because a class did not write its fields: nested tries would double each time."""


DEFAULT_LIMITS = Limits()
"""The caps that hold unless the caller says otherwise."""
