"""A controller's own files: its agents, the secret it expects of each, and its identity.

Mirrors jenkins.security.DefaultConfidentialStore, HMACConfidentialKey and hudson.model.Slave's config.xml.
"""

import hashlib
import hmac
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from jnlpspy.errors import CaptureError
from jnlpspy.model.known import Known
from jnlpspy.model.secret import Secret

AGENT_KEY: Final = "jenkins.slaves.JnlpSlaveAgentProtocol.secret"
"""The key of which agents' secrets are made; its name is the same in every version."""

IDENTITY_KEY: Final = "org.jenkinsci.main.modules.instance_identity.InstanceIdentity.KEY"

MAGIC: Final = b"::::MAGIC::::"
"""Stands behind every stored key: a wrong master.key yields something else."""

KEY_SIZE: Final = 16
"""Bytes of the AES keys: what Java's export rules allowed when the scheme was made."""

NEAR: Final = 0.75
"""How alike two names must be, 1 being the same: two edits in eight letters."""

NEAREST: Final = 5
"""Near names that anyone wants to read."""

_DECLARATION = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*<\?xml[^>]*\?>")
_ENCODING = re.compile(rb"encoding=['\"]([\w.-]+)['\"]")
_INBOUND = re.compile(r"(?:JNLPLauncher|KubernetesLauncher|SwarmLauncher)$")
_OUTBOUND = re.compile(r"(?:SSHLauncher|CommandLauncher|ManagedWindowsServiceLauncher)$")


@dataclass(frozen=True, slots=True)
class Node:
    """An agent as the controller has it on disk."""

    name: str
    launcher: str
    """The launcher's Java class; "" if the file does not tell."""

    @property
    def inbound(self) -> bool | None:
        """Whether the agent connects by itself; None if the launcher is none we know."""
        if _INBOUND.search(self.launcher):
            return True
        return False if _OUTBOUND.search(self.launcher) else None


@dataclass(frozen=True, slots=True)
class JenkinsHome:
    """What a controller's files tell about its agents."""

    path: Path
    nodes: tuple[Node, ...]
    """Sorted by name; agents that a cloud makes for a while may not be among them."""
    identity: bytes | None
    """DER SubjectPublicKeyInfo that the controller proves; None if there is no key that can be read."""
    _agent_key: bytes

    def __repr__(self) -> str:
        """Name the folder, never a key."""
        return f"JenkinsHome({self.path})"

    def secret_of(self, name: str) -> Secret:
        """Return the secret that the controller expects of an agent, also of one that it does not know."""
        return Secret(hmac.new(self._agent_key, name.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest())

    def node(self, name: str) -> Node | None:
        """Return the agent of exactly this name, as the controller looks for it."""
        return next((node for node in self.nodes if node.name == name), None)

    def near_names(self, name: str) -> list[str]:
        """Return the names that somebody may have meant, the nearest first."""
        return near_names(name, (node.name for node in self.nodes))

    def known(self, *, name: str | None = None, secret: Secret | None = None) -> Known:
        """Return all agents with their secrets, and what an agent was meant to be given."""
        secrets = {node.name: self.secret_of(node.name) for node in self.nodes}
        return Known(secrets=secrets, complete=True, name=name, secret=secret)


def open_jenkins_home(path: Path) -> JenkinsHome:
    """Read a controller's files.

    Raises:
        CaptureError: The folder is no JENKINS_HOME, or a key in it is missing, damaged or not ours to read.
    """
    if not path.is_dir():
        raise CaptureError(f"expected the folder of a controller's files (JENKINS_HOME), got {_absent(path)}: {path}")
    secrets = path / "secrets"
    if not (_exists(path / "config.xml") or _exists(secrets / "master.key")):
        raise CaptureError(
            f"expected a JENKINS_HOME, got a folder with neither config.xml nor secrets/master.key: {path}"
        )
    home_key = _home_key(secrets / "master.key")
    agent_key = _stored_key(secrets / AGENT_KEY, home_key)
    return JenkinsHome(path, tuple(_read_nodes(path / "nodes")), _read_identity(path, home_key), agent_key)


def near_names(name: str, names: Iterable[str]) -> list[str]:
    """Return names much like one, the nearest first; case and blanks count for little."""
    likeness = {each: SequenceMatcher(None, _plain(name), _plain(each)).ratio() for each in names}
    near = sorted((each for each, ratio in likeness.items() if ratio >= NEAR), key=lambda each: -likeness[each])
    return near[:NEAREST]


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()


def _absent(path: Path) -> str:
    return "a file" if _exists(path) else "nothing"


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError as error:
        raise CaptureError(f"cannot look into {path.parent}: {error.strerror}") from error


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise CaptureError(f"expected the controller's key, got no such file: {path}") from error
    except OSError as error:
        raise CaptureError(f"cannot read {path}: {error.strerror}") from error


def _home_key(path: Path) -> bytes:
    text = _read(path).decode("utf-8", "replace").strip()
    if not text:
        raise CaptureError(f"expected the controller's master key, got an empty file: {path}")
    return hashlib.sha256(text.encode("utf-8")).digest()[:KEY_SIZE]


def _stored_key(path: Path, home_key: bytes) -> bytes:
    sealed = _read(path)
    key = _decrypted(sealed, home_key)
    if key is None or not key.endswith(MAGIC) or len(key) == len(MAGIC):
        raise CaptureError(
            f"expected a key encrypted with this controller's master.key, got {len(sealed)} bytes that are none: "
            f"{path}; the file is damaged, or it and secrets/master.key are of two controllers"
        )
    return key.removesuffix(MAGIC)


def _decrypted(sealed: bytes, key: bytes) -> bytes | None:
    """Return what Java's Cipher.getInstance("AES") hid; None if it was another key or another file."""
    decryptor = Cipher(algorithms.AES(key), modes.ECB()).decryptor()  # noqa: S305 - Jenkins' own choice
    padding = PKCS7(algorithms.AES.block_size).unpadder()
    try:
        return padding.update(decryptor.update(sealed) + decryptor.finalize()) + padding.finalize()
    except ValueError:
        return None


def _read_nodes(folder: Path) -> list[Node]:
    if not _exists(folder):
        return []  # a controller without agents has none
    try:
        files = sorted(folder.glob("*/config.xml"))
    except OSError as error:
        raise CaptureError(f"cannot look into {folder}: {error.strerror}") from error
    return sorted((_read_node(file) for file in files), key=lambda node: node.name)


def _read_node(file: Path) -> Node:
    """Return the agent of a config.xml; by the name of its folder if the file cannot be understood."""
    try:
        root = ET.fromstring(_text_of(_read(file)))  # noqa: S314 - the operator's own file; expat bounds entities
    except ET.ParseError:
        return Node(file.parent.name, "")
    name, launcher = root.find("name"), root.find("launcher")
    told = "" if name is None else name.text or ""
    return Node(told or file.parent.name, "" if launcher is None else launcher.get("class", ""))


def _text_of(data: bytes) -> str:
    """Return a document without its declaration: Jenkins declares XML 1.1, which expat refuses to read."""
    declaration = _DECLARATION.match(data)
    if declaration is None:
        return data.decode("utf-8", "replace")
    declared = _ENCODING.search(declaration[0])
    rest = data[declaration.end() :]
    try:
        return rest.decode(declared[1].decode("ascii") if declared else "utf-8", "replace")
    except LookupError:
        return rest.decode("utf-8", "replace")


def _read_identity(path: Path, home_key: bytes) -> bytes | None:
    """Return the controller's public key; a secret does not need it, so that one which cannot be read is none."""
    try:
        pem: bytes | None
        if _exists(path / "identity.key.enc"):
            key = _stored_key(path / "secrets" / IDENTITY_KEY, home_key)[:KEY_SIZE]
            pem = _decrypted(_read(path / "identity.key.enc"), key)
        else:
            pem = _read(path / "identity.key")
        private = load_pem_private_key(pem or b"", password=None)
    except (CaptureError, ValueError, TypeError, UnsupportedAlgorithm):
        return None
    return private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
