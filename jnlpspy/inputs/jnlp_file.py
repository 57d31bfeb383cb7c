"""A `.jnlp` file as the inputs it gives; mirrors hudson.remoting.Launcher, which reads its `<argument>`s only."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from jnlpspy.errors import CaptureError
from jnlpspy.inputs import limits
from jnlpspy.inputs.arguments import read_arguments
from jnlpspy.inputs.draft import Draft
from jnlpspy.inputs.encrypted_jnlp import decrypt_jnlp
from jnlpspy.model.events import InputsRead
from jnlpspy.model.inputs import LauncherForm
from jnlpspy.model.secret import Secret

_MARKUP = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<")
_HTML = re.compile(rb"<!doctype\s+html|<html[\s>]", re.IGNORECASE)


def read_jnlp(data: bytes, source: str, secret: Secret | None = None) -> InputsRead:
    """Return the inputs in a jnlp file, plain or encrypted with the agent's secret.

    Raises:
        CaptureError: It is no jnlp file, or cannot be decrypted.
    """
    if len(data) > limits.TEXT:
        raise CaptureError(f"{source}: expected a jnlp file of at most {limits.TEXT} bytes, got {len(data)}")
    if _HTML.search(data[:1024]):
        raise CaptureError(f"{source}: expected a jnlp file, got an HTML page, such as the login page of Jenkins")
    if not _MARKUP.match(data):
        data = decrypt_jnlp(data, source, secret)
    found = _parse(data, source)
    if not found.arguments:
        raise CaptureError(f"{source}: expected <argument> elements in a jnlp file, got <{found.root}> without any")
    draft = Draft(jar=found.jar)
    read_arguments(draft, found.arguments)
    return InputsRead(source, draft.inputs(LauncherForm.JNLP_FILE))


@dataclass(slots=True)
class _Found:
    """What was met in the file so far."""

    root: str = ""
    jar: str | None = None
    arguments: list[str] = field(default_factory=list)
    inside: bool = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.root = self.root or name
        self.inside = name == "argument"
        if self.inside:
            self.arguments.append("")
        if name == "jar":
            self.jar = self.jar or attributes.get("href")

    def end(self, _name: str) -> None:
        self.inside = False

    def text(self, data: str) -> None:
        if self.inside:
            self.arguments[-1] += data


class _DoctypeFound(Exception):
    """A document type would bring entities; remoting refuses it too."""


def _parse(data: bytes, source: str) -> _Found:
    found = _Found()
    parser = expat.ParserCreate()
    parser.StartElementHandler = found.start
    parser.EndElementHandler = found.end
    parser.CharacterDataHandler = found.text
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(data, True)  # noqa: FBT003 - expat takes it by position
    except _DoctypeFound:
        raise CaptureError(f"{source}: expected a jnlp file without a DOCTYPE, got one with it") from None
    except LookupError:
        raise CaptureError(f"{source}: expected the XML of a jnlp file, got one in an encoding nobody knows") from None
    except expat.ExpatError as error:
        raise CaptureError(
            f"{source}: expected the XML of a jnlp file, got an error in line {error.lineno}: "
            f"{expat.ErrorString(error.code)}"
        ) from None
    return found


def _refuse(*_: object) -> None:
    raise _DoctypeFound
