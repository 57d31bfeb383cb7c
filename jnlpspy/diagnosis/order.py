"""Which finding explains which: roots before their consequences."""

from collections.abc import Mapping, Sequence

from jnlpspy.diagnosis.rule import RuleEntry
from jnlpspy.model.findings import Finding


def roots_first(findings: Sequence[Finding], rules: Mapping[str, RuleEntry]) -> list[Finding]:
    """Return findings so that each comes behind those that explain it, otherwise in their order; circles are cut."""
    if len(findings) < 2:
        return list(findings)
    names = dict.fromkeys(finding.rule for finding in findings)
    before = {name: [each for each in names if name in rules[each].rule.explains and each != name] for name in names}
    placed: dict[str, None] = {}
    under_way: set[str] = set()

    def place(name: str) -> None:
        if name in placed or name in under_way:
            return
        under_way.add(name)
        for each in before[name]:
            place(each)
        placed[name] = None

    for name in names:
        place(name)
    order = list(placed)
    return sorted(findings, key=lambda finding: order.index(finding.rule))


def root_among(finding: Finding, others: Sequence[Finding], rules: Mapping[str, RuleEntry]) -> Finding | None:
    """Return the finding that explains another, directly, of those of the same connection."""
    explaining = (each for each in others if each.rule != finding.rule and each.rule in rules)
    return next((each for each in explaining if finding.rule in rules[each.rule].rule.explains), None)
