"""Checks that keep the tree as ARCHITECTURE.md describes it; the named exceptions may only become fewer."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from specimens import observations_of, specimen_names

from jnlpspy.decoder import Decoder
from jnlpspy.diagnosis.rule import RuleEntry
from jnlpspy.diagnosis.rules import RULES
from jnlpspy.model.events import ProtocolOffered
from jnlpspy.protocols import SPECS

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "jnlpspy"
TESTS = ROOT / "tests"
SOURCES = sorted(PACKAGE.rglob("*.py"))

LONGEST_MODULE = 400
"""Lines; a longer file usually hides a second idea."""

TESTED_ELSEWHERE = {
    "browse/batches.py": "tests/browse/test_catalogue.py",
    "browse/decoding.py": "tests/browse/test_catalogue.py",
    "browse/desk.py": "tests/browse/test_app.py",
    "browse/dialogs.py": "tests/browse/test_app.py",
    "browse/feed.py": "tests/browse/test_inquiry.py",
    "browse/field_tree.py": "tests/browse/test_app.py",
    "browse/filter_bar.py": "tests/browse/test_app.py",
    "browse/help.py": "tests/browse/test_app.py",
    "browse/hex_view.py": "tests/browse/test_app.py",
    "browse/limits.py": "tests/browse/test_history.py",
    "browse/lines.py": "tests/browse/test_event_list.py",
    "browse/opening.py": "tests/cli/test_browse.py",
    "browse/session_list.py": "tests/browse/test_app.py",
    "browse/title.py": "tests/browse/test_app.py",
    "cli/exits.py": "tests/cli/test_show.py",
    "cli/options.py": "tests/cli/test_show.py",
    "cli/running.py": "tests/cli/test_proxy.py",
    "cli/wiring.py": "tests/cli/test_proxy.py",
    "cli/steering.py": "tests/cli/test_live.py",
    "comparison/limits.py": "tests/comparison/test_compare.py",
    "errors.py": "tests/wire/test_readers.py",
    "filters/limits.py": "tests/filters/test_syntax.py",
    "inputs/limits.py": "tests/inputs/test_quoting.py",
    "javaser/cursor.py": "tests/javaser/test_malformed.py",
    "javaser/descriptor_boundaries.py": "tests/javaser/test_boundaries.py",
    "javaser/descriptors.py": "tests/javaser/test_reader.py",
    "javaser/limits.py": "tests/javaser/test_malformed.py",
    "javaser/pieces.py": "tests/javaser/test_trace.py",
    "javaser/plans.py": "tests/javaser/test_reader.py",
    "javaser/tags.py": "tests/javaser/test_reader.py",
    "model/describe_events.py": "tests/view/test_rows.py",
    "model/differences.py": "tests/comparison/test_compare.py",
    "model/events.py": "tests/test_connection.py",
    "model/findings.py": "tests/diagnosis/test_rule.py",
    "model/session.py": "tests/session/test_calls.py",
    "model/relay_status.py": "tests/net/test_control.py",
    "model/trace.py": "tests/javaser/test_trace.py",
    "simulate/script.py": "tests/simulate/test_agent.py",
    "stack/channel.py": "tests/test_connection.py",
    "stack/telling.py": "tests/test_connection.py",
    "view/live/limits.py": "tests/view/live/test_model.py",
    "view/sums.py": "tests/view/test_overview.py",
    "view/theme.py": "tests/view/test_rows.py",
    "wire/limits.py": "tests/test_fuzz.py",
    "wire/messages.py": "tests/stack/test_web.py",
    "wire/payloads.py": "tests/test_redaction.py",
}
"""Source files without a test file of their own, with the one that covers them."""

BANNED = {"client", "server", "master", "slave", "upstream", "downstream"}
"""Words for the two sides that remoting has used for either of them; ours are agent and controller."""

ALLOWED_NAMES = {"parse_server_hello"}
"""TLS's own words."""


RULE_FILES = [path for path in (PACKAGE / "diagnosis/rules").glob("*.py") if path.stem != "__init__"]


def names_in_docs() -> set[str]:
    """Return the rules that docs/command-line.md promises."""
    text = (ROOT / "docs/command-line.md").read_text("utf-8")
    return set(re.findall(r"`([a-z-]+)`", text.partition("## Rules\n")[2].partition("\n## ")[0]))


CONTRACT_RULES = names_in_docs()
"""The names that `explain` and scripts may rely on."""


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def modules() -> list[Path]:
    return [path for path in SOURCES if path.stem not in {"__init__", "__main__"}]


def expected_test_of(path: Path) -> Path:
    return TESTS / path.relative_to(PACKAGE).parent / f"test_{path.stem}.py"


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_every_module_says_what_it_owns(path: Path) -> None:
    docstring = ast.get_docstring(ast.parse(path.read_text("utf-8")))
    assert docstring, "no docstring"
    assert re.match(r"[^\n]*(\n[^\n]+)*?[.:](\n|$)", docstring), "expected a sentence first"


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_no_module_is_long(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST_MODULE


def test_every_source_file_has_a_test_file() -> None:
    untested = {name_of(path) for path in modules() if not expected_test_of(path).exists()}
    assert untested - TESTED_ELSEWHERE.keys() == set()
    assert TESTED_ELSEWHERE.keys() - untested == set(), "take these off the list"


@pytest.mark.parametrize("covering", sorted(set(TESTED_ELSEWHERE.values())))
def test_what_covers_a_file_exists(covering: str) -> None:
    assert (ROOT / covering).exists()


def test_every_rule_is_found_and_has_a_test() -> None:
    files = {path.stem for path in RULE_FILES}
    assert {name.replace("-", "_") for name in RULES} == files, "a file without a rule"
    assert {stem for stem in files if not (TESTS / "diagnosis/rules" / f"test_{stem}.py").exists()} == set()


def test_every_rule_of_the_contract_exists() -> None:
    assert CONTRACT_RULES - RULES.keys() == set()
    assert RULES.keys() - CONTRACT_RULES == set(), "name these in docs/command-line.md"


@pytest.mark.parametrize("entry", RULES.values(), ids=lambda entry: entry.name)
def test_a_rule_explains_rules_that_exist(entry: RuleEntry) -> None:
    assert {*entry.rule.explains, *entry.rule.explains_later} - CONTRACT_RULES == set()
    assert entry.name not in entry.rule.explains


def test_every_protocol_has_a_specimen() -> None:
    offered = set()
    for name in specimen_names():
        decoder = Decoder()
        for observation in observations_of(name):
            facts = [event.fact for event in decoder.feed(observation)]
            offered |= {fact.protocol for fact in facts if isinstance(fact, ProtocolOffered)}
    assert SPECS.keys() - offered == {""}
    assert offered - SPECS.keys(), "an offer nobody knows"


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_no_name_of_ours_mixes_up_the_sides(path: Path) -> None:
    names = {path.stem, *declared_names(ast.parse(path.read_text("utf-8")))}
    assert {name for name in names - ALLOWED_NAMES if BANNED & words_of(name)} == set()


def declared_names(tree: ast.Module) -> Iterator[str]:
    """Yield the names of classes, functions and parameters."""
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.arg(arg=name):
                yield name
            case _:
                pass


def words_of(name: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def test_words_are_found_in_names() -> None:
    assert words_of("open_ServerSocket") == {"open", "server", "socket"}
    assert words_of("observed") == {"observed"}
    assert words_of("HTTPServer2") == {"http", "server"}


def test_every_folder_is_in_architecture_md() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    packages = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")} - {"jnlpspy"}
    assert {name for name in packages if f"`{name}`" not in text} == set()
    assert {name for name in folders if f"`{name}/`" not in text} - {"dist", "build"} == set()
