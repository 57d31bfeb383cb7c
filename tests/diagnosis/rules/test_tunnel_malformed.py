"""Tunnels and direct connections that agents cannot read."""

import pytest
from asking import command
from diagnosing import found

START = "java -cp remoting-{}.jar hudson.remoting.jnlp.Main -url http://j/ s a1 -tunnel {}"
DIRECT = "java -jar agent.jar -secret s -name a1 -instanceIdentity M -direct {}"


def test_a_scheme_in_the_tunnel_is_found_with_its_cure() -> None:
    (finding,) = found("tunnel-malformed", command(START.format("4.0", "https://j:50000")))
    assert finding.title == (
        "The value 'https://j:50000' of -tunnel in the command line begins with https://, and must be "
        "HOST:PORT, HOST: or :PORT alone"
    )
    assert finding.advice[0] == "write it as j:50000"


@pytest.mark.parametrize("value", ["j:50000", "j:", ":50000", "[::1]:50000"])
def test_every_form_is_read_by_agents_of_today(value: str) -> None:
    assert not found("tunnel-malformed", command(START.format("4.0", value)))


def test_one_release_reads_whole_forms_only() -> None:
    (finding,) = found("tunnel-malformed", command(START.format("3.34", "j:")))
    assert "remoting 3.34 cannot read" in finding.title
    assert not found("tunnel-malformed", command(START.format("3.34", "j:1")))
    assert not found("tunnel-malformed", command(START.format("3.35", "j:")))


def test_old_agents_read_no_ipv6() -> None:
    assert found("tunnel-malformed", command(START.format("3.33", "[::1]:1")))


def test_a_direct_connection_needs_host_and_port() -> None:
    assert found("tunnel-malformed", command(DIRECT.format("j:")))
    assert not found("tunnel-malformed", command(DIRECT.format("j:50000")))
