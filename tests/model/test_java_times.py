"""Dates and times as java.time writes them; the bytes are what Java 17 wrote."""

import pytest

from jnlpspy.model.java_times import describe_moment, describe_time


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("01000000000000005a00000000", "90 s"),
        ("02000000006553f1001dcd6500", "2023-11-14 22:13:20.500Z"),
        ("03000007e40203", "2020-02-03"),
        ("04fb", "04:00:00"),
        ("0404fa", "04:05:00"),
        ("040405f9", "04:05:06"),
        ("0404050600000001", "04:05:06.000000001"),
        ("040405060ee6b280", "04:05:06.25"),
        ("05000007e402030405f9", "2020-02-03 04:05:06"),
        ("06000007e402030405f90407000d4575726f70652f4265726c696e", "2020-02-03 04:05:06+01:00 Europe/Berlin"),
        ("06000007e402030405f9000800", "2020-02-03 04:05:06Z"),
        ("070003555443", "UTC"),
        ("08ea", "-05:30"),
        ("087fffffff9c", "-00:01:40"),
        ("0a000007e402030405f908", "2020-02-03 04:05:06+02:00"),
    ],
)
def test_each_is_told_as_people_write_it(written: str, told: str) -> None:
    data = bytes.fromhex(written)
    assert describe_time(data) == told
    assert [describe_time(data[:size]) for size in range(len(data))] == [None] * len(data)


def test_other_kinds_tell_nothing() -> None:
    assert describe_time(bytes.fromhex("0b000007e4")) is None


def test_a_moment_of_no_calendar_of_ours_is_refused() -> None:
    assert describe_moment(1.25) == "1970-01-01 00:00:01.250Z"
    with pytest.raises(OverflowError):
        describe_moment(1e15)
