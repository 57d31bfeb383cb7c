"""Failures of discovery, of ports and of what stands between agent and controller."""

from dataclasses import replace

from jnlpspy.model.tap import Address
from jnlpspy.net.identity import create_identity
from jnlpspy.simulate.front import Discovery
from jnlpspy.simulate.scenario import Box, Hastens, Role, Scenario
from jnlpspy.simulate.session import CONTROLLER_PART

_ALERT = bytes.fromhex("15030100020246")
"""TLS: protocol version, fatal."""

_CLIENT_HELLO = bytes.fromhex("160301002d010000290303") + bytes(range(32)) + bytes.fromhex("00000213010100")

_HTTP_400 = b"HTTP/1.1 400 Bad Request\r\nServer: nginx\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

SCENARIOS = (
    Scenario(
        name="port-unreachable",
        happens="nobody listens on the agent port that discovery announces",
        rule="agent-port-unreachable",
        behind=Box(is_there=False),
    ),
    Scenario(
        name="wrong-host",
        happens="discovery announces the agent port on a host where it is not",
        rule="advertised-host-wrong",
        controller=lambda it: replace(it, advertised=Address("127.0.0.9", 1)),
    ),
    Scenario(
        name="port-disabled",
        happens="the agent port is switched off on the controller: discovery is not there",
        rule="agent-port-disabled",
        controller=lambda it: replace(it, discovery=Discovery(status=404)),
    ),
    Scenario(
        name="http-on-agent-port",
        happens="a web server answers where the agent port is announced",
        rule="http-instead-of-agent-protocol",
        behind=Box(forwards=False, answers=_HTTP_400),
        agents=(Role(protocol="JNLP4-connect"),),
    ),
    Scenario(
        name="tls-on-agent-port",
        happens="a load balancer that ends TLS answers where the agent port is announced",
        rule="tls-instead-of-agent-protocol",
        behind=Box(forwards=False, answers=_ALERT),
        agents=(Role(protocol="JNLP4-connect"),),
    ),
    Scenario(
        name="ssh-on-agent-port",
        happens="an SSH daemon answers where the agent port is announced",
        rule="other-protocol-on-agent-port",
        behind=Box(
            forwards=False, greets=b"SSH-2.0-OpenSSH_9.6\r\n", answers=b"Invalid SSH identification string.\r\n"
        ),
        agents=(Role(protocol="JNLP4-connect"),),
    ),
    Scenario(
        name="proxy-protocol",
        happens="a load balancer puts a PROXY protocol header before what agents say",
        rule="proxy-protocol-header",
        shortened="2 s stand for 30 s",
        haste=15.0,
        hastens=Hastens.HANDSHAKE,
        before=Box(header=b"PROXY TCP4 192.0.2.7 192.0.2.1 51234 50000\r\n"),
        agents=(Role(protocol="JNLP4-connect"),),
    ),
    Scenario(
        name="port-probe",
        happens="health checks connect to the agent port and leave without a word",
        rule="port-probe",
        visitors=(b"",) * 3,
        agents=(),
    ),
    Scenario(
        name="tls-probe",
        happens="an HTTPS health check talks TLS to the agent port",
        rule="tls-instead-of-agent-protocol",
        visitors=(_CLIENT_HELLO,),
        agents=(),
    ),
    Scenario(
        name="tunnel-to-http",
        happens="the agent's -tunnel leads to the web port",
        rule="tunnel-misdirected",
        agents=(Role(protocol="JNLP4-connect", tunnels_to_http=True),),
    ),
    Scenario(
        name="wrong-path",
        happens="the agent's -url has a path that the controller is not at",
        rule="discovery-not-found",
        agents=(Role(path="jenkins/"),),
    ),
    Scenario(
        name="discovery-forbidden",
        happens="a single sign-on in front of the controller wants a login for discovery",
        rule="discovery-forbidden",
        controller=lambda it: replace(it, discovery=Discovery(status=403)),
    ),
    Scenario(
        name="discovery-redirected",
        happens="discovery is redirected to a login page",
        rule="discovery-redirected",
        controller=lambda it: replace(
            it, discovery=Discovery(status=302, headers=(("Location", "/securityRealm/commenceLogin?from=%2F"),))
        ),
    ),
    Scenario(
        name="discovery-unavailable",
        happens="the controller is starting: discovery is unavailable",
        rule="discovery-unavailable",
        controller=lambda it: replace(it, discovery=Discovery(status=503)),
    ),
    Scenario(
        name="discovery-slow",
        happens="the controller takes long to answer discovery",
        rule="discovery-slow",
        shortened="2 s stand for 40 s",
        haste=20.0,
        hastens=Hastens.AT_ONCE,
        controller=lambda it: replace(it, discovery=Discovery(delay=2.0)),
    ),
    Scenario(
        name="headers-eaten",
        happens="a reverse proxy drops the headers by which discovery tells of the agent port",
        rule="headers-eaten-by-proxy",
        controller=lambda it: replace(it, discovery=Discovery(drops=("X-Jenkins-", "X-Hudson-", "X-Instance-"))),
    ),
    Scenario(
        name="identity-missing",
        happens="the controller announces no identity",
        rule="identity-missing",
        controller=lambda it: replace(it, discovery=Discovery(drops=("X-Instance-Identity",))),
    ),
    Scenario(
        name="identity-mismatch",
        happens="the agent port proves another identity than the one that discovery announces",
        rule="controller-identity-mismatch",
        controller=lambda it: replace(it, announced_identity=create_identity()),
        agents=(Role(protocol="JNLP4-connect"),),
    ),
    Scenario(
        name="tls-refused",
        happens="the controller agrees to JNLP4-connect and then refuses TLS with an alert",
        rule="tls-refused",
        behind=Box(forwards=False, answers=b"\0\3ACK" + bytes.fromhex("15030300020228")),
        agents=(Role(protocol="JNLP4-connect"),),
    ),
    Scenario(
        name="handshake-stalled",
        happens="the agent port takes the connection and never says a word",
        rule="handshake-stalled",
        shortened="2 s stand for 30 s",
        haste=15.0,
        hastens=Hastens.HANDSHAKE,
        behind=Box(forwards=False),
        agents=(Role(protocol="JNLP4-connect"),),
    ),
    Scenario(
        name="idle-cut",
        happens="a load balancer cuts the connection after a minute without a byte",
        rule="idle-cut-by-middlebox",
        shortened="2 s stand for 60 s",
        haste=30.0,
        controller=lambda it: replace(it, part=CONTROLLER_PART),
        behind=Box(idle_limit=2.0),
    ),
)
