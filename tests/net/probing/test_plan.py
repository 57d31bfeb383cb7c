"""Inputs become a plan, or reasons why they cannot."""

import ssl
from pathlib import Path

import pytest
from doctor_stage import inputs_of
from net.test_dialling import Authority
from simulate.peers import identity

from jnlpspy.errors import UsageError
from jnlpspy.model.inputs import AgentInputs
from jnlpspy.model.secret import Secret
from jnlpspy.model.tap import Address
from jnlpspy.net.probing.plan import Plan, plan_of
from jnlpspy.net.target import RootUrl, Tunnel

HTTPS = RootUrl("https", "jenkins.example", 443, "/")


def test_inputs_are_read_as_an_agent_reads_them() -> None:
    inputs = inputs_of(
        "https://jenkins.example/ci", tunnel=":50001", protocols=("JNLP-connect",), instance_identity=None
    )
    plan, problems = plan_of(inputs)
    assert problems == ()
    assert plan.roots == (RootUrl("https", "jenkins.example", 443, "/ci/"),)
    assert plan.tunnel == Tunnel(None, 50001)
    assert plan.protocol == "JNLP-connect"
    assert plan.goes_anywhere


def test_direct_takes_an_identity() -> None:
    plan, problems = plan_of(inputs_of(direct="a:1", instance_identity=identity().instance_identity))
    assert problems == ()
    assert (plan.direct, plan.identity) == (Address("a", 1), identity().public_key)


@pytest.mark.parametrize(
    ("inputs", "problem"),
    [
        (inputs_of("jenkins.example"), "URL: expected a URL that starts with http"),
        (inputs_of(direct="jenkins"), "direct: expected HOST:PORT"),
        (inputs_of(jnlp_url="a/computer/b/slave-agent.jnlp"), "jnlp URL: expected a URL"),
        (inputs_of(tunnel="http://a:1"), "tunnel: expected"),
        (inputs_of(direct="a:1", instance_identity="AAAA"), "expected an instance identity"),
        (inputs_of("http://a/", protocols=("JNLP3-connect",)), "protocol: expected one of JNLP4-connect"),
        (inputs_of("http://a/", direct="a:1"), "-direct and -url are given together"),
        (inputs_of("http://a/", tunnel=":1", websocket=True), "-webSocket goes neither with -direct nor with -tunnel"),
        (inputs_of(urls=("http://a/", "http://b/"), websocket=True), "-webSocket supports only a single -url"),
    ],
)
def test_what_is_of_no_use_is_told(inputs: AgentInputs, problem: str) -> None:
    _, problems = plan_of(inputs)
    (told,) = problems
    assert told.startswith(problem)


def test_nothing_to_go_to_is_no_problem() -> None:
    plan, problems = plan_of(inputs_of())
    assert problems == ()
    assert not plan.goes_anywhere


def test_of_several_protocols_the_first_that_can_be_spoken_is_offered() -> None:
    plan, _ = plan_of(inputs_of("http://a/", protocols=("JNLP3-connect", "JNLP2-connect")))
    assert plan.protocol == "JNLP2-connect"


@pytest.mark.parametrize("file", ["slave-agent.jnlp", "jenkins-agent.jnlp", "slave-agent.jnlp?encrypt=true"])
def test_a_jnlp_file_s_controller_is_the_one_that_serves_it(file: str) -> None:
    plan, problems = plan_of(inputs_of(jnlp_url=f"https://a/ci/computer/b%20c/{file}"))
    assert (plan.roots, problems) == ((RootUrl("https", "a", 443, "/ci/"),), ())


def test_a_protocol_asked_for_goes_before_the_inputs() -> None:
    plan, problems = plan_of(inputs_of("http://a/", protocols=("JNLP3-connect",)), protocol="JNLP2-connect")
    assert (plan.protocol, problems) == ("JNLP2-connect", ())


def test_a_secret_given_as_the_name_is_not_shown() -> None:
    plan = Plan(name="a" * 64, secret=Secret("test"))
    assert plan.shown_name == str(Secret("a" * 64))
    said = plan.without_secrets(f"Unknown client name: {'a' * 64} (test)")
    assert said == f"Unknown client name: {Secret('a' * 64)} ({Secret('test')})"


@pytest.mark.parametrize("form", ["@file", "text"])
def test_certificates_come_as_a_file_or_as_text(tmp_path: Path, form: str) -> None:
    authority = Authority(tmp_path)
    given = f"@{authority.certificate}" if form == "@file" else authority.certificate.read_text()
    trust = Plan(certificates=(given,)).trust_of(HTTPS)
    assert trust is not None
    assert "a test authority" in str(trust.get_ca_certs())


def test_what_is_no_certificate_is_refused() -> None:
    with pytest.raises(UsageError, match="-cert: expected PEM certificates"):
        Plan(certificates=("nonsense",)).trust_of(HTTPS)


def test_the_agent_s_own_option_turns_the_check_off() -> None:
    plan, _ = plan_of(inputs_of("https://a/", options={"-noCertificateCheck": ""}))
    trust = plan.trust_of(HTTPS)
    assert trust is not None
    assert trust.verify_mode is ssl.CERT_NONE


def test_http_needs_no_trust() -> None:
    assert Plan(certificates=("nonsense",)).trust_of(RootUrl("http", "a", 80, "/")) is None
