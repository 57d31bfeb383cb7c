"""What every test may rely on: coroutine tests run under trio, bounded in time."""

import inspect
import time
from collections.abc import Iterator
from typing import Any

import pytest
import trio
from hypothesis import HealthCheck, settings
from patience import PatientClock

TEST_DEADLINE = 20.0
"""Seconds of waiting after which a coroutine test has failed; none is meant to need a tenth of it."""

settings.register_profile(
    "fast", max_examples=50, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("deep", max_examples=5000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("fast")


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a coroutine test under trio."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    test = pyfuncitem.obj
    arguments: dict[str, Any] = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}  # noqa: SLF001 - as pytest-trio does

    async def bounded() -> None:
        with trio.fail_after(TEST_DEADLINE):
            await test(**arguments)

    clock = PatientClock()
    trio.run(bounded, clock=clock, instruments=[clock])
    return True


@pytest.fixture
def in_utc() -> Iterator[None]:
    """Times of day are UTC's, wherever this runs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()
