"""What the rules say of every specimen, as a table: `pytest -rP` on this file prints it; table.txt was accepted."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from conversation import decode
from diagnosing import diagnose
from specimens import expected_of, observations_of, specimen_names

from jnlpspy.model.findings import Finding, Severity
from jnlpspy.model.known import Known
from jnlpspy.model.secret import Secret

TABLE = Path(__file__).parent / "table.txt"
ORDER = tuple(Severity)


def findings_of(name: str) -> list[Finding]:
    """Diagnose as `jnlpspy diagnose` does, secrets replaced; with the inventory where it is needed to decide."""
    expected = expected_of(name)
    secrets = {agent: Secret(value) for agent, value in (expected.get("secrets") or {}).items()}
    known = Known(secrets=secrets) if expected.get("inventory") else Known()
    events = decode(observations_of(name), known.secrets)
    return diagnose(events, known)


def top_of(findings: list[Finding]) -> Finding | None:
    roots = [each for each in findings if each.consequence_of is None]
    return min(roots, key=lambda each: (ORDER.index(each.severity), -each.confidence), default=None)


@pytest.mark.parametrize("name", specimen_names())
def test_a_failure_gets_its_cause_on_top_and_a_healthy_session_nothing(name: str) -> None:
    findings = findings_of(name)
    rules = expected_of(name).get("rules")
    if rules:
        top = top_of(findings)
        assert top is not None
        assert top.rule in rules
    elif rules == []:
        assert [each.rule for each in findings if each.severity is not Severity.INFO] == []


def table() -> Iterator[str]:
    for name in specimen_names():
        yield name
        known = sorted(
            dict.fromkeys(findings_of(name)), key=lambda each: (each.consequence_of or "", ORDER.index(each.severity))
        )
        for each in known:
            below = f"  follows from {each.consequence_of}" if each.consequence_of else ""
            yield f"  {each.severity.value:<8}{each.rule} {each.confidence:.2f}{below}: {each.title}"


def test_the_table_is_the_one_that_was_accepted() -> None:
    lines = "\n".join(table()) + "\n"
    print(lines)  # noqa: T201 - for who runs it with -rP
    assert lines == TABLE.read_text("utf-8")
