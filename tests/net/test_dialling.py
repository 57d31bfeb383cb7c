import ipaddress
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trio
import trio.testing
from cryptography import x509  # noqa: TID251 - makes the certificates of the controllers under test
from cryptography.hazmat.primitives import hashes, serialization  # noqa: TID251 - as above
from cryptography.hazmat.primitives.asymmetric import ec  # noqa: TID251 - as above
from cryptography.x509.oid import NameOID  # noqa: TID251 - as above
from front_stage import Talker, answering, open_stage

from jnlpspy.errors import NetworkError, UsageError
from jnlpspy.model.tap import Address, CloseReason, Side
from jnlpspy.net.dialling import dial, peer_of, resolve, trust_for
from jnlpspy.net.target import RootUrl

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
HTTPS = RootUrl("https", "127.0.0.1", 443, "/")
TRUST_REFUSED = "--cert FILE trusts a certificate, --insecure-http checks none"
LOGIN = b"GET /login HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


def name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


class Authority:
    """A certificate authority in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = folder / "ca.pem"
        self.certificate.write_bytes(
            self._sign(self.key, name("a test authority"), (), (NOW - DAY, NOW + DAY), ca=True)
        )

    def controller(
        self, *hosts: str, valid: tuple[datetime, datetime] = (NOW - DAY, NOW + DAY), alone: bool = False
    ) -> ssl.SSLContext:
        """Return the TLS settings of a controller of these hosts; `alone` signs its certificate with its own key."""
        key = ec.generate_private_key(ec.SECP256R1())
        pem = self._sign(key, name("a controller"), hosts, valid, alone=alone)
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        chain = self.folder / "controller.pem"
        chain.write_bytes(pem + private)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain)
        return context

    def _sign(
        self,
        key: ec.EllipticCurvePrivateKey,
        subject: x509.Name,
        hosts: tuple[str, ...],
        valid: tuple[datetime, datetime],
        *,
        ca: bool = False,
        alone: bool = False,
    ) -> bytes:
        issuer = subject if alone else name("a test authority")
        names: list[x509.GeneralName] = [
            x509.IPAddress(ipaddress.ip_address(host)) if host[0].isdigit() else x509.DNSName(host) for host in hosts
        ]
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(valid[0])
            .not_valid_after(valid[1])
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        )
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        signed = builder.sign(key if alone else self.key, hashes.SHA256())
        return signed.public_bytes(serialization.Encoding.PEM)


async def hears_nothing(controller: Talker) -> None:
    assert await controller.read_to_end() == b""


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


async def test_an_https_controller_is_reached_over_tls_and_recorded_in_the_clear(authority: Authority) -> None:
    trust = trust_for(HTTPS, authority.certificate)
    async with open_stage(answering(ANSWER), tls=authority.controller("127.0.0.1"), trust=trust) as stage:
        assert (await stage.ask(LOGIN)).endswith(b"\r\n\r\nok")
        assert stage.sent(Side.CONTROLLER) == ANSWER
        assert stage.opened.controller == Address("127.0.0.1", stage.controller_port)


async def test_a_self_signed_certificate_may_be_the_one_that_is_trusted(authority: Authority) -> None:
    tls = authority.controller("127.0.0.1", alone=True)
    trust = trust_for(HTTPS, authority.folder / "controller.pem")
    async with open_stage(answering(ANSWER), tls=tls, trust=trust) as stage:
        assert (await stage.ask(LOGIN)).endswith(b"\r\n\r\nok")


async def test_a_controller_s_own_certificate_is_trust_enough(authority: Authority) -> None:
    tls = authority.controller("127.0.0.1")
    trust = trust_for(HTTPS, authority.folder / "controller.pem")
    async with open_stage(answering(ANSWER), tls=tls, trust=trust) as stage:
        assert (await stage.ask(LOGIN)).endswith(b"\r\n\r\nok")


async def test_no_check_is_made_if_that_is_wanted(authority: Authority) -> None:
    tls = authority.controller("elsewhere", alone=True, valid=(NOW - 2 * DAY, NOW - DAY))
    async with open_stage(answering(ANSWER), tls=tls, trust=trust_for(HTTPS, insecure=True)) as stage:
        assert (await stage.ask(LOGIN)).endswith(b"\r\n\r\nok")


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda ca: ca.controller("127.0.0.1", alone=True), "its certificate is self-signed"),
        (lambda ca: ca.controller("elsewhere"), "its certificate is for another"),
        (lambda ca: ca.controller("127.0.0.2"), "its certificate is for another"),
        (lambda ca: ca.controller("127.0.0.1", valid=(NOW - 2 * DAY, NOW - DAY)), "its certificate has expired"),
        (lambda ca: ca.controller("127.0.0.1", valid=(NOW + DAY, NOW + 2 * DAY)), "its certificate is not valid yet"),
    ],
)
async def test_a_certificate_that_is_not_accepted_is_a_502_that_says_why(
    authority: Authority, make: Callable[[Authority], ssl.SSLContext], told: str
) -> None:
    trust = trust_for(HTTPS, authority.certificate)
    async with open_stage(hears_nothing, tls=make(authority), trust=trust) as stage:
        answer = await stage.ask(LOGIN)
        assert answer.startswith(b"HTTP/1.1 502 ")
        [line] = stage.said
        assert told in line
        assert TRUST_REFUSED in line
        assert line.removeprefix("answered 502 ourselves: ").encode() in answer


async def test_an_unknown_authority_is_told(authority: Authority) -> None:
    tls = authority.controller("127.0.0.1")
    async with open_stage(hears_nothing, tls=tls, trust=trust_for(HTTPS)) as stage:
        assert b"from an authority that is not trusted here" in await stage.ask(LOGIN)


async def test_a_controller_without_tls_behind_an_https_url_is_told() -> None:
    async def script(controller: Talker) -> None:
        await controller.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await controller.read_until(b"\x01")

    async with open_stage(script) as stage:
        root = RootUrl("https", "127.0.0.1", stage.controller_port, "/")
        with pytest.raises(NetworkError, match=r"does not speak TLS on this port; is the URL http://"):
            await dial(root, trust_for(root))


async def test_a_controller_that_leaves_in_the_tls_handshake_is_told() -> None:
    async def script(controller: Talker) -> None:
        await controller.read_until(b"\x01")

    async with open_stage(script) as stage:
        root = RootUrl("https", "127.0.0.1", stage.controller_port, "/")
        with pytest.raises(NetworkError, match=r"during the TLS handshake|TLS failed"):
            await dial(root, trust_for(root))


async def test_a_controller_that_takes_too_long_is_told() -> None:
    async def script(controller: Talker) -> None:
        await controller.read_to_end()

    async with open_stage(script) as stage:
        root = RootUrl("https", "127.0.0.1", stage.controller_port, "/")
        with pytest.raises(NetworkError, match=r"no connection within 0.05 s"):
            await dial(root, trust_for(root), timeout=0.05)


async def test_a_dial_that_takes_long_is_said_while_it_lasts(authority: Authority) -> None:
    async def script(controller: Talker) -> None:
        while not any("no connection for 0 s, still trying" in line for line in stage.said):
            await trio.lowlevel.checkpoint()
        await controller.read_head()
        await controller.send(ANSWER)

    trust = trust_for(HTTPS, authority.certificate)
    tls = authority.controller("127.0.0.1")
    async with open_stage(script, tls=tls, trust=trust, slow_after=0.0) as stage:
        assert (await stage.ask(LOGIN)).endswith(b"\r\n\r\nok")


async def test_an_agent_s_half_close_does_not_end_tls_before_the_answer(authority: Authority) -> None:
    async def script(controller: Talker) -> None:
        await controller.read_head()
        while Side.AGENT not in stage.ended:
            await trio.lowlevel.checkpoint()
        await controller.send(ANSWER)

    trust = trust_for(HTTPS, authority.certificate)
    async with open_stage(script, tls=authority.controller("127.0.0.1"), trust=trust) as stage:
        agent = await stage.dial()
        await agent.send(LOGIN)
        await agent.send_eof()
        assert (await agent.read_to_end()).endswith(b"\r\n\r\nok")
        await agent.aclose()
        assert await stage.wait_closed() == (Side.AGENT, CloseReason.EOF)


async def test_a_websocket_s_half_close_ends_tls(authority: Authority) -> None:
    async def script(controller: Talker) -> None:
        await controller.read_head()
        await controller.send(b"HTTP/1.1 101 Go\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
        assert await controller.read_to_end() == b"\x88\x00"

    trust = trust_for(HTTPS, authority.certificate)
    async with open_stage(script, tls=authority.controller("127.0.0.1"), trust=trust) as stage:
        agent = await stage.dial()
        await agent.send(b"GET /wsagents/ HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
        await agent.read_head()
        await agent.send(b"\x88\x00")
        await agent.send_eof()
        assert await agent.read_to_end() == b""
        assert stage.ended == [Side.AGENT, Side.CONTROLLER]


async def test_an_agent_s_reset_reaches_an_https_controller(authority: Authority) -> None:
    asked = trio.Event()
    was_reset = trio.Event()

    async def script(controller: Talker) -> None:
        await controller.read_head()
        asked.set()
        with pytest.raises(trio.BrokenResourceError):
            await controller.read_to_end()
        was_reset.set()

    trust = trust_for(HTTPS, authority.certificate)
    async with open_stage(script, tls=authority.controller("127.0.0.1"), trust=trust) as stage:
        agent = await stage.dial()
        await agent.send(LOGIN)
        await asked.wait()
        agent.reset()
        await was_reset.wait()


async def test_a_host_that_is_an_address_resolves_to_itself() -> None:
    assert await resolve(Address("127.0.0.1", 80)) == Address("127.0.0.1", 80)
    assert await resolve(Address("::1", 80)) == Address("::1", 80)


async def test_a_host_that_is_no_name_has_no_address() -> None:
    assert await resolve(Address("a" * 64, 80)) == Address("0.0.0.0", 80)  # noqa: S104 - "none"
    with pytest.raises(NetworkError, match="it is no host name"):
        await dial(RootUrl("http", "a" * 64, 80, "/"), None)


async def test_an_agent_that_has_left_has_no_address() -> None:
    [listener] = await trio.open_tcp_listeners(0, host="127.0.0.1")
    dialler = Talker(await trio.testing.open_stream_to_socket_listener(listener))
    accepted = await listener.accept()
    dialler.reset()
    await trio.lowlevel.wait_readable(accepted.socket)
    assert peer_of(accepted) == Address("0.0.0.0", 0)  # noqa: S104 - "none"
    await accepted.aclose()
    await listener.aclose()


def test_http_needs_no_trust(tmp_path: Path) -> None:
    assert trust_for(RootUrl("http", "jenkins", 80, "/"), tmp_path / "unread.pem") is None


def test_unusable_certificates_are_refused(tmp_path: Path) -> None:
    rubbish = tmp_path / "rubbish.pem"
    rubbish.write_text("rubbish")
    with pytest.raises(UsageError, match=r"--cert: expected PEM certificates in .*rubbish.pem"):
        trust_for(HTTPS, rubbish)
    with pytest.raises(UsageError, match=r"--cert: cannot read .*missing.pem: No such file"):
        trust_for(HTTPS, tmp_path / "missing.pem")
    with pytest.raises(UsageError, match="got both"):
        trust_for(HTTPS, rubbish, insecure=True)
