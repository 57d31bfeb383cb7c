"""The variables of the docker-agent images and the kubernetes-plugin, and the proxies', as inputs."""

import re
import shlex
from collections.abc import Mapping

from jnlpspy.errors import CaptureError, UsageError
from jnlpspy.inputs import limits
from jnlpspy.inputs.arguments import read_arguments
from jnlpspy.inputs.draft import Draft
from jnlpspy.inputs.java import read_java_options
from jnlpspy.inputs.quoting import split_words
from jnlpspy.model.events import InputsRead
from jnlpspy.model.inputs import AgentInputs, LauncherForm

SINGLE = {
    "JENKINS_SECRET": "secret",
    "JENKINS_TUNNEL": "tunnel",
    "JENKINS_DIRECT_CONNECTION": "direct",
    "JENKINS_INSTANCE_IDENTITY": "instance_identity",
    "JENKINS_AGENT_NAME": "name",
    "JENKINS_NAME": "name",
}
"""Variables, and the input that each is; JENKINS_NAME is read last and wins."""

TOLD = (
    "JENKINS_WEB_SOCKET",
    "JENKINS_AGENT_WORKDIR",
    "JENKINS_AGENT_FILE",
    "JENKINS_JAVA_BIN",
    "JAVA_HOME",
    "JAVA_VERSION",
    "HTTP_PROXY",
)
"""Variables that are kept as they are."""

_ASSIGNMENT = re.compile(r"\s*(?:export\s+|set\s+|-e\s+)?([A-Za-z_][\w.]*)\s*=(.*)", re.DOTALL)


def read_env_file(text: str, source: str, *, by_docker: bool = False) -> InputsRead:
    """Return the inputs of a file of `KEY=VALUE` lines.

    Shells, Compose and systemd take quotes off; `by_docker` keeps them, as `docker run --env-file` does.

    Raises:
        CaptureError: A line is none, or there is too much of it.
    """
    if len(text) > limits.TEXT:
        raise CaptureError(f"{source}: expected at most {limits.TEXT} characters, got {len(text)}")
    variables = {}
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _ASSIGNMENT.fullmatch(line)
        if match is None:
            raise CaptureError(f"{source}: expected KEY=VALUE in line {number}, got a line without that")
        variables[match[1]] = match[2] if by_docker else _unquoted(match[2])
    return InputsRead(source, inputs_of_variables(variables, ""))


def inputs_of_variables(
    variables: Mapping[str, str], image: str | None = None, kept_elsewhere: Mapping[str, str] | None = None
) -> AgentInputs:
    """Return the inputs that variables make; `kept_elsewhere` names those whose value is not known."""
    draft = Draft(image=image)
    for name, what in SINGLE.items():
        if variables.get(name):
            draft.give(what, variables[name], name)
    url = variables.get("JENKINS_URL")
    if url and not draft.is_kept_elsewhere("JENKINS_URL", url):
        draft.urls.append(url)
    draft.websocket = variables.get("JENKINS_WEB_SOCKET") == "true"
    draft.protocols += [each.strip() for each in variables.get("JENKINS_PROTOCOLS", "").split(",") if each.strip()]
    draft.options.update({name: variables[name] for name in TOLD if name in variables})
    draft.http_proxy = variables.get("http_proxy")
    draft.https_proxy = variables.get("https_proxy", variables.get("HTTPS_PROXY"))
    draft.no_proxy = variables.get("no_proxy", variables.get("NO_PROXY"))
    read_java_options(draft, _words(variables.get("JENKINS_JAVA_OPTS") or variables.get("JAVA_OPTS", ""), "java"))
    read_arguments(draft, _words(variables.get("REMOTING_OPTS", ""), "REMOTING_OPTS"))
    draft.kept_elsewhere.update(kept_elsewhere or {})
    return draft.inputs(LauncherForm.ENVIRONMENT)


def _words(text: str, where: str) -> list[str]:
    try:
        return split_words(text, where)
    except UsageError:
        return text.split()


def _unquoted(value: str) -> str:
    """Return a value without quotes around it, as shells and Compose take it; a trailing comment goes."""
    text = value.strip()
    if text[:1] in {'"', "'"}:
        try:
            words = shlex.split(text, comments=True)
        except ValueError:
            return text
        return words[0] if len(words) == 1 else text
    return re.sub(r"\s+#.*$", "", text)
