"""Nothing is known unless somebody says it."""

from jnlpspy.model.known import NOTHING_KNOWN, Known
from jnlpspy.model.secret import Secret


def test_without_inventory_no_name_is_known_and_none_is_ruled_out() -> None:
    assert (dict(NOTHING_KNOWN.secrets), NOTHING_KNOWN.complete) == ({}, False)
    assert (NOTHING_KNOWN.name, NOTHING_KNOWN.secret) == (None, None)


def test_what_is_known_prints_no_secret() -> None:
    assert "s3cret" not in repr(Known(secrets={"a1": Secret("s3cret")}, secret=Secret("s3cret")))
