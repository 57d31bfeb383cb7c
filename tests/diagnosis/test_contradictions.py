"""What the launcher refuses."""

from jnlpspy.diagnosis.contradictions import contradictions, merged, missing
from jnlpspy.inputs.command_line import read_argument_list
from jnlpspy.inputs.environment import inputs_of_variables
from jnlpspy.model.inputs import AgentInputs, LauncherForm


def texts(*words: str) -> list[str]:
    return [each.text for each in contradictions(read_argument_list(words))]


def test_arguments_exclude_each_other() -> None:
    assert texts("-url", "http://j/", "-webSocket", "-tunnel", "j:1") == ["-webSocket and -tunnel exclude each other"]
    assert "-direct and -url exclude each other" in texts("-direct", "j:1", "-url", "u", "-instanceIdentity", "M")
    assert texts("-noReconnectAfter", "1d", "-noreconnect") == ["-noReconnectAfter and -noReconnect exclude each other"]


def test_arguments_need_each_other() -> None:
    assert texts("-direct", "j:1") == ["-direct needs -instanceIdentity"]
    assert texts("-protocols", "JNLP4-connect") == ["-protocols needs -direct"]


def test_websocket_takes_one_url() -> None:
    assert texts("-webSocket", "-url", "a", "-url", "b") == ["-webSocket takes a single -url, and 2 are given"]
    assert texts("-webSocket", "-url", "a", "-url", "a") == []


def test_a_jnlp_url_takes_secret_or_credentials() -> None:
    words = ("-jnlpUrl", "u", "-secret", "s", "-jnlpCredentials", "me:x")
    assert texts(*words) == ["-jnlpCredentials and -secret exclude each other"]


def test_a_whole_command_contradicts_nothing() -> None:
    assert texts("-url", "u", "-secret", "s", "-name", "n", "-webSocket", "-workDir", "w", "-internalDir", "i") == []


def test_what_is_missing() -> None:
    assert [each.text for each in missing(read_argument_list(["-workDir", "w"]))] == [
        "no URL of Jenkins is given",
        "no secret is given",
        "no name is given",
    ]
    assert not list(missing(read_argument_list(["-jnlpUrl", "u"])))
    assert not list(missing(read_argument_list(["-direct", "d", "-secret", "@f", "-name", "$NAME"])))
    assert not list(missing(AgentInputs(form=LauncherForm.OPTIONS)))


def test_variables_and_arguments_of_a_container_are_one_command() -> None:
    variables = inputs_of_variables({"JENKINS_URL": "u", "JENKINS_SECRET": "s"}, "image")
    arguments = read_argument_list(["-webSocket", "-name", "n"], "image")
    both = merged([variables, arguments])
    assert (both.urls, both.name, both.websocket) == (("u",), "n", True)
    assert not list(missing(both))
