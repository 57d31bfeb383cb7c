import pytest
from hypothesis import given
from hypothesis import strategies as st

from jnlpspy.capture.comments import Commented, read_comment, write_comment
from jnlpspy.model.secret_flaws import SecretFlaw
from jnlpspy.model.tap import (
    Closed,
    CloseReason,
    DialFailed,
    DialFailure,
    Ended,
    FlawsSeen,
    Gap,
    Remarked,
    Side,
    TlsOpened,
)

TIMES = st.floats(min_value=0, max_value=4e9)
TEXTS = st.text(max_size=100)
SIDES = st.sampled_from(Side)
REASONS = st.sampled_from(CloseReason)
OBSERVATIONS: st.SearchStrategy[Commented] = st.one_of(
    st.builds(TlsOpened, st.just(1), TIMES, SIDES, TEXTS, TEXTS, TEXTS),
    st.builds(Remarked, st.just(1), TIMES, TEXTS),
    st.builds(DialFailed, st.just(1), TIMES, TEXTS, st.sampled_from(DialFailure), TEXTS),
    st.builds(FlawsSeen, st.just(1), TIMES, st.lists(st.sampled_from(SecretFlaw), min_size=1).map(tuple)),
    st.builds(Gap, st.just(1), TIMES, SIDES, st.integers(0, 10**17)),
    st.builds(Ended, st.just(1), TIMES, SIDES, REASONS),
    st.builds(Closed, st.just(1), TIMES, st.none() | SIDES, REASONS),
)


@given(OBSERVATIONS)
def test_what_a_comment_says_reads_back_the_same(observation: Commented) -> None:
    assert read_comment(write_comment(observation), 1) == observation


def test_comments_can_be_read_by_people() -> None:
    assert write_comment(Closed(1, 1.5, None, CloseReason.SHUTDOWN)) == "jnlpspy closed when=1.5 by=none how=shutdown"
    assert write_comment(Remarked(1, 1.5, "dial failed: [Errno 111]")) == (
        "jnlpspy remark when=1.5 text=dial%20failed:%20[Errno%20111]"
    )


def test_a_lone_surrogate_in_a_text_survives() -> None:
    remarked = Remarked(1, 1.0, "half \ud800 a pair")
    written = write_comment(remarked)
    assert written.isascii()
    assert read_comment(written, 1) == remarked


def test_a_long_text_is_cut_to_what_an_option_holds() -> None:
    written = write_comment(
        TlsOpened(1, 1.0, Side.AGENT, "\U0001f600" * 9000, "\U0001f600" * 9000, "\U0001f600" * 9000)
    )
    assert len(written) < 65_535
    read = read_comment(written, 1)
    assert isinstance(read, TlsOpened)
    assert read.version == "\U0001f600" * 1500


@pytest.mark.parametrize(
    "comment",
    [
        "",
        "jnlpspy",
        "jnlpspy ",
        "a comment of somebody else",
        "jnlpspy closed",
        "jnlpspy unknown when=1.0",
        "jnlpspy closed when=now by=none how=eof",
        "jnlpspy closed when=nan by=none how=eof",
        "jnlpspy closed when=inf by=none how=eof",
        "jnlpspy closed when=1.0 by=me how=eof",
        "jnlpspy closed when=1.0 by=agent how=badly",
        "jnlpspy closed when=1.0 by=agent how",
        "jnlpspy dial-failed when=1.0 target=jenkins:50000 failure=tired text=x",
        "jnlpspy gap when=1.0 sender=agent length=-1",
        "jnlpspy gap when=1.0 sender=agent length=²",
        "jnlpspy gap when=1.0 sender=agent length=" + "9" * 5000,
        "jnlpspy remark when=1.0 text=%ff",
        "jnlpspy secret-flaws when=1.0 flaws=",
        "jnlpspy secret-flaws when=1.0 flaws=UGLY",
    ],
)
def test_a_comment_that_is_not_ours_or_damaged_says_nothing(comment: str) -> None:
    assert read_comment(comment, 1) is None


@given(
    st.text(max_size=60), st.sampled_from(["", "jnlpspy ", "jnlpspy closed when=1.0 ", "jnlpspy gap when=1 length="])
)
def test_no_comment_is_too_strange(text: str, start: str) -> None:
    read_comment(start + text, 1)
