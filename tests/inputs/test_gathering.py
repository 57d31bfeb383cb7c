"""Everything given about an agent, in one list."""

from jnlpspy.inputs.gathering import Given, effective_inputs, read_given
from jnlpspy.model.inputs import AgentInputs, LauncherForm
from jnlpspy.model.secret import Secret

JNLP = b"<jnlp><argument>ab</argument><argument>a1</argument></jnlp>"


def test_sources_come_in_order_with_their_names() -> None:
    read = read_given(
        Given(
            options=AgentInputs(form=LauncherForm.OPTIONS, name="a0"),
            command="java -jar agent.jar -secret @f -name a1",
            jnlp=("a.jnlp", JNLP),
            env_file=("a.env", "JENKINS_NAME=a2"),
            pod=("a.yaml", "containers: [{env: [{name: JENKINS_NAME, value: a3}]}]"),
        ),
        {"f": "abc\n"}.get,
    )
    assert [(each.source, each.inputs.name) for each in read] == [
        ("options", "a0"),
        ("command line", "a1"),
        ("a.env", "a2"),
        ("a.yaml, container None (variables)", "a3"),
        ("a.jnlp", "a1"),
    ]
    assert read[1].inputs.secret == Secret("abc")


def test_nothing_is_shown_of_what_was_given() -> None:
    assert "geheim" not in repr(Given(command="java -jar agent.jar -secret geheim", jnlp=("x", b"geheim")))


def test_a_file_that_cannot_be_had_leaves_the_secret_unknown() -> None:
    (read,) = read_given(Given(command="java -jar agent.jar -secret @f"))
    assert (read.inputs.secret, read.inputs.secret_file) == (None, "f")


def test_what_an_agent_would_go_by() -> None:
    given = Given(
        options=AgentInputs(form=LauncherForm.OPTIONS, tunnel="k:1"),
        command="docker run -e JENKINS_NAME=a1 -e JENKINS_SECRET=s -e JENKINS_URL=http://j/ image -name a2 -tunnel l:1",
        jnlp=("a.jnlp", JNLP),
    )
    inputs = effective_inputs(read_given(given))
    assert (inputs.form, inputs.tunnel, inputs.name) == (LauncherForm.OPTIONS, "k:1", "a2")
    assert (inputs.secret_text, inputs.urls, inputs.image) == ("s", ("http://j/",), "image")


def test_docker_s_own_env_file_is_read_as_docker_reads_it() -> None:
    command = "docker run --env-file a.env image -url http://j/"
    read = read_given(Given(command=command, env_file=("a.env", 'JENKINS_SECRET="s"')))
    assert read[-1].inputs.secret_text == '"s"'


def test_nothing_given_is_nothing_to_go_by() -> None:
    assert effective_inputs([]).urls == ()
