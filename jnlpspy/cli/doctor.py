"""`jnlpspy doctor`: look at a controller as an agent would, step by step, and let the rules judge what came."""

import os
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jnlpspy.cli.exits import EXIT_PROBLEM, say, suggest
from jnlpspy.cli.options import Color, ColorOption, JsonOption, read_secret
from jnlpspy.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.console import Console

    from jnlpspy.diagnosis.verdict import Verdict
    from jnlpspy.jenkins_home import JenkinsHome
    from jnlpspy.model.events import InputsRead
    from jnlpspy.model.inputs import AgentInputs
    from jnlpspy.net.probing.plan import Plan
    from jnlpspy.net.probing.steps import Step
    from jnlpspy.pipeline import Pipeline


def doctor(
    url: Annotated[str | None, typer.Argument(help="The Jenkins root URL, as for an agent's -url.")] = None,
    jnlp: Annotated[
        str | None, typer.Option(metavar="FILE|URL", help="A jnlp file; of a URL, as -jnlpUrl, it is asked for first.")
    ] = None,
    command: Annotated[
        str | None, typer.Option(metavar='"java ..."', help="The command line that starts the agent, or docker's.")
    ] = None,
    env_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The variables of a docker-agent image, as lines NAME=VALUE.")
    ] = None,
    pod: Annotated[Path | None, typer.Option(metavar="FILE", help="A Kubernetes pod, as YAML or JSON.")] = None,
    name: Annotated[str | None, typer.Option(help="The agent's name.")] = None,
    secret: Annotated[str | None, typer.Option(metavar="VALUE|@FILE|-", help="Its secret.")] = None,
    tunnel: Annotated[str | None, typer.Option(help="As -tunnel: HOST:PORT, HOST: or :PORT.")] = None,
    direct: Annotated[str | None, typer.Option(metavar="HOST:PORT", help="The agent port, without discovery.")] = None,
    instance_identity: Annotated[
        str | None, typer.Option(metavar="BASE64|@FILE", help="What the controller must prove with --direct.")
    ] = None,
    protocol: Annotated[str | None, typer.Option(help="Offer this protocol. [default: JNLP4-connect]")] = None,
    websocket: Annotated[bool, typer.Option("--websocket", help="Connect over WebSocket, as -webSocket.")] = False,
    cert: Annotated[Path | None, typer.Option(metavar="FILE", help="Trust this certificate of an https URL.")] = None,
    insecure_http: Annotated[bool, typer.Option("--insecure-http", help="Check no certificate of https.")] = False,
    jenkins_home: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The controller's folder: names and secrets are known then.")
    ] = None,
    no_credentials: Annotated[bool, typer.Option("--no-credentials", help="Stop before name and secret.")] = False,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds that each step may take.")] = 10.0,
    json: JsonOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Connect as an agent would, without Java, and stop before a channel exists.

    Examples: jnlpspy doctor https://jenkins.example/
              jnlpspy doctor https://jenkins.example/ --name test --secret @secret
              jnlpspy doctor --command "java -jar agent.jar -url ..."
    """
    from jnlpspy.cli.knowing import Sources, read_sources
    from jnlpspy.inputs.draft import shown_word
    from jnlpspy.inputs.gathering import effective_inputs
    from jnlpspy.model.inputs import AgentInputs, LauncherForm
    from jnlpspy.model.secret import Secret

    by_url = jnlp is not None and "://" in jnlp
    sources = Sources(jnlp=None if jnlp is None or by_url else Path(jnlp), command=command, env_file=env_file, pod=pod)
    here = sources == Sources()  # else the agent runs where other variables than ours count
    if cert is not None and not cert.is_file():
        raise UsageError(f"--cert: expected a file with certificates, got none: {cert}")
    text = None if secret is None else read_secret(secret)
    options = AgentInputs(
        form=LauncherForm.OPTIONS,
        urls=() if url is None else (shown_word(url),),
        jnlp_url=None if jnlp is None or not by_url else shown_word(jnlp),
        name=name,
        secret=None if text is None else Secret(text),
        secret_text=text,
        tunnel=None if tunnel is None else shown_word(tunnel),
        direct=None if direct is None else shown_word(direct),
        instance_identity=None if instance_identity is None else shown_word(read_identity(instance_identity)),
        websocket=websocket,
        http_proxy=_variable("http_proxy") if here else None,
        no_proxy=(_variable("no_proxy") or _variable("NO_PROXY")) if here else None,
        certificates=() if cert is None else (f"@{cert}",),
    )
    if here and replace(options, http_proxy=None, no_proxy=None) == AgentInputs(form=LauncherForm.OPTIONS):
        raise UsageError("expected the URL of Jenkins, or what an agent is started with: --command, --jnlp, --pod, ...")
    is_given = options != AgentInputs(form=LauncherForm.OPTIONS)
    read = read_sources(options if is_given or here else None, sources)
    inputs = effective_inputs(read)
    failed = examine(
        read,
        inputs,
        protocol=None if protocol is None else shown_word(protocol),
        home=None if jenkins_home is None else _open_home(jenkins_home, inputs.name),
        credentials=not no_credentials,
        insecure=insecure_http,
        timeout=timeout,
        json=json,
        color=color,
    )
    if failed:
        raise typer.Exit(EXIT_PROBLEM)


def examine(
    read: "Sequence[InputsRead]",
    inputs: "AgentInputs",
    *,
    protocol: str | None = None,
    home: "JenkinsHome | None" = None,
    credentials: bool = True,
    insecure: bool = False,
    timeout: float = 10.0,
    json: bool = False,
    color: Color = Color.AUTO,
) -> bool:
    """Lint inputs, make the walk they describe, print what came; return whether an agent would fail.

    Args:
        read: The inputs of each source, for the rules.
        inputs: What an agent would go by.
        protocol: Offered whatever the inputs say.
        home: The controller's own files.
        credentials: Whether to go as far as name and secret.
        insecure: Whether to take any certificate of https.
        timeout: Seconds that a step may take.
        json: Whether to print objects.
        color: When to colour.
    """
    import time

    import trio

    from jnlpspy.cli.wiring import Diagnosis, open_console, open_pipeline, write_line, write_record
    from jnlpspy.export.jsonl import JsonlSink
    from jnlpspy.model.known import NOTHING_KNOWN
    from jnlpspy.net.probing.plan import plan_of
    from jnlpspy.view.walk import print_step, step_record

    plan, problems = plan_of(
        inputs,
        protocol=protocol,
        credentials=credentials,
        insecure=insecure,
        kept_identity=None if home is None else home.identity,
    )
    if home is not None and plan.name is not None and plan.secret is None:
        plan = replace(plan, secret=home.secret_of(plan.name))
    unchecked: list[str] = []
    console = open_console(color)

    def report(step: "Step") -> None:
        if step.result == "skipped" and step.key in {"credentials", "inputs"}:
            unchecked.append(f"name and secret were {step.text}" if step.key == "credentials" else step.text)
        if json:
            write_record(step_record(step))
        else:
            print_step(console, step)

    # Name and secret are what is judged here, so that they are nothing the rules may take for known.
    diagnosis = Diagnosis(NOTHING_KNOWN if home is None else home.known())
    verdict = diagnosis.verdict
    pipeline = open_pipeline([*([JsonlSink(write_line)] if json else []), verdict], judge=diagnosis.judge)
    for each in read:
        pipeline.tell(time.time(), each)
    failed = trio.run(partial(_walk, pipeline, plan, problems, report, timeout))
    pipeline.finish()
    if not json:
        _print_verdict(verdict, console, failed=failed, unchecked=unchecked)
    return failed or _has_error(verdict)


def _variable(name: str) -> str | None:
    """Return a variable of ours as it may be shown."""
    from jnlpspy.inputs.draft import shown_word

    given = os.environ.get(name)
    return None if given is None else shown_word(given)


def read_identity(given: str) -> str:
    """Return an instance identity given as its base64 text or as @file. Raises UsageError."""
    if not given.startswith("@"):
        return given
    try:
        return Path(given[1:]).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"--instance-identity: expected a readable file, got {given}: {error}") from error


async def _walk(
    pipeline: "Pipeline", plan: "Plan", problems: tuple[str, ...], report: "Callable[[Step], None]", patience: float
) -> bool:
    """Walk; return whether a step failed."""
    import time

    from jnlpspy.net.probing.scene import Scene
    from jnlpspy.net.probing.walk import walk

    scene = Scene(observe=pipeline.observe, tell=pipeline.tell, report=report, clock=time.time, timeout=patience)
    await walk(scene, plan, problems)
    return scene.failed


def _open_home(folder: Path, name: str | None) -> "JenkinsHome":
    from jnlpspy.jenkins_home import open_jenkins_home

    home = open_jenkins_home(folder)
    if name is not None and home.node(name) is None:
        near = home.near_names(name)
        meant = f"; near it: {', '.join(near)}" if near else ""
        say(f"no agent of this name is stored in {folder}{meant}")
    return home


def _print_verdict(verdict: "Verdict", console: "Console", *, failed: bool, unchecked: list[str]) -> None:
    from rich.text import Text

    from jnlpspy.diagnosis.runs import Runs
    from jnlpspy.view.findings import print_conclusions
    from jnlpspy.view.sessions import print_wrapped

    console.print()
    if conclusions := verdict.conclusions():
        print_conclusions(console, conclusions, Runs())
        suggest(f"more about it: jnlpspy explain {conclusions[0].finding.rule}")
        return
    found = "an agent would not connect" if failed else "nothing was found that stands in an agent's way"
    told = f"{found}; not all was looked at: {unchecked[0]}" if unchecked and not failed else found
    print_wrapped(console, 0, Text(told, "kind.bad" if failed else "good"))


def _has_error(verdict: "Verdict") -> bool:
    from jnlpspy.model.findings import Severity

    return any(each.finding.severity is Severity.ERROR for each in verdict.conclusions())
