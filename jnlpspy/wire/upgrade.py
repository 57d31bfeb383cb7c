"""What the HTTP heads of a switch to WebSocket say of the agent (jenkins.agents.WebSocketAgents)."""

from collections.abc import Mapping

from jnlpspy.model.negotiation import Capability, Headers
from jnlpspy.model.secret import Secret
from jnlpspy.wire.headers import AGENT_NAME, SECRET
from jnlpspy.wire.http import HttpRequest, Switch
from jnlpspy.wire.layouts import parse_capability_text

PROTOCOL = "WebSocket"
CAPABILITY = "X-Remoting-Capability"
COOKIE = "Connection-Cookie"
_OWN_PREFIX = "x-remoting-"
_OWN = frozenset(name.lower() for name in (AGENT_NAME, SECRET, COOKIE))

Fields = Mapping[str, str | Secret]


def asks_as_agent(request: HttpRequest) -> bool:
    """Return whether a request asks for WebSocket as an agent does: with its name."""
    asked = str(_value_of(request.headers, "Upgrade") or "").lower()
    return asked == "websocket" and _value_of(request.headers, AGENT_NAME) is not None


def why_closed(switch: Switch) -> str:
    """Return why nothing behind a switch can be read; "" if it leads to an agent's channel."""
    if switch.asked.method == "CONNECT":
        return "a tunnel through an HTTP proxy"
    if not asks_as_agent(switch.asked):
        return f"a switch to {_value_of(switch.asked.headers, 'Upgrade') or 'another protocol'} that no agent asked for"
    extension = extension_of(switch)
    return f"WebSocket with an extension: {extension}" if extension else ""


def extension_of(switch: Switch) -> str:
    """Return the extensions of WebSocket that were agreed on, which make something else of the payloads; "" if none."""
    return str(_value_of(switch.answer.headers, "Sec-WebSocket-Extensions") or "")


def own_headers(fields: Fields) -> Headers:
    """Return what a head says for remoting beside its capability, and nothing it says for HTTP and WebSocket."""
    own = {name: value for name, value in fields.items() if _is_own(name.lower())}
    secret = _value_of(own, SECRET)
    return Headers(own, _value_of(own, AGENT_NAME), secret if isinstance(secret, Secret) else None)


def capability_of(fields: Fields) -> Capability | None:
    """Return the capability in a head, if there is one that can be read."""
    return parse_capability_text(str(_value_of(fields, CAPABILITY) or "").strip().encode("utf-8", "replace"))


def _is_own(name: str) -> bool:
    return name in _OWN or (name.startswith(_OWN_PREFIX) and name != CAPABILITY.lower())


def _value_of(fields: Fields, wanted: str) -> str | Secret | None:
    return next((value for name, value in fields.items() if name.lower() == wanted.lower()), None)
