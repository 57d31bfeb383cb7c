"""Arguments that exclude or need each other; mirrors the options of hudson.remoting.Launcher."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from jnlpspy.model.inputs import AgentInputs, LauncherForm

EXCLUDED = (
    ("-webSocket", "-direct"),
    ("-webSocket", "-tunnel"),
    ("-webSocket", "-credentials"),
    ("-webSocket", "-noKeepAlive"),
    ("-direct", "-url"),
    ("-direct", "-tunnel"),
    ("-direct", "-jnlpUrl"),
    ("-noReconnectAfter", "-noReconnect"),
    ("-cert", "-noCertificateCheck"),
    ("-jnlpUrl", "-tunnel"),
    ("-jnlpUrl", "-url"),
    ("-jnlpUrl", "-name"),
    ("-jnlpUrl", "-webSocket"),
)
"""Options that the launcher does not take together."""

NEEDED = (
    ("-direct", "-instanceIdentity"),
    ("-instanceIdentity", "-direct"),
    ("-protocols", "-direct"),
    ("-internalDir", "-workDir"),
    ("-failIfWorkDirIsMissing", "-workDir"),
    ("-webSocketHeader", "-webSocket"),
)
"""Options that the launcher does not take without another."""

SAME = {"-disableHttpsCertValidation": "-noCertificateCheck", "-noreconnect": "-noReconnect"}

_STARTED = (LauncherForm.MAIN_CLASS, LauncherForm.NAMED, LauncherForm.POSITIONAL)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What the launcher stumbles over, as a sentence, and what to do."""

    text: str
    advice: str


def merged(sources: Sequence[AgentInputs]) -> AgentInputs:
    """Return what a container's entrypoint hands to the launcher: its variables, and behind them its arguments."""
    return reduce(lambda under, over: over.laid_over(under), sources)


def contradictions(inputs: AgentInputs) -> Iterator[Contradiction]:
    """Yield what the launcher refuses because of what else is given."""
    given = set(_given(inputs))
    if inputs.form is LauncherForm.OPTIONS:
        given.discard("-jnlpUrl")  # ours: with a name, to look for the agent's own file
    for one, other in EXCLUDED:
        if one in given and other in given:
            yield Contradiction(f"{one} and {other} exclude each other", f"leave out {other}, or {one}")
    for one, other in NEEDED:
        if one in given and other not in given:
            yield Contradiction(f"{one} needs {other}", f"add {other}, or leave {one} out")
    if inputs.websocket and len(set(inputs.urls)) > 1:
        yield Contradiction(
            f"-webSocket takes a single -url, and {len(set(inputs.urls))} are given", "give the one that agents reach"
        )
    if inputs.jnlp_url and inputs.secret and inputs.credentials:
        yield Contradiction("-jnlpCredentials and -secret exclude each other", "give -secret alone")


def missing(inputs: AgentInputs) -> Iterator[Contradiction]:
    """Yield what the launcher does not start without."""
    if inputs.jnlp_url or (inputs.form not in _STARTED and inputs.image is None):
        return
    elsewhere = inputs.kept_elsewhere
    if not (inputs.urls or inputs.direct or _is_elsewhere(elsewhere, "-url", "JENKINS_URL")):
        yield Contradiction("no URL of Jenkins is given", "give -url, or JENKINS_URL to the image")
    has_secret = inputs.secret is not None or inputs.secret_file is not None
    if not (has_secret or _is_elsewhere(elsewhere, "-secret", "the secret", "JENKINS_SECRET")):
        yield Contradiction("no secret is given", "give -secret, or JENKINS_SECRET to the image")
    if inputs.name is None and not _is_elsewhere(elsewhere, "-name", "the name", "JENKINS_AGENT_NAME", "JENKINS_NAME"):
        yield Contradiction("no name is given", "give -name, or JENKINS_AGENT_NAME to the image")


def _is_elsewhere(elsewhere: Mapping[str, str], *names: str) -> bool:
    return any(name in elsewhere for name in (*names, "envFrom"))


def _given(inputs: AgentInputs) -> Iterator[str]:
    """Yield the options that are given, each in one spelling."""
    for option in inputs.options:
        yield SAME.get(option, option)
    values = {
        "-webSocket": inputs.websocket,
        "-url": inputs.urls,
        "-jnlpUrl": inputs.jnlp_url,
        "-name": inputs.name,
        "-tunnel": inputs.tunnel,
        "-direct": inputs.direct,
        "-instanceIdentity": inputs.instance_identity,
        "-protocols": inputs.protocols,
        "-credentials": inputs.credentials,
        "-cert": inputs.certificates,
    }
    yield from (option for option, value in values.items() if value)
