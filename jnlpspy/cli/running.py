"""Runs a relay from the command line: signals, the ready line, the closing message."""

import os
import signal
from collections.abc import Callable

import trio

from jnlpspy.cli.exits import EXIT_INTERRUPTED, say
from jnlpspy.export.jsonl import SCHEMA, Json, format_line
from jnlpspy.model.describe_events import count
from jnlpspy.net.relay import Ready, Relay, RelayConfig, RelayOutcome


def ready_record(config: RelayConfig, ready: Ready) -> dict[str, Json]:
    """Return the contract's ready line as an object."""
    identity = config.identity
    return {
        "v": SCHEMA,
        "type": "ready",
        "http": None if ready.http is None else str(ready.http),
        "listen": str(ready.listen),
        "target": str(config.target),
        "identity": None if identity is None else identity.fingerprint,
        "instance_identity": None if identity is None else identity.instance_identity,
        "pid": os.getpid(),
    }


def format_ready(config: RelayConfig, ready: Ready) -> str:
    """Return the ready line."""
    return format_line(ready_record(config, ready))


def ready_in_words(config: RelayConfig, ready: Ready) -> str:
    """Return what a person is to do now; scripts read the ready line above it."""
    if ready.http is not None:
        return (
            f"ready. Start the agent with this URL instead of {config.target}:\n"
            f"    java -jar agent.jar -url http://{ready.http}/ -secret SECRET -name NAME\n"
            "and its sessions are shown here. Ctrl-C ends the proxy."
        )
    if config.identity is None:
        return (
            f"ready. Agents reach {config.target} at {ready.listen}: add to their command line\n"
            f"    -tunnel {ready.listen}\n"
            "JNLP4's TLS stays closed: only its outside is shown. Ctrl-C ends the proxy."
        )
    return (
        f"ready. Agents reach {config.target} at {ready.listen}: start them with\n"
        f"    -direct {ready.listen} -instanceIdentity {config.identity.instance_identity}\n"
        "and their sessions are shown here. Ctrl-C ends the proxy."
    )


async def stop_on_signals(
    relay: Relay, interrupted: list[int], nursery: trio.Nursery, tell: Callable[[str], None]
) -> None:
    """Let the first SIGINT, SIGTERM or SIGHUP stop the relay in order, the second at once."""
    hang_up = [] if signal.getsignal(signal.SIGHUP) == signal.SIG_IGN else [signal.SIGHUP]  # nohup
    with trio.open_signal_receiver(signal.SIGINT, signal.SIGTERM, *hang_up) as signals:
        async for number in signals:
            interrupted.append(number)
            if len(interrupted) > 1:
                nursery.cancel_scope.cancel()
                return
            again = "Ctrl-C" if number == signal.SIGINT else signal.Signals(number).name
            tell(f"stopping: sessions may end by themselves; {again} once more ends them at once")
            relay.stop()


def exit_code_of(interrupted: list[int]) -> int:
    """Return the exit code after the relay ended: an interrupt has its own, a SIGTERM is an ordinary end."""
    return EXIT_INTERRUPTED if signal.SIGINT in interrupted else 0


def say_outcome(config: RelayConfig, outcome: RelayOutcome, record: str | None) -> None:
    """Say what the run came to."""
    say(f"{count(outcome.sessions, 'agent session')}, {count(outcome.connections, 'connection')}")
    if record:
        secrets = "with the real secrets" if config.keep_secrets or config.raw else "secrets replaced by pseudonyms"
        say(f"recorded in {record}, {secrets}")
