"""No usable identity, and near misses."""

import pytest
from diagnosing import diagnose, found
from handshakes import ANNOUNCED, KEY, announced, offered

RULE = "identity-missing"


@pytest.mark.parametrize("value", [None, "", "bm90IGEga2V5", "no base64!"])
def test_a_header_that_is_missing_or_no_key_is_found(value: str | None) -> None:
    headers = {key: text for key, text in ANNOUNCED.items() if key != "X-Instance-Identity"}
    assert found(RULE, announced(headers if value is None else {**headers, "X-Instance-Identity": value}))


def test_the_agent_that_then_trusts_nobody_is_a_consequence() -> None:
    headers = {key: text for key, text in ANNOUNCED.items() if key != "X-Instance-Identity"}
    findings = diagnose(offered(announced(headers), 2).closed(agent_bytes=29, controller_bytes=5))
    assert [(each.rule, each.consequence_of) for each in findings] == [(RULE, None), ("tls-refused", RULE)]


def test_an_identity_that_is_a_key_is_fine_however_it_is_written() -> None:
    assert not found(RULE, announced())
    assert not found(RULE, announced({**ANNOUNCED, "X-Instance-Identity": f" {KEY} "}))


def test_old_protocols_need_none() -> None:
    assert not found(RULE, announced({"X-Jenkins-JNLP-Port": "1", "X-Jenkins-Agent-Protocols": "JNLP2-connect"}))


def test_a_page_that_is_not_jenkins_is_another_matter() -> None:
    assert not found(RULE, announced({"Content-Type": "text/html"}))
