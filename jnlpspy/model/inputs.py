"""What an agent is started with: the options, properties and variables that decide whether it can connect."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from jnlpspy.model.secret import Secret


class LauncherForm(Enum):
    """In which form the inputs were given."""

    OPTIONS = "options of jnlpspy"
    MAIN_CLASS = "hudson.remoting.jnlp.Main with arguments"
    """remoting 2 and 3: `hudson.remoting.jnlp.Main -headless -url URL SECRET NAME`."""
    NAMED = "agent.jar with named arguments"
    """`java -jar agent.jar -url URL -secret SECRET -name NAME` (hudson.remoting.Launcher)."""
    POSITIONAL = "agent.jar with positional arguments"
    JNLP_URL = "agent.jar with -jnlpUrl or -agentUrl"
    JNLP_FILE = "a jnlp file"
    ENVIRONMENT = "environment variables"
    """Of the docker-agent images and the kubernetes-plugin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentInputs:
    """Inputs as they were given: nothing is repaired, so that rules can say what is wrong with them."""

    form: LauncherForm
    urls: tuple[str, ...] = ()
    """Jenkins root URLs (`-url`, JENKINS_URL)."""
    jnlp_url: str | None = None
    name: str | None = field(default=None, repr=False)
    """As it was given: a secret, if the two were given in each other's place; `shown_name` is for people."""
    secret: Secret | None = None
    secret_text: str | None = field(default=None, repr=False)
    """The secret as it was written, quotes, line ends and all; never shown, stored or logged."""
    secret_file: str | None = None
    """The path behind `@`."""
    tunnel: str | None = None
    direct: str | None = None
    """`HOST:PORT` of `-direct`."""
    instance_identity: str | None = None
    protocols: tuple[str, ...] = ()
    websocket: bool = False
    http_proxy: str | None = None
    """`http_proxy` of the environment; a password in it is starred out."""
    https_proxy: str | None = None
    no_proxy: str | None = None
    certificates: tuple[str, ...] = ()
    credentials: Secret | None = None
    """`-credentials` or `-jnlpCredentials`, for Jenkins itself."""
    proxy_credentials: Secret | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    """Every other option with its value, or "" for a flag."""
    properties: Mapping[str, str] = field(default_factory=dict)
    """`-Dname=value` before the jar or class; "" for what may be a password."""
    jar: str | None = None
    image: str | None = None
    """The container image with its tag; "" if it is a container and the image is not known."""
    kept_elsewhere: Mapping[str, str] = field(default_factory=dict)
    """Inputs whose value is not to be seen here, and where it is: JENKINS_SECRET in a Kubernetes Secret."""
    left_over: tuple[str, ...] = ()
    """Arguments that mean nothing to the launcher; what looks like a secret is its fingerprint."""
    repeated: tuple[str, ...] = ()
    """Inputs given more than once with values that differ."""

    @property
    def shown_name(self) -> str | Secret | None:
        """The name, held as a secret if it looks like one."""
        return Secret(self.name) if self.name is not None and _LOOKS_LIKE_SECRET.search(self.name) else self.name

    def laid_over(self, under: "AgentInputs") -> "AgentInputs":
        """Return these inputs, with those of another source where these have none."""
        has_secret = self.secret is not None or self.secret_file is not None
        secret = self if has_secret else under
        return replace(
            self,
            urls=self.urls or under.urls,
            jnlp_url=self.jnlp_url or under.jnlp_url,
            name=under.name if self.name is None else self.name,
            secret=secret.secret,
            secret_text=secret.secret_text,
            secret_file=secret.secret_file,
            tunnel=self.tunnel or under.tunnel,
            direct=self.direct or under.direct,
            instance_identity=self.instance_identity or under.instance_identity,
            protocols=self.protocols or under.protocols,
            websocket=self.websocket or under.websocket,
            http_proxy=self.http_proxy or under.http_proxy,
            https_proxy=self.https_proxy or under.https_proxy,
            no_proxy=self.no_proxy or under.no_proxy,
            certificates=self.certificates or under.certificates,
            credentials=self.credentials or under.credentials,
            proxy_credentials=self.proxy_credentials or under.proxy_credentials,
            options={**under.options, **self.options},
            properties={**under.properties, **self.properties},
            jar=self.jar or under.jar,
            image=under.image if self.image is None else self.image,
            kept_elsewhere={**under.kept_elsewhere, **self.kept_elsewhere},
            left_over=(*under.left_over, *self.left_over),
            repeated=(*under.repeated, *self.repeated),
        )


_LOOKS_LIKE_SECRET = re.compile(r"[0-9a-fA-F]{64}")
