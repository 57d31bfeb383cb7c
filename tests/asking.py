"""What agents ask over HTTP, and what they may be answered, for the tests of rules."""

from diagnosing import Tale

from jnlpspy.inputs.gathering import Given, read_given
from jnlpspy.model.events import DiscoveryAnswered, DiscoveryAsked

LISTENER = "/tcpSlaveAgentListener/"
AGENT = {"User-Agent": "Java/17.0.15", "Host": "jenkins:8080", "Connection": "keep-alive"}
"""As remoting 3.33 asks; from 3180 on a Node-Name is there too."""

JENKINS = {
    "Server": "Jetty(9.4.18.v20190429)",
    "Content-Type": "text/plain;charset=utf-8",
    "X-Jenkins": "2.190",
    "X-Jenkins-JNLP-Port": "50000",
    "X-Instance-Identity": "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A",
    "X-Jenkins-Agent-Protocols": "JNLP4-connect, Ping",
}
OTHER = {"Server": "nginx", "Content-Type": "text/plain"}
PAGE = {"Server": "nginx", "Content-Type": "text/html; charset=utf-8"}


def asked(
    status: int,
    headers: dict[str, str],
    url: str = LISTENER,
    *,
    agent: dict[str, str] | None = None,
    tale: Tale | None = None,
    connection: int = 1,
    wait: float = 0.05,
) -> Tale:
    """An agent asks, is answered after `wait` seconds, and leaves."""
    tale = (tale or Tale()).opened(connection, port=8080)
    tale.agent(DiscoveryAsked("GET", url, agent or AGENT)).wait(wait)
    return tale.controller(DiscoveryAnswered(status, headers, url)).closed()


def told(given: Given, tale: Tale | None = None) -> Tale:
    """What was given is read before any connection."""
    return (tale or Tale()).on(0).fact(*read_given(given))


def command(text: str) -> Tale:
    """A command line is read before any connection."""
    return told(Given(command=text))
