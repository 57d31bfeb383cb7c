from jnlpspy.model.tap import Address, Side


def test_an_address_prints_as_it_is_written() -> None:
    assert [str(Address(host, 1)) for host in ("10.0.0.1", "::1", "jenkins")] == ["10.0.0.1:1", "[::1]:1", "jenkins:1"]


def test_each_side_has_the_other_for_its_peer() -> None:
    assert [side.peer for side in Side] == [Side.CONTROLLER, Side.AGENT]
