"""Tunnels that do not lead to the agent port."""

from asking import command
from diagnosing import Tale, diagnose, found

from jnlpspy.diagnosis.rules import RULES
from jnlpspy.model.events import ConnectFailed, ProtocolOffered, Remark
from jnlpspy.model.tap import DialFailure

START = f"java -jar agent.jar -secret {'5e' * 32} -name a1 -url http://j:8080/ -tunnel "
REFUSED = ConnectFailed("k:50000", DialFailure.REFUSED, "Connection refused")


def test_a_tunnel_to_the_web_page_s_port_is_found_by_lint() -> None:
    (finding,) = found("tunnel-misdirected", command(START + "j:8080"))
    assert (
        finding.title
        == "-tunnel j:8080 in the command line leads to the port of http://j:8080/, and not to the agent port"
    )
    assert found("tunnel-misdirected", command(START + "k:443"))
    assert found("tunnel-misdirected", command(START + ":8080"))


def test_a_tunnel_to_another_port_is_not_named() -> None:
    for value in ("k:50000", "k:", ":50000"):
        assert not found("tunnel-misdirected", command(START + value))


def test_nobody_at_the_end_of_the_tunnel_is_the_tunnel_s_matter() -> None:
    findings = diagnose(command(START + "k:50000").opened(1).fact(REFUSED))
    assert {each.rule for each in findings} == {"tunnel-misdirected", "agent-port-unreachable"}
    assert "agent-port-unreachable" in RULES["tunnel-misdirected"].rule.explains


def test_nobody_elsewhere_is_not() -> None:
    assert not found("tunnel-misdirected", command(START + "k:50001").opened(1).fact(REFUSED))
    assert not found("tunnel-misdirected", command(START + "i:50000").opened(1).fact(REFUSED))


def test_an_agent_at_the_proxy_s_web_port_was_misdirected() -> None:
    remark = Remark("answered 400 ourselves: this port speaks HTTP/1.1: illegal request line")
    (finding,) = found("tunnel-misdirected", Tale().opened().agent(ProtocolOffered("JNLP4-connect")).fact(remark))
    assert finding.title.startswith("The agent offered JNLP4-connect to the proxy's web port")
    assert found("tunnel-misdirected", Tale().opened().fact(remark)) == []
