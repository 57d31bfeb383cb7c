"""The inputs of an agent while they are being read: what is given twice, and what must not be shown."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from jnlpspy.model.inputs import AgentInputs, LauncherForm
from jnlpspy.model.secret import Secret

T = TypeVar("T")

MISSING = "no value: the next option stands in its place, or nothing"
"""Where the value of an option is kept that came without one."""

_PASSWORD_IN_URL = re.compile(r"(?<=://)([^/@\s:]*:)[^/@\s]*(?=@)|(?<=://)[^/@\s:]{20,}(?=@)")
"""A password, or what is too long for a user: services take a token there without one."""

_PASSWORD_IN_QUERY = re.compile(r"([?&][^=&\s]*(?:passw|secret|credential|token)[^=&\s]*=)[^&\s]+", re.IGNORECASE)
_SECRET = re.compile(r"[0-9a-fA-F]{64,}")
_CUT_SECRET = re.compile(r"[0-9a-fA-F]{20,}")

_VARIABLE = re.compile(r"\$\{?(\w+)\}?|%(\w+)%|\$\(([^()]*)\)|\$env:(\w+)", re.IGNORECASE)
_PASSWORD_KEY = re.compile(r"passw|secret|credential|token", re.IGNORECASE)


@dataclass(slots=True)
class Draft:
    """Collects inputs in the order in which the launcher reads them."""

    urls: list[str] = field(default_factory=list)
    protocols: list[str] = field(default_factory=list)
    certificates: list[str] = field(default_factory=list)
    options: dict[str, str] = field(default_factory=dict)
    properties: dict[str, str] = field(default_factory=dict)
    kept_elsewhere: dict[str, str] = field(default_factory=dict)
    left_over: list[str] = field(default_factory=list)
    websocket: bool = False
    image: str | None = None
    jar: str | None = None
    http_proxy: str | None = None
    https_proxy: str | None = None
    no_proxy: str | None = None
    _single: dict[str, str] = field(default_factory=dict)
    _repeated: dict[str, None] = field(default_factory=dict)

    def give(self, what: str, value: str, option: str) -> None:
        """Take the value of an input that there is one of; the last one counts, as for the launcher."""
        if self.is_kept_elsewhere(option, value):
            return
        before = self._single.get(what)
        if before is not None and before != value:
            self._repeated[what] = None
        self._single[what] = value

    def has(self, what: str) -> bool:
        """True if an input was given."""
        return what in self._single

    def is_kept_elsewhere(self, option: str, value: str) -> bool:
        """Take note if a value is nothing but a reference to one that is not to be seen here."""
        variable = _VARIABLE.fullmatch(value)
        if variable is not None:
            name = next(group for group in variable.groups() if group is not None)
            self.kept_elsewhere[option] = f"the variable {name}"
        return variable is not None

    def set_property(self, name: str, value: str) -> None:
        """Take a system property."""
        self.properties[name] = "" if is_password_key(name) else value

    def leave(self, word: str) -> None:
        """Keep what means nothing to the launcher."""
        self.left_over.append(word)

    def inputs(self, form: LauncherForm) -> AgentInputs:
        """Return what was collected."""
        secret = self._single.get("secret")
        return AgentInputs(
            form=form,
            urls=tuple(map(shown_word, self.urls)),
            jnlp_url=_of(self._single.get("jnlp_url"), shown_word),
            name=self._single.get("name"),
            secret=_of(secret, Secret),
            secret_text=secret,
            secret_file=_of(self._single.get("secret_file"), shown_word),
            tunnel=_of(self._single.get("tunnel"), shown_word),
            direct=_of(self._single.get("direct"), shown_word),
            instance_identity=_of(self._single.get("instance_identity"), shown_word),
            protocols=tuple(map(shown_word, self.protocols)),
            websocket=self.websocket,
            http_proxy=_of(self.http_proxy, shown_word),
            https_proxy=_of(self.https_proxy, shown_word),
            no_proxy=_of(self.no_proxy, shown_word),
            certificates=tuple(map(shown_word, self.certificates)),
            credentials=_of(self._single.get("credentials"), Secret),
            proxy_credentials=_of(self._single.get("proxy_credentials"), Secret),
            options=_shown(self.options),
            properties=_shown(self.properties),
            jar=_of(self.jar, shown_word),
            image=_of(self.image, shown_word),
            kept_elsewhere=_shown(self.kept_elsewhere),
            left_over=tuple(map(shown_word, self.left_over)),
            repeated=tuple(self._repeated),
        )


def is_password_key(name: str) -> bool:
    """Return whether what is called so may be a password."""
    return _PASSWORD_KEY.search(name) is not None


def shown_word(word: str) -> str:
    """Return a word as it may be shown: with fingerprints for what looks like a secret, wherever it was put."""
    if _CUT_SECRET.fullmatch(word):
        return str(Secret(word))
    return without_password(_SECRET.sub(lambda match: str(Secret(match[0])), word))


def without_password(text: str) -> str:
    """Return a text with the passwords of a URL in it starred out."""
    return _PASSWORD_IN_QUERY.sub(r"\1***", _PASSWORD_IN_URL.sub(r"\1***", text))


def _shown(values: Mapping[str, str]) -> dict[str, str]:
    return {shown_word(name): shown_word(value) for name, value in values.items()}


def _of(text: str | None, make: Callable[[str], T]) -> T | None:
    return None if text is None else make(text)
