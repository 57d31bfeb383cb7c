"""Web servers are asked as java.net.HttpURLConnection asks them."""

import pytest
from doctor_stage import listening, page, proxying, saying, unused_port, web
from front_stage import Talker
from net.probing.test_scene import Told

from jnlpspy.model.tap import Address, Segment, Side
from jnlpspy.net.probing.plan import Plan
from jnlpspy.net.probing.proxies import Proxies
from jnlpspy.net.probing.scene import Note, StepFailed, Stopped
from jnlpspy.net.probing.steps import MOST_REDIRECTS, StepName
from jnlpspy.net.probing.web import Browser, Page, without_query
from jnlpspy.net.target import RootUrl


@pytest.fixture
def told() -> Told:
    return Told(timeout=2.0)


def browser_for(told: Told, address: Address, *, plan: Plan | None = None, quiet: bool = False) -> Browser:
    return Browser(told.scene, plan or Plan(), RootUrl("http", address.host, address.port, "/"), quiet=quiet)


async def fetch(told: Told, address: Address, path: str = "/a") -> Page:
    return await browser_for(told, address).fetch(f"http://{address}{path}", Note())


async def test_a_request_looks_like_an_agent_s(told: Told) -> None:
    heard: list[bytes] = []
    async with listening(web({}, heard)) as there:
        answer = await browser_for(told, there).fetch(f"http://{there}/a?b=c", Note(), headers=(("Node-Name", "ü"),))
    assert heard == [
        b"GET /a?b=c HTTP/1.1\r\nNode-Name: \xc3\xbc\r\nUser-Agent: Java/17.0.15 jnlpspy\r\n"
        + f"Host: {there}\r\n".encode()
        + b"Accept: text/html, image/gif, image/jpeg, */*; q=0.2\r\nConnection: keep-alive\r\n\r\n"
    ]
    assert (answer.status, answer.line) == (404, "HTTP/1.1 404 Not Found")


async def test_a_body_comes_with_its_page(told: Told) -> None:
    async with listening(web({"/a": page("200 OK", "\n hello\nworld", {"X-A": "b"})})) as there:
        answer = await fetch(told, there)
    assert (answer.text(), answer.header("x-a"), answer.header("x-b")) == ("hello", "b", None)


async def test_a_body_without_an_end_is_not_waited_for(told: Told) -> None:
    async def stall(talker: Talker) -> None:
        await talker.read_head()
        await talker.send(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello")
        await talker.read_to_end()

    async with listening(stall) as there:
        assert (await fetch(told, there)).text() == "hello"


async def test_what_comes_before_the_answer_is_passed_over(told: Told) -> None:
    async with listening(saying(b"HTTP/1.1 100 Continue\r\n\r\n" + page("204 No Content"))) as there:
        assert (await fetch(told, there)).status == 204


async def test_redirects_are_followed_and_told_without_their_queries(told: Told) -> None:
    pages = {"/a": page("302 Found", "", {"Location": "b?from=secret"}), "/b": page("200 OK", "here")}
    async with listening(web(pages)) as there:
        answer = await fetch(told, there)
    assert (answer.status, answer.url) == (200, f"http://{there}/b?from=secret")
    assert answer.passed == [f"302 to http://{there}/b"]


async def test_a_redirect_to_another_scheme_is_not_followed(told: Told) -> None:
    async with listening(web({"/a": page("301 Moved", "", {"Location": "https://x.test/"})})) as there:
        answer = await fetch(told, there)
    assert answer.status == 301
    assert answer.passed == ["301 to https://x.test/, which agents do not follow: it is another scheme"]


async def test_a_circle_of_redirects_ends(told: Told) -> None:
    async with listening(web({"/a": page("302 Found", "", {"Location": "/a"})})) as there:
        answer = await fetch(told, there)
    assert (answer.status, len(answer.passed)) == (302, MOST_REDIRECTS)


async def test_a_redirect_to_nobody_stops(told: Told) -> None:
    nobody = await unused_port()
    async with listening(web({"/a": page("302 Found", "", {"Location": f"http://{nobody}/"})})) as there:
        with pytest.raises(Stopped, match="Connection refused"):
            await fetch(told, there)


@pytest.mark.parametrize("location", ["http://x:99999999/", "http://[::1", "http://x:0/"])
async def test_a_redirect_to_what_is_no_url_is_told(told: Told, location: str) -> None:
    async with listening(web({"/a": page("302 Found", "", {"Location": location})})) as there:
        answer = await fetch(told, there)
    assert (answer.status, answer.passed) == (302, ["302 to what is no URL"])


async def test_a_line_break_is_sent_in_no_header(told: Told) -> None:
    heard: list[bytes] = []
    async with listening(web({}, heard)) as there:
        with pytest.raises(StepFailed, match="Node-Name would hold a line break"):
            await browser_for(told, there).fetch(f"http://{there}/", Note(), headers=(("Node-Name", "a\r\nX: y"),))
    assert heard == []


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"SSH-2.0-x\r\n", "an SSH server answers: SSH-2.0-x"),
        (b"\x15\x03\x03\0\x02\x02\x46", "a TLS server answers"),
        (b"", "the connection was closed without a byte"),
        (b"220 mail.example ESMTP\r\n", "what answers is not Jenkins"),
    ],
)
async def test_what_is_no_http_answer_is_named(told: Told, data: bytes, said: str) -> None:
    async with listening(saying(data)) as there:
        with pytest.raises(StepFailed, match=said):
            await fetch(told, there)


async def test_through_a_proxy_the_whole_url_is_asked_for(told: Told) -> None:
    heard: list[bytes] = []
    async with (
        listening(web({"/a": page("200 OK")}, heard)) as there,
        listening(proxying({"x.test:80": there})) as proxy,
    ):
        plan = Plan(proxies=Proxies(http_proxy=f"http://{proxy}"))
        browser = browser_for(told, Address("x.test", 80), plan=plan)
        contact = await browser.open("http://x.test/a")
        answer = await browser.fetch("http://x.test/a", Note(), contact=contact)
    assert answer.status == 200
    sent = b"".join(seen.data for seen in told.observed if isinstance(seen, Segment) and seen.sender is Side.AGENT)
    assert sent.startswith(b"GET http://x.test/a HTTP/1.1\r\n")
    assert [step.name for step in told.steps] == [StepName.DNS, StepName.TCP]
    assert told.steps[0].details == (f"x.test is looked up by the proxy {proxy}",)
    assert told.steps[1].text == f"connected to {proxy}, the proxy to x.test:80"


@pytest.mark.parametrize("url", ["http://x.test:99999/", "http://x.test:abc/", "http://[x/"])
async def test_a_url_that_leads_nowhere_is_a_failed_step(told: Told, url: str) -> None:
    with pytest.raises(StepFailed, match="is no URL"):
        await browser_for(told, Address("x.test", 80)).fetch(url, Note())


async def test_answers_that_are_no_end_end_the_reading(told: Told) -> None:
    interim = b"HTTP/1.1 100 Continue\r\n\r\n" * 12_000
    async with listening(saying(interim + b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) as there:
        with pytest.raises(StepFailed, match=r"HTTP/1\.1 100 Continue"):
            await fetch(told, there)


async def test_a_user_in_a_url_is_not_sent(told: Told) -> None:
    heard: list[bytes] = []
    async with listening(web({"/a": page("200 OK")}, heard)) as there:
        await browser_for(told, there).fetch(f"http://me:***@{there}/a", Note())
    assert f"Host: {there}\r\n".encode() in b"".join(heard)
    assert b"me:" not in b"".join(heard)


async def test_a_quiet_browser_tells_nobody(told: Told) -> None:
    async with listening(web({})) as there:
        await browser_for(told, there, quiet=True).fetch(f"http://{there}/a", Note())
    assert told.observed == []
    assert told.steps == []


def test_a_url_is_shown_without_what_may_be_secret() -> None:
    assert without_query("https://user:password@x.test:8443/a?token=b#c") == "https://x.test:8443/a"
