import pytest

from jnlpspy.capture.addresses import address_in, flow_of
from jnlpspy.errors import UsageError
from jnlpspy.model.tap import Address


@pytest.mark.parametrize(
    ("source", "destination", "length"),
    [("10.0.0.1", "10.0.0.2", 12), ("fe80::1", "::1", 36), ("10.0.0.1", "::1", 36), ("::1", "10.0.0.1", 36)],
)
def test_a_flow_reads_back_as_its_source(source: str, destination: str, length: int) -> None:
    flow = flow_of(Address(source, 1), Address(destination, 65_535))
    assert len(flow) == length
    assert address_in(flow) == Address(source, 1)


@pytest.mark.parametrize(
    ("address", "message"),
    [
        (Address("jenkins.example", 1), "expected an IP address to record, got 'jenkins.example'"),
        (Address("::1", 65_536), "expected a TCP port to record, got 65536"),
        (Address("::1", -1), "expected a TCP port to record, got -1"),
    ],
)
def test_what_is_no_address_cannot_be_recorded(address: Address, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        flow_of(Address("::1", 1), address)
