"""The RSA key and certificate shown to agents, and the keys others show.

Mirrors org.jenkinsci.main.modules.instance_identity.InstanceIdentity; agents judge it with remoting's
PublicKeyMatchingX509ExtendedTrustManager.
"""

import base64
import binascii
import hashlib
import os
import ssl
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
)
from cryptography.x509.oid import NameOID

from jnlpspy.errors import NetworkError, UsageError

KEY_BITS = 2048
"""As Jenkins makes its own."""

VALIDITY = timedelta(days=366)
"""As Jenkins' certificate, which also begins a day early for clocks that are behind; agents look at neither date."""

SMALLEST_LIFE = timedelta(days=1)
"""With less of it left, Jenkins makes itself a new certificate."""


class Identity:
    """A private RSA key with its certificate: what the proxy proves to agents that it is."""

    def __init__(self, key: RSAPrivateKey, certificate: x509.Certificate | None = None) -> None:
        if certificate is None or certificate.not_valid_after_utc - SMALLEST_LIFE < datetime.now(UTC):
            certificate = _sign_certificate(key)
        self._key = key
        self._certificate = certificate
        self.public_key = _spki_of(key.public_key())
        """DER SubjectPublicKeyInfo."""

    @property
    def fingerprint(self) -> str:
        """The fingerprint, as an agent prints it."""
        return fingerprint_of(self.public_key)

    @property
    def instance_identity(self) -> str:
        """The value of `X-Instance-Identity` and of the agent's -instanceIdentity: base64, one line."""
        return base64.b64encode(self.public_key).decode("ascii")

    @property
    def pem(self) -> bytes:
        """Private key and certificate."""
        return self._key_pem + self._certificate_pem

    def agent_leg_context(self) -> ssl.SSLContext:
        """Return the TLS settings towards agents: they see this identity, and are asked for none."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_TICKET
        # A ticket sent to an agent that has gone turns its FIN into a reset; nobody resumes a session here.
        context.num_tickets = 0
        with _readable(self._certificate_pem) as certificate, _readable(self._key_pem) as key:
            context.load_cert_chain(certificate, key)
        return context

    @property
    def _key_pem(self) -> bytes:
        return self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    @property
    def _certificate_pem(self) -> bytes:
        return self._certificate.public_bytes(Encoding.PEM)


def create_identity() -> Identity:
    """Return an identity nobody has seen before."""
    return Identity(generate_private_key(public_exponent=65537, key_size=KEY_BITS))


def open_identity(path: Path | None = None) -> Identity:
    """Read an operator's identity, or (without a path) the user's own, which is made when it is first needed.

    Raises UsageError if the file cannot be used.
    """
    if path is not None:
        return _read_identity(path)
    own = state_folder() / "identity.pem"
    _keep_one(own)
    return _read_identity(own)


def state_folder() -> Path:
    """Return where jnlpspy keeps what outlives a run."""
    base = os.environ.get("XDG_STATE_HOME", "")
    return (Path(base) if Path(base).is_absolute() else Path.home() / ".local" / "state") / "jnlpspy"


def fingerprint_of(public_key: bytes) -> str:
    """Return a SubjectPublicKeyInfo's fingerprint as the agent prints it."""
    return hashlib.md5(public_key, usedforsecurity=False).digest().hex(":")


def identity_of_certificate(certificate: bytes) -> bytes:
    """Return the SubjectPublicKeyInfo of a DER certificate; NetworkError if it is none."""
    try:
        return _spki_of(x509.load_der_x509_certificate(certificate).public_key())
    except (ValueError, x509.InvalidVersion, UnsupportedAlgorithm) as error:
        raise NetworkError(f"the certificate shown is not a certificate that can be read: {error}") from error


def read_instance_identity(given: str | bytes) -> bytes:
    """Return the SubjectPublicKeyInfo in base64 text, PEM (public key or certificate) or DER.

    Raises UsageError if there is none, or no RSA key.
    """
    data = given.encode("utf-8", "surrogateescape") if isinstance(given, str) else given
    try:
        public_key = _load_public_key(data)
    except (ValueError, x509.InvalidVersion, UnsupportedAlgorithm) as error:
        raise UsageError(
            "expected an instance identity (base64 of an RSA public key, or a PEM or DER file of the key or of its "
            f"certificate), got {len(data)} bytes that are none of these"
        ) from error
    if not isinstance(public_key, RSAPublicKey):
        raise UsageError(
            "expected an instance identity that is an RSA key, as Jenkins makes it, got another kind of key"
        )
    return _spki_of(public_key)


def _load_public_key(data: bytes) -> object:
    if b"-----BEGIN CERTIFICATE-----" in data:
        return x509.load_pem_x509_certificate(data).public_key()
    if b"-----BEGIN" in data:
        return load_pem_public_key(data)
    with suppress(binascii.Error):
        data = base64.b64decode(b"".join(data.split()), validate=True)
    try:
        return load_der_public_key(data)
    except ValueError:
        return x509.load_der_x509_certificate(data).public_key()


def _spki_of(public_key: object) -> bytes:
    if not hasattr(public_key, "public_bytes"):
        raise ValueError("it holds no public key")
    spki: bytes = public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return spki


def _sign_certificate(key: RSAPrivateKey) -> x509.Certificate:
    """Return a certificate of the shape that Jenkins gives itself."""
    public_key = key.public_key()
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "US"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "jenkins.io"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "instances"),
            x509.NameAttribute(NameOID.COMMON_NAME, hashlib.sha256(_spki_of(public_key)).hexdigest()[:32]),
        ]
    )
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public_key)
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + VALIDITY)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .sign(key, hashes.SHA256())
    )


def _read_identity(path: Path) -> Identity:
    try:
        if path.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH):
            raise UsageError(
                f"the identity {path} can be read or written by everybody: chmod 600 it, or make a new one"
            )
        pem = path.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read the identity {path}: {error.strerror}") from error
    try:
        key = load_pem_private_key(pem, password=None)
        certificates = x509.load_pem_x509_certificates(pem) if b"-----BEGIN CERTIFICATE-----" in pem else []
    except (ValueError, TypeError, x509.InvalidVersion, UnsupportedAlgorithm) as error:
        raise UsageError(f"expected a PEM private key without a passphrase in {path}: {error}") from error
    if not isinstance(key, RSAPrivateKey):
        raise UsageError(f"expected an RSA key in {path}, as agents demand it, got {type(key).__name__}")
    certificate = certificates[0] if certificates else None
    if certificate is not None and _spki_of(certificate.public_key()) != _spki_of(key.public_key()):
        raise UsageError(f"the certificate in {path} is not that of the private key in the same file")
    return Identity(key, certificate)


def _keep_one(path: Path) -> None:
    """Make sure of an identity, whole and for its owner only; if another process was faster, its identity stays."""
    try:
        if path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, draft = tempfile.mkstemp(prefix=".identity-", dir=path.parent)
        with os.fdopen(descriptor, "wb") as file:
            file.write(create_identity().pem)
            os.fsync(descriptor)
        with suppress(FileExistsError):
            path.hardlink_to(draft)
        Path(draft).unlink()
    except OSError as error:
        raise UsageError(f"cannot keep the identity in {path}: {error.strerror}; give one with --identity") from error


@contextmanager
def _readable(data: bytes) -> Iterator[str]:
    """Give bytes a path for libraries that read files only, without a file: a pipe holds far more than a key."""
    reader, writer = os.pipe()
    try:
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(data)
        yield f"/dev/fd/{reader}"
    finally:
        os.close(reader)
