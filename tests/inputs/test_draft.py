"""What is collected of inputs never shows what it must not."""

import pytest

from jnlpspy.inputs.draft import Draft, without_password
from jnlpspy.model.inputs import LauncherForm


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("http://proxy:3128", "http://proxy:3128"),
        ("http://me:geheim@proxy:3128", "http://me:***@proxy:3128"),
        ("http://me@proxy", "http://me@proxy"),
        ("http://j/a:b@c", "http://j/a:b@c"),
        ("https://11aabbccddeeff00112233@j/", "https://***@j/"),
        ("https://j/?a=b&api_token=geheim&c=d", "https://j/?a=b&api_token=***&c=d"),
        (
            "https://j/computer/a/jenkins-agent.jnlp?encrypt=true",
            "https://j/computer/a/jenkins-agent.jnlp?encrypt=true",
        ),
    ],
)
def test_a_password_in_a_url_is_starred_out(text: str, shown: str) -> None:
    assert without_password(text) == shown


def test_properties_that_may_be_passwords_keep_their_name_only() -> None:
    draft = Draft()
    draft.set_property("javax.net.ssl.trustStorePassword", "geheim")
    draft.set_property("a.b", "c")
    assert draft.inputs(LauncherForm.NAMED).properties == {"javax.net.ssl.trustStorePassword": "", "a.b": "c"}


def test_a_proxy_s_password_is_not_kept() -> None:
    draft = Draft(http_proxy="http://me:geheim@p:1")
    assert draft.inputs(LauncherForm.ENVIRONMENT).http_proxy == "http://me:***@p:1"
