"""Makes a JENKINS_HOME from the scheme, with nothing of the code that reads it."""

import hashlib
import hmac
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from jnlpspy.net.identity import Identity

MASTER_KEY = "00112233445566778899aabbccddeeff"
HMAC_KEY = bytes(range(32))
INBOUND = "hudson.slaves.JNLPLauncher"
SSH = "hudson.plugins.sshslaves.SSHLauncher"


def encrypt(key: bytes, data: bytes) -> bytes:
    """AES/ECB/PKCS5Padding, as Java's Cipher.getInstance("AES") does it."""
    missing = 16 - len(data) % 16
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305 - Jenkins' own choice
    return encryptor.update(data + bytes([missing]) * missing) + encryptor.finalize()


def secret_for(name: str) -> str:
    """Return the secret of an agent of any home made here."""
    return hmac.new(HMAC_KEY, name.encode(), "sha256").hexdigest()


def make_home(folder: Path, nodes: Mapping[str, str], identity: Identity | None = None) -> Path:
    """Fill a folder with what a controller keeps; `nodes` are launchers by agents' names."""
    secrets = folder / "secrets"
    secrets.mkdir(parents=True)
    (folder / "config.xml").write_text("<?xml version='1.1' encoding='UTF-8'?>\n<hudson/>\n")
    (secrets / "master.key").write_text(f"{MASTER_KEY}\n")
    store(secrets, "jenkins.slaves.JnlpSlaveAgentProtocol.secret", HMAC_KEY)
    for name, launcher in nodes.items():
        config = folder / "nodes" / name / "config.xml"
        config.parent.mkdir(parents=True)
        config.write_text(
            f"<?xml version='1.1' encoding='UTF-8'?>\n<slave>\n  <name>{name}</name>\n"
            f'  <launcher class="{launcher}"><tunnel/></launcher>\n'
            "  <nodeProperties><a><name>x</name></a></nodeProperties>\n</slave>\n",
            "utf-8",
        )
    if identity is not None:
        key = bytes(range(256))
        store(secrets, "org.jenkinsci.main.modules.instance_identity.InstanceIdentity.KEY", key)
        private = load_pem_private_key(identity.pem, None)
        pem = private.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        (folder / "identity.key.enc").write_bytes(encrypt(key[:16], pem))
    return folder


def store(secrets: Path, name: str, key: bytes) -> None:
    """Store a key as jenkins.security.DefaultConfidentialStore does."""
    master = hashlib.sha256(MASTER_KEY.encode()).digest()[:16]
    (secrets / name).write_bytes(encrypt(master, key + b"::::MAGIC::::"))
