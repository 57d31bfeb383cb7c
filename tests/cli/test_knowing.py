"""What the operator knows is read from options, with errors that name the line and never a secret."""

from pathlib import Path

import pytest

from jnlpspy.cli.knowing import gather_knowledge, read_inventory
from jnlpspy.errors import CaptureError, UsageError
from jnlpspy.model.inputs import LauncherForm
from jnlpspy.model.secret import Secret


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "secrets.txt"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_an_inventory_is_names_with_secrets(tmp_path: Path) -> None:
    path = written(tmp_path, "\ufeff# agents\n\na1 s1\nlinux box 2\ts2\r\n  a3  s3  \na1 s1\n")
    assert read_inventory(path) == {"a1": Secret("s1"), "linux box 2": Secret("s2"), "a3": Secret("s3")}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a1 s1\n\ns3cret\n", r"secrets.txt, line 3: expected NAME SECRET, got one word"),
        ("a1 s1\na1 s3cret\n", r"line 2: expected one secret .* got a second one for 'a1' \(the first is in line 1\)"),
        (b"a1 s1\n\xff\xfe s3cret", "expected an inventory in UTF-8, got invalid start byte at byte 6"),
    ],
)
def test_a_line_that_is_no_pair_is_named_without_its_secret(tmp_path: Path, content: str | bytes, message: str) -> None:
    with pytest.raises(CaptureError, match=message) as caught:
        read_inventory(written(tmp_path, content))
    assert "s3cret" not in str(caught.value)


def test_an_inventory_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match=r"expected an inventory, got No such file or directory: .*nowhere"):
        read_inventory(tmp_path / "nowhere")


def test_inventory_and_agents_secrets_are_known_together(tmp_path: Path) -> None:
    knowledge = gather_knowledge(inventory=written(tmp_path, "a1 s1"), agent_secrets=["a2=s2"])
    assert knowledge.known.secrets == {"a1": Secret("s1"), "a2": Secret("s2")}
    assert (knowledge.known.complete, knowledge.inputs) == (False, ())
    assert knowledge.secrets == knowledge.known.secrets


def test_name_and_secret_are_inputs_to_be_judged(tmp_path: Path) -> None:
    knowledge = gather_knowledge(name="a1", secret=f"@{written(tmp_path, 's1')}")
    (read,) = knowledge.inputs
    assert (read.source, read.inputs.form, read.inputs.name) == ("options", LauncherForm.OPTIONS, "a1")
    assert (read.inputs.secret, read.inputs.secret_text) == (Secret("s1"), "s1")
    assert (knowledge.known.name, knowledge.known.secret) == ("a1", Secret("s1"))
    assert knowledge.secrets == {"a1": Secret("s1")}


def test_a_secret_without_a_name_opens_nothing() -> None:
    assert gather_knowledge(secret="s1").secrets == {}
    assert gather_knowledge().inputs == ()


def test_a_secret_file_that_is_not_there_is_wrong_usage() -> None:
    with pytest.raises(UsageError, match="expected a readable file with a secret"):
        gather_knowledge(secret="@/nowhere/at/all")
