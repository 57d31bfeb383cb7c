"""Discovery says what is announced, and where it fails, what stands beside it."""

import json

import pytest
from doctor_stage import examine, inputs_of, listening, page, web
from simulate.peers import controller_of, identity

from jnlpspy.model.secret import Secret
from jnlpspy.net.probing.steps import Outcome, StepName
from jnlpspy.simulate.controller import simulated_controller

LISTENER = "/tcpSlaveAgentListener/"
JENKINS = {"X-Jenkins": "2.541.3"}
ANNOUNCED = page(
    "200 OK",
    "",
    {**JENKINS, "X-Jenkins-JNLP-Port": "1", "X-Instance-Identity": identity().instance_identity},
)


async def examine_pages(pages: dict[str, bytes], path: str = "/", **inputs: object) -> dict[StepName, tuple[str, ...]]:
    async with listening(web(pages)) as there:
        examined = await examine(inputs_of(f"http://{there}{path}", **inputs))
    return {step.name: (step.result, step.text.replace(str(there), "HOST"), *step.details) for step in examined.steps}


async def test_a_jenkins_that_has_no_listener_seems_to_have_its_port_disabled() -> None:
    steps = await examine_pages({"/login": page("200 OK", "", JENKINS)})
    outcome, text, *details = steps[StepName.DISCOVERY]
    assert (outcome, text) == ("failed", "http://HOST/tcpSlaveAgentListener/ answers HTTP/1.1 404 Not Found")
    assert details[0].endswith("is Jenkins 2.541.3: its TCP agent port seems to be disabled")


@pytest.mark.parametrize(("given", "right"), [("/", "/jenkins/"), ("/wrong/", "/")])
async def test_a_jenkins_under_another_path_is_found(given: str, right: str) -> None:
    steps = await examine_pages({f"{right}tcpSlaveAgentListener/": ANNOUNCED}, given)
    (_, _, detail, *_) = steps[StepName.DISCOVERY]
    assert detail.startswith("there is a Jenkins at http://")
    assert detail.endswith(f"{right}: the URL's path is wrong")


async def test_what_is_no_jenkins_at_all_is_said() -> None:
    steps = await examine_pages({"/login": page("200 OK", "")})
    assert steps[StepName.DISCOVERY][2].endswith("and nothing says that it is a Jenkins")


async def test_what_an_error_page_says_is_quoted() -> None:
    steps = await examine_pages({LISTENER: page("503 Service Unavailable", "\nplease wait\n")})
    assert steps[StepName.DISCOVERY][2:] == ("it says: please wait",)


async def test_the_lowest_version_and_the_identity_are_shown() -> None:
    async with simulated_controller(controller_of(minimum_version="3107.v1")) as controller:
        examined = await examine(inputs_of(controller.url))
    assert examined.step(StepName.HEADERS).details == (
        "agents older than remoting 3107.v1 are refused",
        f"identity {identity().fingerprint}",
    )


@pytest.mark.parametrize("protocols", [None, ""])
async def test_protocols_that_are_not_told_are_worth_a_look(protocols: str | None) -> None:
    given = {} if protocols is None else {"X-Jenkins-Agent-Protocols": protocols}
    answer = ANNOUNCED.replace(
        b"X-Jenkins:", b"".join(f"{k}: {v}\r\n".encode() for k, v in given.items()) + b"X-Jenkins:"
    )
    steps = await examine_pages({LISTENER: answer})
    assert steps[StepName.HEADERS][:2] == ("warning", "Jenkins 2.541.3, protocols not told")


async def test_an_identity_that_is_no_key_is_as_good_as_none() -> None:
    answer = ANNOUNCED.replace(identity().instance_identity.encode(), b"A" * len(identity().instance_identity))
    steps = await examine_pages({LISTENER: answer})
    assert steps[StepName.HEADERS][:2] == ("failed", "X-Instance-Identity holds no RSA key")


async def test_a_host_that_is_announced_is_the_one_dialled() -> None:
    answer = ANNOUNCED.replace(b"X-Jenkins:", b"X-Jenkins-JNLP-Host: 127.0.0.2\r\nX-Jenkins:")
    steps = await examine_pages({LISTENER: answer})
    assert steps[StepName.ADVERTISED] == (
        "ok",
        "the agent port is 127.0.0.2:1, as announced",
        "127.0.0.2 is an address",
    )
    assert "no connection to 127.0.0.2:1" in steps[StepName.AGENT_PORT][1]


async def test_a_tunnel_leads_elsewhere() -> None:
    steps = await examine_pages({LISTENER: ANNOUNCED}, tunnel="127.0.0.3:2")
    assert steps[StepName.ADVERTISED][1] == "the agent port is 127.0.0.3:2, by -tunnel, whatever is announced"


@pytest.mark.parametrize(
    ("told", "outcome", "said"),
    [
        ({"offline": False, "jnlpAgent": True}, "warning", "an agent is connected as 'a1' now"),
        ({"offline": True, "jnlpAgent": True}, "ok", "no agent is connected as 'a1'"),
        ({"offline": True, "jnlpAgent": False}, "ok", "it is not inbound"),
        ("nonsense", "skipped", "cannot be known without logging in"),
    ],
)
async def test_whether_an_agent_is_connected_is_said_first_where_anybody_may_know(
    told: object, outcome: str, said: str
) -> None:
    async with simulated_controller(controller_of()) as controller:
        answer = ANNOUNCED.replace(b"Port: 1", f"Port: {controller.port}".encode())
        steps = await examine_pages({LISTENER: answer, "/computer/a1/api/json": page("200 OK", json.dumps(told))})
    connected = steps[StepName.CONNECTED]
    assert connected[0] == outcome
    assert said in "\n".join(connected)
    assert list(steps).index(StepName.CONNECTED) < list(steps).index(StepName.CREDENTIALS)


async def test_where_nothing_but_discovery_answers_no_more_is_said() -> None:
    steps = await examine_pages({"/login": b"nonsense", "/jenkins/tcpSlaveAgentListener/": b"nonsense"})
    assert steps[StepName.DISCOVERY][1:] == ("http://HOST/tcpSlaveAgentListener/ answers HTTP/1.1 404 Not Found",)


async def test_a_certificate_that_cannot_be_used_fails_its_step() -> None:
    async with listening(web({})) as there:
        examined = await examine(inputs_of(f"https://{there}/", certificates=("nonsense",)))
    assert examined.failed == [StepName.CERTIFICATE]
    assert examined.step(StepName.CERTIFICATE).text == "-cert: expected PEM certificates or @FILE, got neither"


async def test_a_page_about_the_agent_that_does_not_answer_stops_nothing() -> None:
    async with simulated_controller(controller_of()) as controller:
        answer = ANNOUNCED.replace(b"Port: 1", f"Port: {controller.port}".encode())
        steps = await examine_pages({LISTENER: answer, "/computer/a1/api/json": b"nonsense"})
    assert steps[StepName.CONNECTED][0] == Outcome.SKIPPED.value
    assert steps[StepName.CREDENTIALS][0] == Outcome.OK.value


JNLP_FILE = "/ci/computer/a1/slave-agent.jnlp"


async def examine_jnlp(answer: bytes, *, secret: Secret | None = None) -> dict[StepName, tuple[str, ...]]:
    heard: list[bytes] = []
    async with listening(web({JNLP_FILE: answer}, heard)) as there:
        examined = await examine(inputs_of(jnlp_url=f"http://{there}{JNLP_FILE}", secret=secret))
        asked = heard[0].split(b" ")[1].decode()
        assert asked == (JNLP_FILE if secret is None else f"{JNLP_FILE}?encrypt=true")
    return {step.name: (step.result, step.text.replace(str(there), "HOST")) for step in examined.steps}


@pytest.mark.parametrize(
    ("secret", "kind"),
    [(None, "application/x-java-jnlp-file"), (Secret("0" * 64), "application/octet-stream;charset=x")],
)
async def test_a_jnlp_file_is_obtained_before_discovery_on_the_same_controller(
    secret: Secret | None, kind: str
) -> None:
    steps = await examine_jnlp(page("200 OK", "", {"Content-Type": kind}), secret=secret)
    assert steps[StepName.JNLP][0] == "ok"
    assert steps[StepName.DISCOVERY][1] == "http://HOST/ci/tcpSlaveAgentListener/ answers HTTP/1.1 404 Not Found"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (page("403 Forbidden"), f"Failing to obtain http://HOST{JNLP_FILE}: HTTP/1.1 403 Forbidden"),
        (
            page("200 OK", "<html>", {"Content-Type": "text/html"}),
            f"http://HOST{JNLP_FILE} doesn't look like a JNLP file; content type was text/html",
        ),
    ],
)
async def test_a_jnlp_file_that_does_not_come_stops_the_walk_in_the_agent_s_words(answer: bytes, said: str) -> None:
    steps = await examine_jnlp(answer)
    assert steps[StepName.JNLP] == ("failed", said)
    assert list(steps) == [StepName.INPUTS, StepName.JNLP]
