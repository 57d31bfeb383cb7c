"""A Kubernetes pod as the inputs of the agent in it: image, variables and arguments of its container."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from jnlpspy.errors import CaptureError, UsageError
from jnlpspy.inputs import limits
from jnlpspy.inputs.command_line import read_argument_list, read_command_line
from jnlpspy.inputs.environment import inputs_of_variables
from jnlpspy.inputs.java import read_java
from jnlpspy.model.events import InputsRead
from jnlpspy.model.inputs import AgentInputs

AGENT_CONTAINER = "jnlp"
"""The name that the kubernetes-plugin gives the agent's container."""

_AGENT_IMAGE = re.compile(r"inbound-agent|jnlp-slave|jnlp-agent|jenkins-agent")
_REFERENCE = re.compile(r"\$\((\w+)\)")


def read_pod(text: str, source: str) -> list[InputsRead]:
    """Return the inputs in a pod, or in what makes one (a Deployment, a Job), as YAML or JSON.

    Raises:
        CaptureError: It is neither, has no container, or several of which none is the agent's.
    """
    if len(text) > limits.TEXT:
        raise CaptureError(f"{source}: expected at most {limits.TEXT} characters, got {len(text)}")
    found = [each for document in _documents(text, source) for each in _pods_of(document)]
    if not found:
        raise CaptureError(f"{source}: expected a pod with `containers`, got none")
    name, spec = found[0]
    container = _agent_of([each for each in _list(spec.get("containers")) if isinstance(each, dict)], source)
    return list(_inputs_of(container, name, source))


def _documents(text: str, source: str) -> list[object]:
    if text.lstrip().startswith("{"):
        try:
            return [json.loads(text)]
        except (ValueError, RecursionError) as error:
            raise CaptureError(f"{source}: expected a pod as JSON: {error}") from None
    import yaml  # noqa: PLC0415 - takes long to import, and few need it

    try:
        documents: list[object] = list(yaml.safe_load_all(text))
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = "" if mark is None else f" in line {mark.line + 1}"
        raise CaptureError(f"{source}: expected a pod as YAML, got an error{where}") from None
    if not _is_bounded(documents):
        raise CaptureError(f"{source}: expected a pod as YAML, got aliases that make it larger than any, or endless")
    return documents


def _is_bounded(documents: list[object]) -> bool:
    """Return whether what was read stays as small as its text when every alias is followed."""
    left = limits.TEXT
    pending: list[object] = [documents]
    while pending and left > 0:
        each = pending.pop()
        if isinstance(each, dict):
            pending += each.values()
        elif isinstance(each, list):
            pending += each
        left -= len(each) if isinstance(each, str) else 1
    return not pending


def _pods_of(document: object) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Yield name and spec of every pod in an object of Kubernetes."""
    if not isinstance(document, dict):
        return
    for item in _list(document.get("items")):
        yield from _pods_of(item)
    metadata = document.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    spec = document.get("spec")
    while isinstance(spec, dict):
        if "containers" in spec:
            yield str(name or ""), spec
            return
        template = spec.get("template", spec.get("jobTemplate"))
        spec = template.get("spec") if isinstance(template, dict) else None
    if "containers" in document:
        yield str(name or ""), document


def _agent_of(containers: list[dict[str, object]], source: str) -> dict[str, object]:
    named = [each for each in containers if each.get("name") == AGENT_CONTAINER]
    by_image = [each for each in containers if _AGENT_IMAGE.search(str(each.get("image", "")))]
    by_variable = [each for each in containers if any(name.startswith("JENKINS_") for name, _ in _variables(each))]
    for candidates in (named, by_image, by_variable, containers):
        if len(candidates) == 1:
            return candidates[0]
    names = ", ".join(str(each.get("name")) for each in containers) or "none"
    raise CaptureError(f"{source}: expected a container called {AGENT_CONTAINER!r}, got {names}")


def _inputs_of(container: dict[str, object], pod: str, source: str) -> Iterator[InputsRead]:
    image = str(container.get("image") or "")
    place = f"{source}, container {container.get('name')}"
    values: dict[str, str] = {}
    elsewhere: dict[str, str] = {}
    for name, given in _variables(container):
        where = _kept_elsewhere(given)
        if where == "metadata.name":
            values[name] = pod
        elif where is not None:
            elsewhere[name] = where
        else:
            values[name] = _expanded(str(given.get("value") or ""), values, source)
    elsewhere |= {"envFrom": "a ConfigMap or Secret as a whole"} if container.get("envFrom") else {}
    words = [_expanded(str(each), values, source) for key in ("command", "args") for each in _list(container.get(key))]
    if values or elsewhere:
        yield InputsRead(f"{place} (variables)", inputs_of_variables(values, image, elsewhere))
    if words or not (values or elsewhere):
        read = _inputs_of_words(words, image, bool(container.get("command")), place)
        yield InputsRead(f"{place} (arguments)", read)


def _inputs_of_words(words: list[str], image: str, overridden: bool, place: str) -> AgentInputs:  # noqa: FBT001 - a fact
    if not overridden:
        return read_argument_list(words, image)
    if words[0].endswith("java"):
        return replace(read_java(words[1:], place, image), image=image)
    try:
        line = words[-1] if "-c" in words else " ".join(f"'{word}'" for word in words)
        return replace(read_command_line(line, place)[-1].inputs, image=image)
    except UsageError:
        return read_argument_list([words[0]], image)  # something else than an agent is started


def _variables(container: Mapping[str, object]) -> Iterator[tuple[str, dict[str, object]]]:
    for each in _list(container.get("env")):
        if isinstance(each, dict) and isinstance(each.get("name"), str):
            yield each["name"], each


def _kept_elsewhere(variable: Mapping[str, object]) -> str | None:
    """Return where the value of a variable is, if not here; `metadata.name` for the pod's own name."""
    reference = variable.get("valueFrom")
    if not isinstance(reference, dict):
        return None
    for kind, words in (("secretKeyRef", "Secret"), ("configMapKeyRef", "ConfigMap")):
        found = reference.get(kind)
        if isinstance(found, dict):
            return f"the key {found.get('key')} of the {words} {found.get('name')}"
    field = reference.get("fieldRef")
    return str(field.get("fieldPath")) if isinstance(field, dict) else "another object"


def _expanded(text: str, values: Mapping[str, str], source: str) -> str:
    """Return a text in which `$(NAME)` is a variable's value, as Kubernetes expands it; unknown ones stay."""
    size = len(text) + sum(len(values.get(match[1], "")) for match in _REFERENCE.finditer(text))
    if size > limits.TEXT:
        raise CaptureError(f"{source}: expected at most {limits.TEXT} characters in a value, got {size} with variables")
    return _REFERENCE.sub(lambda match: values.get(match[1], match[0]), text)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
