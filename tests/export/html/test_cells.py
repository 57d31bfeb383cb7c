"""What cells of a report have in common."""

import time

import pytest
from pages import parse

from jnlpspy.export.html.cells import clock, day_and_time, java_name, session_link, side_of, span_of, with_code
from jnlpspy.model.tap import Side


@pytest.mark.parametrize(
    ("zone", "day", "hour"),
    [
        ("UTC", "2023-11-14 22:13:20 UTC", "22:13:20.250"),
        ("XYZ-05:30", "2023-11-15 03:43:20 UTC+05:30", "03:43:20.250"),
        ("XYZ03", "2023-11-14 19:13:20 UTC-03:00", "19:13:20.250"),
    ],
)
def test_times_say_where_they_were_read(monkeypatch: pytest.MonkeyPatch, zone: str, day: str, hour: str) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    assert day_and_time(1_700_000_000.25) == day
    assert clock(1_700_000_000.25) == hour


@pytest.mark.parametrize("when", [1e18, -1e18, 1e30])
def test_a_time_that_no_calendar_has_is_a_number(when: float) -> None:
    assert day_and_time(when) == clock(when) == f"{when:.3f} s"


@pytest.mark.parametrize(
    "name",
    ["hudson.remoting.RemoteClassLoader$IClassLoader.fetch3", "peers.Sleep", "Sleep", "", "...", "a.b.", "<b>.x"],
)
def test_a_java_name_is_not_changed_by_where_it_may_be_broken(name: str) -> None:
    assert parse(java_name(name)).text == name


def test_the_package_of_a_java_name_steps_back() -> None:
    page = parse(java_name("hudson.remoting.IClassLoader.fetch3"))
    assert page.one("span", class_="package").text == "hudson.remoting."


def test_what_stands_in_backticks_is_code() -> None:
    assert with_code("run `ls <x>` now") == "run <code>ls &lt;x&gt;</code> now"
    assert with_code("it`s") == "it`s"
    assert with_code("a `b` c`d") == "a <code>b</code> c`d"


def test_the_rest_is_short() -> None:
    assert session_link(3) == '<a href="#s3">#3</a>'
    assert session_link(0) == "none"
    assert (span_of(None), span_of(0.25), span_of(-1)) == ("", "250 ms", "0.0 ms")
    assert side_of(None) == ""
    assert side_of(Side.AGENT) == '<span class="agent">agent →</span>'
