"""The inputs of an agent while they are being read: what is given twice, and what must not be shown."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from jnlpspy.model.inputs import AgentInputs, LauncherForm
from jnlpspy.model.secret import Secret
from jnlpspy.wire.headers import is_secret

T = TypeVar("T")

MISSING = "no value: the next option stands in its place, or nothing"
"""Where the value of an option is kept that came without one."""

_PASSWORD_IN_URL = re.compile(r"(?<=://)([^/@\s:]*):[^/@\s]*(?=@)")
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
        self.properties[name] = "" if _PASSWORD_KEY.search(name) else value

    def leave(self, word: str) -> None:
        """Keep what means nothing to the launcher."""
        self.left_over.append(str(Secret(word)) if is_secret("Node-Name", word) else without_password(word))

    def inputs(self, form: LauncherForm) -> AgentInputs:
        """Return what was collected."""
        secret = self._single.get("secret")
        return AgentInputs(
            form=form,
            urls=tuple(map(without_password, self.urls)),
            jnlp_url=_of(self._single.get("jnlp_url"), without_password),
            name=self._single.get("name"),
            secret=_of(secret, Secret),
            secret_text=secret,
            secret_file=self._single.get("secret_file"),
            tunnel=_of(self._single.get("tunnel"), without_password),
            direct=_of(self._single.get("direct"), without_password),
            instance_identity=self._single.get("instance_identity"),
            protocols=tuple(self.protocols),
            websocket=self.websocket,
            http_proxy=_of(self.http_proxy, without_password),
            https_proxy=_of(self.https_proxy, without_password),
            no_proxy=self.no_proxy,
            certificates=tuple(self.certificates),
            credentials=_of(self._single.get("credentials"), Secret),
            proxy_credentials=_of(self._single.get("proxy_credentials"), Secret),
            options=dict(self.options),
            properties=dict(self.properties),
            jar=self.jar,
            image=self.image,
            kept_elsewhere=dict(self.kept_elsewhere),
            left_over=tuple(self.left_over),
            repeated=tuple(self._repeated),
        )


def without_password(text: str) -> str:
    """Return a text with the password of a URL in it starred out."""
    return _PASSWORD_IN_URL.sub(r"\1:***", text)


def _of(text: str | None, make: Callable[[str], T]) -> T | None:
    return None if text is None else make(text)
