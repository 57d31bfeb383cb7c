"""Time passes for a test while it waits, and only then."""

import pytest
import trio
from patience import PatientClock

STEPS = 1000


def test_work_takes_no_time_and_a_wait_takes_its_own() -> None:
    async def work_and_wait() -> tuple[float, float]:
        for _ in range(STEPS):
            await trio.lowlevel.checkpoint()
        worked = trio.current_time()
        await trio.sleep(0.05)
        return worked, trio.current_time()

    clock = PatientClock()
    worked, waited = trio.run(work_and_wait, clock=clock, instruments=[clock])
    assert worked == 0.0
    assert waited == pytest.approx(0.05, abs=0.001)


def test_a_deadline_ends_what_waits_forever() -> None:
    async def wait_forever() -> bool:
        with trio.move_on_after(0.01) as scope:
            await trio.sleep_forever()
        return scope.cancelled_caught

    clock = PatientClock()
    assert trio.run(wait_forever, clock=clock, instruments=[clock])
