"""Steps run within their deadlines and are reported; connections are numbered, but for quiet ones."""

import pytest
import trio
import trio.testing

from jnlpspy.model.events import Fact, Remark
from jnlpspy.model.tap import Address, Observation, Opened
from jnlpspy.net.probing.scene import Note, Scene, StepFailed, Stopped, open_journal
from jnlpspy.net.probing.steps import Outcome, Step, StepName

HERE = Address("10.0.0.2", 50000)


class Told:
    def __init__(self, timeout: float = 10.0) -> None:
        self.observed: list[Observation] = []
        self.facts: list[tuple[float, Fact]] = []
        self.steps: list[Step] = []
        self.scene = Scene(
            observe=self.observed.append,
            tell=lambda when, fact: self.facts.append((when, fact)),
            report=self.steps.append,
            clock=lambda: 7.0,
            timeout=timeout,
        )


@pytest.fixture
def told() -> Told:
    return Told()


async def test_a_step_is_reported_with_what_it_noted(told: Told) -> None:
    async def work(note: Note) -> int:
        note.details.append("more")
        note.warn("odd")
        await trio.lowlevel.checkpoint()
        return 3

    assert await told.scene.run(StepName.PING, work) == 3
    (step,) = told.steps
    assert (step.name, step.outcome, step.text, step.details) == (StepName.PING, Outcome.WARNING, "odd", ("more",))
    assert not told.scene.failed


async def test_a_step_that_fails_stops_the_walk(told: Told) -> None:
    async def work(note: Note) -> None:
        note.details.append("seen before")
        await trio.lowlevel.checkpoint()
        raise StepFailed("no", "seen then")

    with pytest.raises(Stopped):
        await told.scene.run(StepName.PING, work)
    (step,) = told.steps
    assert (step.outcome, step.text, step.details) == (Outcome.FAILED, "no", ("seen before", "seen then"))
    assert told.scene.failed


async def test_a_step_that_only_notes_a_failure_lets_the_walk_go_on(told: Told) -> None:
    async def work(note: Note) -> None:
        note.fail("no")
        await trio.lowlevel.checkpoint()

    await told.scene.run(StepName.HELLO, work)
    assert told.scene.failed


async def test_what_fails_behind_a_step_is_that_step_s_failure(told: Told) -> None:
    async def hidden(_note: Note) -> None:
        await trio.lowlevel.checkpoint()
        raise StepFailed("nobody there")

    async def work(_note: Note) -> None:
        await told.scene.run(StepName.TCP, hidden, hidden=True)

    with pytest.raises(Stopped):
        await told.scene.run(StepName.DISCOVERY, work)
    (step,) = told.steps
    assert (step.name, step.text) == (StepName.DISCOVERY, "nobody there")


async def wait_for_ever(note: Note) -> None:
    note.waiting_for = "the end of days"
    await trio.sleep_forever()


@pytest.mark.parametrize(("patience", "waited"), [(None, 10), (3.0, 3), (30.0, 10)])
def test_a_deadline_says_what_did_not_come(told: Told, patience: float | None, waited: int) -> None:
    async def main() -> None:
        await told.scene.run(StepName.OFFER, wait_for_ever, patience=patience)

    with pytest.raises(Stopped):
        trio.run(main, clock=trio.testing.MockClock(autojump_threshold=0))
    (step,) = told.steps
    assert step.text == f"the end of days did not come within {waited} s"
    assert step.seconds == pytest.approx(waited)


def test_connections_are_numbered_as_they_come(told: Told) -> None:
    told.scene.own_host = "10.0.0.5"
    for _ in range(2):
        open_journal(told.scene.journal(), told.scene, HERE, 4000)
    assert told.observed == [Opened(number, 7.0, Address("10.0.0.5", 4000), HERE) for number in (1, 2)]


def test_quiet_connections_tell_nobody_and_take_no_number(told: Told) -> None:
    open_journal(told.scene.journal(quiet=True), told.scene, HERE)
    assert told.observed == []
    open_journal(told.scene.journal(), told.scene, HERE)
    assert [seen.connection for seen in told.observed if isinstance(seen, Opened)] == [1]


def test_facts_are_told_with_their_time(told: Told) -> None:
    told.scene.tell(Remark("a"))
    assert told.facts == [(7.0, Remark("a"))]


def test_a_step_without_work_is_reported_at_once(told: Told) -> None:
    told.scene.report(StepName.INPUTS, Outcome.FAILED, "bad", "worse")
    assert told.steps == [Step(StepName.INPUTS, Outcome.FAILED, "bad", 0.0, ("worse",))]
    assert told.scene.failed
