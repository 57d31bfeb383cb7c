from conversation import AGENT_ADDRESS

from jnlpspy.model.negotiation import Headers, Sealed, SealedPart
from jnlpspy.model.secret import Secret, pseudonym_of
from jnlpspy.model.span import Span
from jnlpspy.model.tap import Side
from jnlpspy.wire.seal import Sealing

AGENT, CONTROLLER = Side.AGENT, Side.CONTROLLER
SPAN = Span(10, 30)
SECRET = Secret("s" * 64)
RESPONSE = Sealed(SealedPart.RESPONSE, b"")


class Fake:
    """A seal that is as the test says."""

    def __init__(self, name: str, secret: Secret) -> None:
        self.made_of = (name, secret)
        self.fits = True
        self.is_open = False
        self.skipped = 0

    def check(self, side: Side, message: Headers | Sealed) -> bool | None:
        return side is AGENT if message is RESPONSE else None

    def decipher(self, _side: Side, data: bytes) -> bytes:
        return data[::-1]

    def skip(self, _side: Side, length: int) -> None:
        self.skipped += length


def sealing(*, known: bool = True) -> tuple[Sealing, Fake]:
    fakes: list[Fake] = []

    def make(name: str, secret: Secret) -> Fake:
        fakes.append(Fake(name, secret))
        return fakes[-1]

    made = Sealing({"a1": SECRET} if known else {})
    made.use(make, "a1")
    return made, fakes[0] if fakes else Fake("", SECRET)


def test_a_proof_is_told_once_for_each_side() -> None:
    sealed, _ = sealing()
    assert [sealed.take(side, SPAN, RESPONSE) for side in (AGENT, AGENT, CONTROLLER)] == [True, None, False]


def test_what_is_deciphered_is_told() -> None:
    told: list[tuple[Side, bytes]] = []
    fake = Fake("a1", SECRET)
    sealed = Sealing({"a1": SECRET}, lambda side, said: told.append((side, said)))
    sealed.use(lambda _name, _secret: fake, "a1")
    assert sealed.decipher(AGENT, b"abc") == b"abc"
    fake.is_open = True
    decipher = sealed.begin(AGENT)
    assert decipher is not None
    assert (decipher(b"abc"), sealed.decipher(AGENT, b"de"), sealed.decipher(CONTROLLER, b"f")) == (b"cba", b"ed", b"f")
    assert told == [(AGENT, b"cba"), (AGENT, b"ed")]


def test_messages_count_as_closed_from_where_both_sides_go_on() -> None:
    sealed, _ = sealing(known=False)
    sealed.take(AGENT, SPAN, Headers({}, sealed={"Challenge": Span(0, 5)}))
    assert sealed.closed == 0
    sealed.agree()
    sealed.take(AGENT, SPAN, RESPONSE)
    assert sealed.closed == 25
    assert sealed.explain("give NAME=SECRET", "a1") == "give a1=SECRET"
    assert sealed.explain("give NAME=SECRET", SECRET) == "give NAME=SECRET"


def test_what_fits_is_not_closed_and_what_does_not_is() -> None:
    sealed, fake = sealing()
    sealed.agree()
    sealed.take(AGENT, SPAN, RESPONSE)
    assert (sealed.closed, sealed.waits()) == (0, True)
    fake.fits = False
    assert (sealed.closed, sealed.waits()) == (20, False)
    assert sealed.explain("", "a1") == "the secret given for a1 is not the one used here"


def test_a_side_is_deciphered_from_where_its_channel_begins() -> None:
    sealed, fake = sealing()
    assert sealed.begin(AGENT) is None
    fake.is_open = True
    assert sealed.decipher(AGENT, b"ab") == b"ab"
    decipher = sealed.begin(AGENT)
    assert decipher is not None
    assert decipher(b"ab") == b"ba"
    assert sealed.begin(AGENT) is None
    assert sealed.decipher(AGENT, b"ab") == b"ba"
    assert sealed.decipher(CONTROLLER, b"ab") == b"ab"
    assert not sealed.lose_keys(AGENT)


def test_missing_bytes_are_passed_over_if_their_number_is_known() -> None:
    sealed, fake = sealing()
    fake.is_open = True
    sealed.begin(AGENT)
    assert sealed.skip(AGENT, 7)
    assert fake.skipped == 7
    assert not sealed.skip(AGENT, 0)
    assert sealed.decipher(AGENT, b"ab") is None
    assert sealed.skip(CONTROLLER, 0)


def test_the_secret_is_hidden_in_what_was_deciphered_only() -> None:
    sealed, fake = sealing()
    block = b"-secret " + SECRET.value.encode()
    assert sealed.mask(block) == block
    fake.is_open = True
    sealed.begin(AGENT)
    assert sealed.mask(block) == b"-secret " + pseudonym_of(SECRET.value.encode())
    assert sealed.mask(b"nothing") == b"nothing"


def test_a_protocol_without_a_seal_is_left_alone() -> None:
    sealed = Sealing({"a1": SECRET})
    sealed.use(None, "a1")
    sealed.agree()
    assert sealed.take(AGENT, SPAN, RESPONSE) is None
    assert not sealed.lose_keys(AGENT)
    assert sealed.closed == 0
    assert sealed.explain("reason", str(AGENT_ADDRESS)) == "reason"
