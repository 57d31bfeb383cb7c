import re
from pathlib import Path

import pytest
from simulate.peers import agent_of, controller_of

from jnlpspy.errors import CaptureError
from jnlpspy.model.describe import describe_throwable
from jnlpspy.simulate.agent import run_agent
from jnlpspy.simulate.controller import simulated_controller
from jnlpspy.simulate.script import (
    Blurt,
    CloseChannel,
    CloseFrame,
    Drains,
    Fills,
    InvokeMethod,
    LoadClass,
    NeverAnswers,
    Part,
    Pause,
    Ping,
    ReadPipe,
    Returns,
    RunCallable,
    Silence,
    Step,
    Throws,
    Vanish,
    WritePipe,
)
from jnlpspy.simulate.script_file import MOST_FILE, read_script
from jnlpspy.simulate.session import AGENT_PART, CONTROLLER_PART, SET_UP_PING

DOCS = Path(__file__).parents[2] / "docs" / "scripts.md"


def part_of(folder: Path, text: str, base: Part | None = None) -> Part:
    path = folder / "script.toml"
    path.write_text(text, "utf-8")
    return read_script(path, base or Part())


STEPS: dict[str, Step] = {
    'load_class = "org.example.A"': LoadClass("org.example.A"),
    'load_resource = "a/b.txt"': LoadClass("a/b.txt", is_resource=True),
    "write_pipe = 5": WritePipe(5),
    "read_pipe = 0": ReadPipe(0),
    "ping = true": Ping(240.0),
    "ping = 2": Ping(2.0),
    "pause = 0.5": Pause(0.5),
    "silence = true": Silence(),
    "silence = 3": Silence(3.0),
    'blurt = "oops"': Blurt(b"oops"),
    'vanish = "fin"': Vanish(),
    'vanish = "reset"': Vanish(reset=True),
    "close_frame = 1001": CloseFrame(1001),
    'close_frame = 4000\nreason = "no more"': CloseFrame(4000, "no more"),
    "close = true": CloseChannel(),
    'invoke = "org.example.I.m"': InvokeMethod("org.example.I", "m"),
    'invoke = "I.m"\nobject = 7\ntypes = ["int"]\narguments = [1, "a", true]\nplain = true': InvokeMethod(
        "I", "m", ("int",), (1, "a", True), 7, in_user_request=False
    ),
}


@pytest.mark.parametrize(("text", "step"), STEPS.items())
def test_a_step_is_told_by_one_key(tmp_path: Path, text: str, step: Step) -> None:
    assert part_of(tmp_path, f"[[step]]\n{text}\n").steps == (step,)


def test_a_call_carries_fields_of_javas_types(tmp_path: Path) -> None:
    fields = "fields = { a = 'x', b = 1, c = 9_999_999_999, d = true, e = 1.5, f = 2 }\nsignatures = { f = 'J' }"
    (step,) = part_of(tmp_path, f"[[step]]\ncall = 'org.example.A'\nsuid = -3\n{fields}\n").steps
    assert isinstance(step, RunCallable)
    declared = {each.name: each.signature or each.typecode for each in step.of.fields}
    assert declared == {"a": "Ljava/lang/String;", "b": "I", "c": "J", "d": "Z", "e": "D", "f": "J"}
    assert (step.of.name, step.of.suid, step.fields["c"]) == ("org.example.A", -3, 9_999_999_999)


def test_a_well_known_call_is_of_its_own_class(tmp_path: Path) -> None:
    text = f"[[step]]\ncall = '{SET_UP_PING.name}'\nfields = {{ pingIntervalSeconds = 5 }}\nrepeat = 2"
    assert [step.of for step in part_of(tmp_path, text).steps if isinstance(step, RunCallable)] == [SET_UP_PING] * 2


def test_answers_are_added_to_those_that_are_there(tmp_path: Path) -> None:
    text = """
    takes_pipes = false
    [[answer]]
    to = "a"
    returns = { key = "value", count = 3 }
    delay = 1.5
    [[answer]]
    to = "b"
    throws = { class = "java.io.IOException", message = "outer", cause = { class = "org.example.Inner", suid = 4 } }
    [[answer]]
    to = "c"
    never = true
    [[answer]]
    to = "d"
    drains = true
    [[answer]]
    to = "e"
    fills = 10
    """
    base = Part(answers={"a": Returns("old"), "z": Returns("kept")})
    part = part_of(tmp_path, text, base)
    assert part.answers["a"] == Returns({"key": "value", "count": 3}, first=(Pause(1.5),))
    assert [part.answers[each] for each in "cdez"] == [NeverAnswers(), Drains(), Fills(10), Returns("kept")]
    thrown = part.answers["b"]
    assert isinstance(thrown, Throws)
    assert describe_throwable(thrown.thrown) == "java.io.IOException: outer"
    assert describe_throwable(thrown.thrown.value_of("cause")) == "org.example.Inner"
    assert not part.takes_pipes


def test_classes_and_resources_come_from_files_beside_the_script_or_are_made(tmp_path: Path) -> None:
    (tmp_path / "A.class").write_bytes(b"\xca\xfe\xba\xbe")
    text = """
    [classes]
    "org.example.A" = "A.class"
    "org.example.B" = { returns = 7 }
    "org.example.C" = { throws = { class = "java.io.IOException" } }
    [resources]
    "a.txt" = "A.class"
    """
    part = part_of(tmp_path, text)
    assert {name: image[:4] for name, image in part.classes.items()} == dict.fromkeys(
        ("org.example.A", "org.example.B", "org.example.C"), b"\xca\xfe\xba\xbe"
    )
    assert part.resources == {"a.txt": b"\xca\xfe\xba\xbe"}


PROBLEMS = {
    "[[step]": "expected a readable script in TOML, got: ",
    "[[step]]\npaus = 1": "script.toml: step 1: expected one of call, .*, close, got paus (did you mean pause?)",
    "[[step]]": "step 1: expected one of call, .*, got none",
    "[[step]]\npause = 1\nping = true": "step 1: expected one of .*, got ping and pause",
    "[[step]]\npause = -1": "script.toml: step 1: pause: expected a number from 0 to 86400, got -1",
    "[[step]]\npause = true": "step 1: pause: expected a number from 0 to 86400, got True",
    "[[step]]\ncall = 5": "step 1: call: expected a text, got 5",
    "[[step]]\ncall = 'a'\nfield = 1": "step 1: expected keys among .*, got field (did you mean fields?)",
    "[[step]]\ncall = 'a'\nfields = { x = [1] }": "fields: x: expected a text, a number, true or false, got [1]",
    "[[step]]\ncall = 'a'\nfields = 1": "step 1: fields: expected a table, got 1",
    "[[step]]\ninvoke = 'm'": "step 1: invoke: expected Interface.method, got m",
    "[[step]]\ninvoke = 'I.m'\ntypes = [1]": "step 1: types: expected a list of texts, got [1]",
    "[[step]]\nclose_frame = 7": "step 1: close_frame: expected a whole number from 1000 to 4999, got 7",
    f"[[step]]\nclose_frame = 1000\nreason = '{'é' * 62}'": "step 1: reason: expected at most 123 bytes, got 124",
    "[[step]]\nvanish = 'slowly'": 'step 1: vanish: expected "fin" or "reset", got \'slowly\'',
    "[[step]]\nwrite_pipe = 9_999_999_999": "write_pipe: expected a whole number from 0 to 1073741824, got 9999999999",
    "[[step]]\nping = true\nrepeat = 10_000\n[[step]]\nping = true": "step: expected at most 10000 steps, got 10001",
    "step = 1": "script.toml: step: expected a list, got 1",
    "step = [1]": "script.toml: step: expected tables ([[step]]), got [1]",
    "steps = []": "script.toml: expected keys among answer, .*, got steps (did you mean step?)",
    "[[answer]]\nreturns = 1": "answer 1: to: expected a value, got none",
    "[[answer]]\nto = 'a'": "answer 1: expected one of returns, throws, never, drains, fills, got none",
    "[[answer]]\nto = 'a'\nnever = false": "answer 1: never: expected true, got false",
    "[[answer]]\nto = 'a'\nthrows = { message = 'b' }": "answer 1: throws: class: expected a value, got none",
    "[classes]\nA = 'none.class'": "script.toml: classes: A: expected a readable file, got ",
    "[classes]\nA = { returns = 1.5 }": "classes: A: expected texts, whole numbers, true, false or tables of these",
}


@pytest.mark.parametrize(("text", "complaint"), PROBLEMS.items())
def test_a_wrong_script_is_told_by_file_key_expected_and_got(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(CaptureError, match=re.escape(complaint).replace(r"\.\*", ".*")):
        part_of(tmp_path, text)


def test_a_script_that_is_missing_or_too_large_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match=r"got: .*No such file"):
        read_script(tmp_path / "none.toml", Part())
    with pytest.raises(CaptureError, match=f"expected a script of 1 to {MOST_FILE} bytes, got {MOST_FILE + 1}"):
        part_of(tmp_path, "#" * (MOST_FILE + 1))


def test_a_chain_of_causes_has_an_end(tmp_path: Path) -> None:
    cause = "{ class = 'a' }"
    for _ in range(30):
        cause = f"{{ class = 'a', cause = {cause} }}"
    with pytest.raises(CaptureError, match="cause: expected at most 20 causes, got more"):
        part_of(tmp_path, f"[[answer]]\nto = 'a'\nthrows = {cause}")


async def test_the_examples_of_the_documentation_play_with_each_other(tmp_path: Path) -> None:
    controller_text, agent_text = re.findall(r"```toml\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    part = part_of(tmp_path, controller_text, CONTROLLER_PART)
    agent_part = part_of(tmp_path, agent_text, AGENT_PART)
    async with simulated_controller(controller_of(part=part)) as controller:
        result = await run_agent(agent_of(controller, part=agent_part))
        await controller.wait_ended(1)
    assert result.orderly
    version, files, written, read, *pings = controller.sessions[0].outcomes
    assert version.returned is not None
    assert (files.call, files.exception) == ("org.example.CountFiles", None)
    assert [(each.moved, each.intact) for each in (written, read)] == [(300_000, True)] * 2
    assert len(pings) == 3
