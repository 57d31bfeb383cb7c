"""A class was too new for the Java that met it, and near misses."""

from diagnosing import Tale, found

from jnlpspy.model.events import CallFinished, ClassLoaded
from jnlpspy.model.session import LoadKind, Outcome

RULE = "class-version-too-new"
NAME = "hudson.slaves.SlaveComputer$SlaveVersion"
LINKAGE = f"java.lang.LinkageError: Failed to load {NAME}"
TEXT = (
    f"java.lang.UnsupportedClassVersionError: {NAME.replace('.', '/')} has been compiled by a more recent version of"
    " the Java Runtime (class file version 65.0), this version of the Java Runtime only recognizes class file versions"
    " up to 61.0"
)
OLD = "java.lang.UnsupportedClassVersionError: a/B : Unsupported major.minor version 52.0"
LOADED = ClassLoaded(NAME, LoadKind.CLASS, 900, 0.1, "a1", class_version=21)


def threw(exception: str, *causes: str, outcome: Outcome = Outcome.THREW) -> CallFinished:
    return CallFinished("c7", NAME, 0.1, outcome, exception, causes)


def test_both_versions_of_java_are_named() -> None:
    (finding,) = found(RULE, Tale().channel().controller(LOADED).agent(threw(LINKAGE, TEXT)))
    assert finding.title == f"Class {NAME} needs Java 21, the agent runs Java 17"
    assert finding.evidence == (TEXT, 6, 7)


def test_an_old_javas_words_are_known() -> None:
    (finding,) = found(RULE, Tale().channel().agent(threw(OLD)))
    assert finding.title == "Class a.B needs Java 8, the agent runs an older one"


def test_what_the_error_leaves_out_the_class_bytes_tell() -> None:
    short = f"java.lang.UnsupportedClassVersionError: {NAME.replace('.', '/')} has been compiled by another Java"
    (finding,) = found(RULE, Tale().channel().controller(LOADED).agent(threw(short)))
    assert finding.title == f"Class {NAME} needs Java 21, the agent runs an older one"
    (finding,) = found(RULE, Tale().channel().agent(threw("x.UnsupportedClassVersionError")))
    assert finding.title == "Class that was sent needs a newer Java, the agent runs an older one"


def test_it_is_told_once_for_each_java() -> None:
    assert len(found(RULE, Tale().channel().agent(threw(TEXT), threw(TEXT)))) == 1


def test_other_failures_and_new_classes_that_work_are_another_matter() -> None:
    tale = Tale().channel().controller(LOADED).agent(threw(LINKAGE, "java.lang.NoClassDefFoundError: a/B"))
    assert found(RULE, tale.agent(threw(TEXT, outcome=Outcome.RETURNED))) == []
