"""The line between a relay and its view."""

from dataclasses import replace

import pytest
import trio
import trio.testing

from jnlpspy.model.relay_status import RelayStatus
from jnlpspy.net.control import LONGEST_LINE, LONGEST_NOTICE, WAITING_NOTICES, Control, Order, ViewControl

STATUS = RelayStatus(target="http://jenkins.example:8080/", listen="127.0.0.1:50001", record="ä\n\ud800.pcapng")


class Line:
    """Both ends, and what came at them."""

    def __init__(self) -> None:
        self.status = STATUS
        ours, theirs = trio.testing.memory_stream_pair()
        self.stream, self.view_stream = ours, theirs
        self.control = Control(ours, lambda: self.status)
        self.view = ViewControl(theirs)
        self.orders: list[Order] = []
        self.came = trio.Event()

    async def obey(self, order: Order) -> None:
        self.orders.append(order)
        self.came.set()
        await trio.lowlevel.checkpoint()


async def test_the_state_is_told_at_once_and_again_when_it_has_changed() -> None:
    line = Line()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(line.control.run, line.obey)
        assert await line.view.hear() == STATUS
        line.control.notice("something happened")
        assert await line.view.hear() == "something happened"
        line.status = replace(STATUS, recording=True, backlog=7)
        line.control.look()
        assert await line.view.hear() == line.status
        nursery.cancel_scope.cancel()


async def test_orders_are_obeyed_and_nonsense_is_not() -> None:
    line = Line()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(line.control.run, line.obey)
        nursery.start_soon(line.view.send_orders)
        await line.view_stream.send_all(b"dance\n\xff\n\n")
        for order in Order:
            line.came = trio.Event()
            line.view.order(order)
            await line.came.wait()
        assert line.orders == list(Order)
        nursery.cancel_scope.cancel()


@pytest.mark.parametrize("which", ["view_stream", "stream"])
async def test_it_ends_when_one_end_does(which: str) -> None:
    line = Line()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(line.control.run, line.obey)
        nursery.start_soon(line.view.send_orders)
        await trio.testing.wait_all_tasks_blocked()
        await getattr(line, which).aclose()
        line.view.order(Order.STOP)
    assert [await line.view.hear(), await line.view.hear()][-1] is None


async def test_who_sends_a_line_without_end_is_not_listened_to() -> None:
    line = Line()
    await line.view_stream.send_all(b"x" * (LONGEST_LINE + 5000))
    await line.control.run(line.obey)
    assert line.orders == []


async def test_messages_for_a_view_that_reads_nothing_do_not_add_up() -> None:
    line = Line()
    for number in range(1000):
        line.control.notice(f"{number} " + "x" * 10_000)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(line.control.run, line.obey)
        await line.view.hear()
        notices = [str(await line.view.hear()) for _ in range(WAITING_NOTICES)]
        nursery.cancel_scope.cancel()
    assert notices[-1].startswith("999 ")
    assert notices[0].startswith(f"{1000 - WAITING_NOTICES} ")
    assert max(map(len, notices)) <= LONGEST_NOTICE


async def test_the_end_of_a_view_can_be_waited_for() -> None:
    line = Line()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(line.control.wait_gone)
        await line.view_stream.send_all(b"record\n")
        await line.view_stream.aclose()
