"""A healthy session gives nothing that asks for somebody's attention."""

import pytest
from diagnosing import findings_in
from specimens import expected_of, specimen_names

from jnlpspy.model.findings import Severity

HEALTHY = [name for name in specimen_names() if expected_of(name).get("rules") == []]


def test_there_are_healthy_specimens() -> None:
    assert len(HEALTHY) > 10


@pytest.mark.parametrize("specimen", HEALTHY)
def test_a_healthy_specimen_gives_no_error_and_no_warning(specimen: str) -> None:
    assert [finding for finding in findings_in(specimen) if finding.severity is not Severity.INFO] == []
