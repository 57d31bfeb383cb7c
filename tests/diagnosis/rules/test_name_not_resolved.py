"""Names without addresses."""

from diagnosing import Tale, found

from jnlpspy.model.events import ConnectFailed, NameResolved, Remark
from jnlpspy.model.tap import DialFailure


def test_a_name_without_an_address_is_found() -> None:
    (finding,) = found("name-not-resolved", Tale().on(0).fact(NameResolved("jenkins", (), "Name or service not known")))
    assert (finding.title, finding.subject) == ("The name 'jenkins' has no address here", "jenkins")
    assert finding.evidence == (1, "Name or service not known")
    assert finding.causes[0].startswith("the name is known elsewhere only")


def test_a_whole_name_is_rather_misspelt() -> None:
    (finding,) = found("name-not-resolved", Tale().on(0).fact(NameResolved("jenkins.exmaple", (), "unknown")))
    assert finding.causes[0].startswith("the name is misspelt")


def test_the_same_name_is_said_once() -> None:
    failed = ConnectFailed("http://jenkins/", DialFailure.NOT_RESOLVED, "unknown")
    remark = Remark("cannot reach http://jenkins/: the name 'jenkins' cannot be resolved: unknown")
    assert len(found("name-not-resolved", Tale().opened().fact(NameResolved("jenkins", (), "x"), failed, remark))) == 1


def test_a_name_with_addresses_is_not() -> None:
    assert not found("name-not-resolved", Tale().on(0).fact(NameResolved("jenkins", ("192.0.2.1",))))
