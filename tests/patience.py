"""The clock of tests: it stands still while tasks work, so that a slow machine changes no test's times."""

import time

import trio


class PatientClock(trio.abc.Clock, trio.abc.Instrument):
    """Tells the seconds that trio has waited for something, whatever the work between took."""

    def __init__(self) -> None:
        self._waited = 0.0
        self._since = 0.0

    def start_clock(self) -> None:
        """Nothing to do: it starts at zero."""

    def current_time(self) -> float:
        """Return the seconds waited so far."""
        return self._waited

    def deadline_to_sleep_time(self, deadline: float) -> float:
        """Return the seconds to wait from now on."""
        return deadline - self._waited

    def before_io_wait(self, timeout: float) -> None:
        """Start to count."""
        del timeout
        self._since = time.perf_counter()

    def after_io_wait(self, timeout: float) -> None:
        """Count what was waited; a wait that a busy machine ended late counts as long as was asked for."""
        self._waited += min(timeout, time.perf_counter() - self._since)
