import base64

import pytest

from jnlpspy.model.negotiation import Capability
from jnlpspy.simulate.admission import Claim
from jnlpspy.simulate.roster import Refusal
from jnlpspy.simulate.upgrading import Answer, Endpoint, accept_of, answer_upgrade, capability_text, welcome_headers

ASKED = {
    "node-name": "a1",
    "secret-key": "s",
    "x-remoting-capability": "rO0",
    "upgrade": "websocket",
    "connection": "upgrade",
    "sec-websocket-key": base64.b64encode(bytes(16)).decode(),
    "sec-websocket-version": "13",
}


AS_JENKINS = Endpoint()


async def admit(claim: Claim) -> Refusal | None:
    return {"a1": None, "b": Refusal("no b", "", "")}.get(claim.name or "", Refusal("?", "", "", websocket="!"))


def welcome(claim: Claim) -> tuple[tuple[str, str], ...]:
    return welcome_headers("4.13", claim.cookie or "new", Capability(0x1FE))


async def answer(endpoint: Endpoint = AS_JENKINS, /, **changes: str | None) -> Answer:
    asked = {**ASKED, **{name.replace("_", "-"): value for name, value in changes.items()}}
    came = {name: value for name, value in asked.items() if value is not None}
    return await answer_upgrade(came, endpoint, admit, welcome)


def test_the_accept_is_that_of_the_standard() -> None:
    assert accept_of("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


def test_a_capability_is_told_as_real_peers_tell_it() -> None:
    real = "rO0ABXNyABpodWRzb24ucmVtb3RpbmcuQ2FwYWJpbGl0eQAAAAAAAAABAgABSgAEbWFza3hwAAAAAAAAAf4="
    assert capability_text(Capability(0x1FE)) == real


async def test_who_is_let_in_gets_the_headers_of_jenkins_and_of_websocket() -> None:
    answered = await answer()
    assert (answered.status, answered.text) == (101, "")
    headers = dict(answered.headers)
    assert headers["X-Remoting-Minimum-Version"] == "4.13"
    assert headers["Connection-Cookie"] == "new"
    assert headers["Sec-WebSocket-Accept"] == accept_of(ASKED["sec-websocket-key"])
    assert {"X-Remoting-Capability", "Upgrade", "Connection"} <= headers.keys()
    assert dict((await answer(connection_cookie="old")).headers)["Connection-Cookie"] == "old"


ONLY_AGENTS = "This endpoint is only for use from agent.jar in WebSocket mode"

REFUSED: dict[str, tuple[dict[str, str | None], str]] = {
    "no name": ({"node_name": None}, ONLY_AGENTS),
    "no secret": ({"secret_key": None}, ONLY_AGENTS),
    "no capability": ({"x_remoting_capability": None}, ONLY_AGENTS),
    "refused": ({"node_name": "b"}, "no b"),
    "refused in words of its own": ({"node_name": "c", "upgrade": None}, "!"),
    "no upgrade": ({"upgrade": None}, "only WS connections accepted here"),
    "another upgrade": ({"upgrade": "h2c"}, "only WS connections accepted here"),
    "no key": ({"sec_websocket_key": None}, "did not manage to upgrade"),
    "a key of another size": ({"sec_websocket_key": "AAAA"}, "did not manage to upgrade"),
    "no base64": ({"sec_websocket_key": "é" * 22}, "did not manage to upgrade"),
    "another version": ({"sec_websocket_version": "8"}, "did not manage to upgrade"),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_is_wrong_is_told_in_jenkins_words(name: str) -> None:
    changes, text = REFUSED[name]
    assert await answer(AS_JENKINS, **changes) == Answer(400, text)


async def test_what_stands_in_front_answers_otherwise_or_loses_headers() -> None:
    assert await answer(Endpoint(status=502)) == Answer(502)
    assert (await answer(Endpoint(drops=("upgrade",)))).text == "only WS connections accepted here"
    assert (await answer(Endpoint(drops=("secret-key",)))).text == ONLY_AGENTS
    lost = dict((await answer(Endpoint(answer_drops=("x-remoting-capability",)))).headers)
    assert "X-Remoting-Capability" not in lost
    assert "Upgrade" in lost
