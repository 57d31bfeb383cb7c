import base64
import hashlib
import ssl
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509  # noqa: TID251 - keys of kinds that jnlpspy refuses have to be made somehow
from cryptography.hazmat.primitives import hashes, serialization  # noqa: TID251 - as above
from cryptography.hazmat.primitives.asymmetric import ec, rsa  # noqa: TID251 - as above

from jnlpspy.errors import NetworkError, UsageError
from jnlpspy.net.identity import (
    Identity,
    create_identity,
    fingerprint_of,
    identity_of_certificate,
    open_identity,
    read_instance_identity,
)


@pytest.fixture(scope="module")
def identity() -> Identity:
    return create_identity()


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "jnlpspy"


def test_own_identity_is_made_once_and_kept_for_its_owner_only(state: Path) -> None:
    first = open_identity()
    second = open_identity()
    assert first.fingerprint == second.fingerprint
    assert stat.S_IMODE((state / "identity.pem").stat().st_mode) == 0o600
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    assert [path.name for path in state.iterdir()] == ["identity.pem"]


def test_fingerprint_is_md5_of_the_public_key_in_hex_pairs(identity: Identity) -> None:
    digest = hashlib.md5(base64.b64decode(identity.instance_identity)).hexdigest()  # noqa: S324 - as the agent does
    assert identity.fingerprint == ":".join(digest[i : i + 2] for i in range(0, 32, 2))
    assert fingerprint_of(identity.public_key) == identity.fingerprint


def test_certificate_has_the_shape_of_jenkins_own(identity: Identity) -> None:
    certificate = x509.load_pem_x509_certificate(identity.pem[identity.pem.index(b"-----BEGIN CERTIFICATE") :])
    assert certificate.serial_number == 1
    assert certificate.subject == certificate.issuer
    assert certificate.subject.rfc4514_string().endswith(",O=instances,OU=jenkins.io,C=US")
    assert isinstance(certificate.signature_hash_algorithm, hashes.SHA256)
    assert [extension.oid for extension in certificate.extensions] == [x509.SubjectKeyIdentifier.oid]
    der = certificate.public_bytes(serialization.Encoding.DER)
    assert identity_of_certificate(der) == identity.public_key


def test_operators_key_without_a_certificate_is_enough(identity: Identity, tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.write_bytes(identity.pem[: identity.pem.index(b"-----BEGIN CERTIFICATE")])
    path.chmod(0o600)
    opened = open_identity(path)
    assert opened.instance_identity == identity.instance_identity
    assert isinstance(opened.agent_leg_context(), ssl.SSLContext)


def test_certificate_out_of_date_is_made_anew(identity: Identity, tmp_path: Path) -> None:
    key = serialization.load_pem_private_key(identity.pem, None)
    assert isinstance(key, rsa.RSAPrivateKey)
    now = datetime.now(UTC)
    name = x509.Name([])
    old = (
        x509.CertificateBuilder(name, name, key.public_key(), 7, now - timedelta(days=9), now - timedelta(days=1))
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )
    path = tmp_path / "key.pem"
    path.write_bytes(identity.pem[: identity.pem.index(b"-----BEGIN CERTIFICATE")] + old)
    path.chmod(0o600)
    assert old not in open_identity(path).pem


def test_identity_everybody_can_read_is_refused(identity: Identity, tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.write_bytes(identity.pem)
    path.chmod(0o644)
    with pytest.raises(UsageError, match="by everybody"):
        open_identity(path)


def test_key_that_is_not_rsa_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.write_bytes(
        ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    path.chmod(0o600)
    with pytest.raises(UsageError, match="expected an RSA key"):
        open_identity(path)


def test_certificate_of_another_key_is_refused(identity: Identity, tmp_path: Path) -> None:
    other = create_identity().pem
    path = tmp_path / "key.pem"
    path.write_bytes(identity.pem[: identity.pem.index(b"-----BEGIN CERT")] + other[other.index(b"-----BEGIN CERT") :])
    path.chmod(0o600)
    with pytest.raises(UsageError, match="not that of the private key"):
        open_identity(path)


@pytest.mark.parametrize("content", [b"", b"nothing of the kind", b"-----BEGIN PRIVATE KEY-----\nAA==\n"])
def test_file_without_a_key_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(UsageError, match=r"expected a PEM private key .* in .*key\.pem"):
        open_identity(path)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot read the identity .*none\.pem: No such file"):
        open_identity(tmp_path / "none.pem")


def test_state_folder_that_cannot_be_made_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "state").write_text("a file")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with pytest.raises(UsageError, match="cannot keep the identity"):
        open_identity()


def test_instance_identity_is_read_in_every_form(identity: Identity) -> None:
    der = base64.b64decode(identity.instance_identity)
    certificate = identity.pem[identity.pem.index(b"-----BEGIN CERTIFICATE") :]
    pem = b"-----BEGIN PUBLIC KEY-----\n" + base64.encodebytes(der) + b"-----END PUBLIC KEY-----\n"
    certificate_der = x509.load_pem_x509_certificate(certificate).public_bytes(serialization.Encoding.DER)
    forms: list[str | bytes] = [
        identity.instance_identity,
        identity.instance_identity + "\n",
        base64.encodebytes(der),
        der,
        pem,
        certificate,
        certificate_der,
    ]
    for form in forms:
        assert read_instance_identity(form) == der


@pytest.mark.parametrize("form", ["", "no base64!", "AAAA", "-----BEGIN CERTIFICATE-----", b"\x30\x82"])
def test_what_is_no_instance_identity_is_refused(form: str | bytes) -> None:
    with pytest.raises(UsageError, match="expected an instance identity"):
        read_instance_identity(form)


def test_instance_identity_that_is_no_rsa_key_is_refused() -> None:
    der = (
        ec.generate_private_key(ec.SECP256R1())
        .public_key()
        .public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    with pytest.raises(UsageError, match="RSA"):
        read_instance_identity(der)


def test_certificate_of_an_unknown_version_is_refused(identity: Identity) -> None:
    certificate = x509.load_pem_x509_certificate(identity.pem).public_bytes(serialization.Encoding.DER)
    version_3, version_8 = bytes.fromhex("a003020102"), bytes.fromhex("a003020107")
    assert version_3 in certificate
    odd = certificate.replace(version_3, version_8, 1)
    with pytest.raises(NetworkError, match="certificate"):
        identity_of_certificate(odd)
    with pytest.raises(UsageError, match="expected an instance identity"):
        read_instance_identity(odd)


def test_certificate_that_is_none_is_a_network_error() -> None:
    with pytest.raises(NetworkError, match="certificate"):
        identity_of_certificate(b"nonsense")
