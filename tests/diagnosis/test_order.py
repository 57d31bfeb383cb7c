"""What explains others is told before them, however long the chain is."""

from diagnosing import a_finding

from jnlpspy.diagnosis.order import root_among, roots_first
from jnlpspy.diagnosis.rule import Rule, RuleEntry
from jnlpspy.diagnosis.rules import RULES

TEXT = RULES["secret-rejected"].text


def entries(**explains: tuple[str, ...]) -> dict[str, RuleEntry]:
    return {name: RuleEntry(TEXT, type(name, (Rule,), {"explains": told})) for name, told in explains.items()}


CHAIN = entries(effect=(), middle=("effect",), root=("middle",), other=())


def order(names: str, rules: dict[str, RuleEntry]) -> str:
    return " ".join(finding.rule for finding in roots_first([a_finding(name) for name in names.split()], rules))


def test_a_chain_is_told_from_its_root() -> None:
    assert order("effect middle root", CHAIN) == "root middle effect"
    assert order("effect other middle", CHAIN) == "middle effect other"


def test_what_explains_nothing_keeps_its_place() -> None:
    assert order("other root", CHAIN) == "other root"
    assert order("other", CHAIN) == "other"
    assert order("", CHAIN) == ""


def test_findings_of_the_same_rule_stay_together() -> None:
    assert order("effect root effect middle", CHAIN) == "root middle effect effect"


def test_a_circle_is_cut() -> None:
    assert sorted(order("hen egg", entries(hen=("egg",), egg=("hen",))).split()) == ["egg", "hen"]


def test_the_root_of_a_finding_is_one_that_explains_it() -> None:
    root = a_finding("middle")
    assert root_among(a_finding("effect"), [a_finding("other"), root], CHAIN) is root
    assert root_among(a_finding("root"), [a_finding("other"), root], CHAIN) is None
