import pytest

from jnlpspy.net.routing import NotRouted, Resource, Route, route
from jnlpspy.net.target import RootUrl

ROOT = RootUrl("http", "jenkins", 80, "/")
PREFIXED = RootUrl("http", "jenkins", 80, "/ci/main/")


@pytest.mark.parametrize(
    ("target", "resource"),
    [
        (b"/tcpSlaveAgentListener/", Resource.DISCOVERY),
        (b"/tcpSlaveAgentListener", Resource.DISCOVERY),
        (b"/computer/a/slave-agent.jnlp", Resource.JNLP_FILE),
        (b"/computer/a/jenkins-agent.jnlp?encrypt=true", Resource.JNLP_FILE),
        (b"/computer/linux%20b%C3%BC/jenkins-agent.jnlp", Resource.JNLP_FILE),
        (b"/computer/folder/a/jenkins-agent.jnlp", Resource.JNLP_FILE),
        (b"/jnlpJars/agent.jar", Resource.JAR),
        (b"/login", Resource.LOGIN),
        (b"/login?from=%2F", Resource.LOGIN),
        (b"/wsagents/", Resource.WEBSOCKET),
        (b"/instance-identity/", Resource.IDENTITY),
    ],
)
def test_what_agents_ask_for_is_passed_on_as_it_is(target: bytes, resource: Resource) -> None:
    assert route(b"GET", target, ROOT) == Route(resource, target, b"/")


@pytest.mark.parametrize(
    ("asked", "prefix"),
    [(b"/login", b"/"), (b"/ci/main/login", b"/ci/main/")],
)
def test_an_agent_may_use_the_front_with_and_without_the_path_prefix(asked: bytes, prefix: bytes) -> None:
    assert route(b"GET", asked, PREFIXED) == Route(Resource.LOGIN, b"/ci/main/login", prefix)


@pytest.mark.parametrize(
    "target",
    [
        b"/",
        b"/script",
        b"/computer/a/",
        b"/computer/slave-agent.jnlp",
        b"/computer/a/config.xml",
        b"/jnlpJars/",
        b"/jnlpJars",
        b"/login/x",
        b"/tcpSlaveAgentListener/x",
        b"/ci/main/",
        b"/ci/main",
        b"//login",
        b"/login//",
        b"/jnlpJars/../script",
        b"/jnlpJars/%2e%2E/script",
        b"/jnlpJars/..;a=b/script",
        b"/jnlpJars/..%3b/script",
        b"/jnlpJars/..%2Fscript",
        b"/jnlpJars/..%5cscript",
        b"/jnlpJars/..\\script",
        b"/jnlpJars/a%00b",
        b"/computer/a/../../script/slave-agent.jnlp",
    ],
)
@pytest.mark.parametrize("root", [ROOT, PREFIXED])
def test_the_front_is_no_open_door_to_the_controller(target: bytes, root: RootUrl) -> None:
    with pytest.raises(
        NotRouted, match=r"is not passed on to http://jenkins/.*, only tcpSlaveAgentListener"
    ) as refused:
        route(b"GET", target, root)
    assert refused.value.status == 404


@pytest.mark.parametrize(
    ("method", "target"),
    [(b"GET", b"http://elsewhere/login"), (b"CONNECT", b"elsewhere:443"), (b"OPTIONS", b"*"), (b"CONNECT", b"/login")],
)
def test_the_front_is_no_forward_proxy(method: bytes, target: bytes) -> None:
    with pytest.raises(NotRouted, match="this is no forward proxy") as refused:
        route(method, target, ROOT)
    assert refused.value.status == 400
