import pytest

from jnlpspy.model.commands import UnexportCommand
from jnlpspy.model.events import ExportsLeft
from jnlpspy.model.session import ExportedObject
from jnlpspy.model.tap import Side
from jnlpspy.session import exports
from jnlpspy.session.exports import ExportBook
from jnlpspy.session.handed import HandedObject

AGENT, CONTROLLER = Side.AGENT, Side.CONTROLLER
LOADER = HandedObject(2, "a.Loader")
LISTENER = HandedObject(9, "a.Listener", until_answered=True)


@pytest.fixture
def book() -> ExportBook:
    return ExportBook()


def test_references_are_counted_until_they_are_given_back(book: ExportBook) -> None:
    for _ in range(3):
        book.hand_over(CONTROLLER, LOADER, "c1")
    book.observe(AGENT, UnexportCommand(oid=2))
    assert book.objects(CONTROLLER) == [ExportedObject(CONTROLLER, 2, "a.Loader", 2)]
    assert book.objects(CONTROLLER)[0].name == "c2"
    for _ in range(3):
        book.observe(AGENT, UnexportCommand(oid=2))
    assert book.objects(CONTROLLER) == []


def test_each_side_releases_what_the_other_exported(book: ExportBook) -> None:
    book.hand_over(CONTROLLER, LOADER, "c1")
    book.observe(CONTROLLER, UnexportCommand(oid=2))
    assert len(book.objects(CONTROLLER)) == 1
    assert book.objects(AGENT) == []


def test_what_a_call_exported_is_taken_back_when_it_is_answered(book: ExportBook) -> None:
    book.hand_over(CONTROLLER, LISTENER, "c1")
    book.hand_over(CONTROLLER, LOADER, "c1")
    book.finish_call("c2")
    assert len(book.objects(CONTROLLER)) == 2
    book.finish_call("c1")
    book.finish_call("c1")
    assert [each.oid for each in book.objects(CONTROLLER)] == [2]


def test_what_is_left_at_the_end_is_told_the_most_referred_to_first(
    book: ExportBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "TOLD", 2)
    for oid, references in ((1, 1), (2, 5), (3, 2)):
        for _ in range(references):
            book.hand_over(AGENT, HandedObject(oid, "a.B"), None)
    assert list(book.end()) == [
        ExportsLeft(AGENT, 3, (ExportedObject(AGENT, 2, "a.B", 5), ExportedObject(AGENT, 3, "a.B", 2)))
    ]
    assert list(book.end()) == []


def test_objects_are_kept_up_to_a_cap(book: ExportBook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "EXPORTED", 3)
    for oid in range(5):
        book.hand_over(AGENT, HandedObject(oid, "x" * 10_000), None)
    assert [each.oid for each in book.objects(AGENT)] == [2, 3, 4]
    assert len(book.objects(AGENT)[0].interface) == exports.INTERFACE


def test_what_calls_hold_is_kept_up_to_a_cap(book: ExportBook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "EXPORTED", 3)
    for call in ("c1", "c2", "c3", "c4"):
        book.hand_over(CONTROLLER, LISTENER, call)
    for call in ("c1", "c2", "c3", "c4"):
        book.finish_call(call)
    assert [each.references for each in book.objects(CONTROLLER)] == [1]
    book.hand_over(CONTROLLER, LISTENER, "c5")
    book.finish_call("c5")
    assert [each.references for each in book.objects(CONTROLLER)] == [1]
