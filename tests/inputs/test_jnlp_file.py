"""jnlp files of old and new controllers, and what is none."""

import pytest

from jnlpspy.errors import CaptureError
from jnlpspy.inputs import limits
from jnlpspy.inputs.jnlp_file import read_jnlp
from jnlpspy.model.inputs import LauncherForm
from jnlpspy.model.secret import Secret

SECRET = "6824195ad033f0c52d3235e0da0aced40578d1908a5f21be9636b91ac19f1972"

OLD = f"""<?xml version="1.0"?>
<jnlp codebase="http://127.0.0.1:6060/computer/test/" spec="1.0+">
  <information><title>Agent for test</title></information>
  <resources><j2se version="1.8+"/><jar href="http://127.0.0.1:6060/jnlpJars/remoting.jar"/></resources>
  <application-desc main-class="hudson.remoting.jnlp.Main">
    <argument>{SECRET}</argument>
    <argument>my &amp; test</argument>
    <argument>-workDir</argument><argument>.jenkins/test</argument>
    <argument>-internalDir</argument><argument>remoting</argument>
    <argument>-url</argument><argument>http://127.0.0.1:6060/</argument>
    <argument>-url</argument><argument>http://jenkins:6060/</argument>
  </application-desc>
</jnlp>""".encode()

NEW = f"""<jnlp><application-desc><argument>{SECRET}</argument><argument>a1</argument><argument>-webSocket</argument>
<argument>-tunnel</argument><argument>:50000</argument><argument>-url</argument><argument>http://j/</argument>
</application-desc></jnlp>""".encode()


def test_an_old_file() -> None:
    inputs = read_jnlp(OLD, "slave-agent.jnlp").inputs
    assert (inputs.form, inputs.secret, inputs.name) == (LauncherForm.JNLP_FILE, Secret(SECRET), "my & test")
    assert inputs.urls == ("http://127.0.0.1:6060/", "http://jenkins:6060/")
    assert inputs.jar == "http://127.0.0.1:6060/jnlpJars/remoting.jar"
    assert inputs.options == {"-workDir": ".jenkins/test", "-internalDir": "remoting"}


def test_a_new_file() -> None:
    read = read_jnlp(NEW, "jenkins-agent.jnlp")
    assert (read.source, read.inputs.websocket, read.inputs.tunnel) == ("jenkins-agent.jnlp", True, ":50000")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"<!DOCTYPE html><html><body>Sign in</body>", "got an HTML page"),
        (b'<!DOCTYPE j [<!ENTITY a "b">]><jnlp><argument>&a;</argument></jnlp>', "without a DOCTYPE"),
        (b"<jnlp><argument>x</jnlp>", "error in line 1: mismatched tag"),
        (b"<jnlp></jnlp>", "got <jnlp> without any"),
        (b"\x01\x02\x03", "the secret opens it"),
        (b"<" + b" " * limits.TEXT, "at most"),
    ],
)
def test_what_is_none_is_refused_by_what_it_is(data: bytes, message: str) -> None:
    with pytest.raises(CaptureError, match=message):
        read_jnlp(data, "x.jnlp")


def test_an_encoding_that_nobody_knows_is_refused() -> None:
    data = b'<?xml version="1.0" encoding="utf-99"?><jnlp><argument>a</argument></jnlp>'
    with pytest.raises(CaptureError, match="encoding nobody knows"):
        read_jnlp(data, "a.jnlp")
