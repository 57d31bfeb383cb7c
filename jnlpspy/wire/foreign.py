"""First bytes of protocols that are not remoting's, as they turn up on an agent port."""

from jnlpspy.model.negotiation import Foreign

HTTP_METHODS = (
    b"GET ",
    b"POST ",
    b"HEAD ",
    b"PUT ",
    b"OPTIONS ",
    b"CONNECT ",
    b"DELETE ",
    b"PATCH ",
    b"TRACE ",
    b"PRI ",
)

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    *((method, "HTTP") for method in HTTP_METHODS),
    (b"SSH-", "SSH"),
    (b"PROXY ", "PROXY protocol"),
    (b"\r\n\r\n\0\r\nQUIT\n", "PROXY protocol"),
)

TLS_HANDSHAKE = 0x16
TLS_ALERT = 0x15
_TLS_MAJOR = 0x03
TLS_HEAD_SIZE = 3


def recognize_foreign(seen: bytes) -> Foreign | bool | None:
    """Tell a foreign protocol by its first bytes; None if more bytes are needed, False if it is none we know."""
    tls = looks_like_tls(seen)
    if tls:
        return Foreign("TLS")
    undecided = tls is None
    for signature, kind in _SIGNATURES:
        if seen.startswith(signature):
            return Foreign(kind)
        undecided = undecided or signature.startswith(seen)
    return None if undecided else False


def looks_like_tls(seen: bytes) -> bool | None:
    """Return whether bytes begin with the head of a TLS handshake or alert record; None if more are needed.

    A JNLP4 header frame of the same length would have `{` or white space as its third byte, a record has 0 to 4.
    """
    if not seen:
        return None
    if seen[0] not in (TLS_HANDSHAKE, TLS_ALERT) or (len(seen) > 1 and seen[1] != _TLS_MAJOR):
        return False
    return None if len(seen) < TLS_HEAD_SIZE else seen[2] <= 4
