"""A session's sequence diagram as a list, which is read, printed and searched like text."""

from collections.abc import Iterable

from jnlpspy.export.html.cells import span_of
from jnlpspy.export.html.markup import Markup, element, join
from jnlpspy.export.sequence import Fold, Step
from jnlpspy.model.tap import Side

_TO = {Side.AGENT: "to-controller", Side.CONTROLLER: "to-agent"}


def draw_steps(steps: Iterable[Step | Fold], began: float) -> Markup:
    """Return steps between the lines of the two sides, each with the time since the session began."""
    items = join(_fold(each) if isinstance(each, Fold) else _step(each, began) for each in steps)
    ends = element(
        "div",
        element("span", "agent", class_="agent"),
        element("span", "controller", class_="controller"),
        class_="ends",
        aria_hidden="true",
    )
    return element("div", ends, element("ol", items), class_="sequence")


def merged(before: list[Step | Fold], steps: list[Step | Fold]) -> list[Step | Fold]:
    """Return the steps of two connections as one, in the order in which they happened."""
    placed: list[tuple[int, Step | Fold]] = []
    for each_list in (before, steps):
        seq = 0
        for each in each_list:
            seq = each.seq if isinstance(each, Step) else seq
            placed.append((seq, each))
    return [each for _, each in sorted(placed, key=lambda item: item[0])]


def _step(step: Step, began: float) -> Markup:
    away = step.when - began
    offset = f"-{span_of(-away)}" if away < 0 else f"+{span_of(away)}"
    time = element("span", offset, class_="time")
    told = element("span", element("b", step.word), f" {step.text}", class_="told")
    if step.side is None:
        return element("li", time, element("div", told, class_="note"), class_=step.tone.value)
    spoken = element("span", f"{step.side.value} to {step.side.peer.value}: ", class_="spoken")
    way = f"message {_TO[step.side]}{' answer' if step.answer else ''}"
    return element("li", time, element("div", spoken, told, class_=way), class_=step.tone.value)


def _fold(fold: Fold) -> Markup:
    return element("li", element("span", class_="time"), element("div", fold.describe(), class_="note"), class_="fold")
