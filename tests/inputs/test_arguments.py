"""Every option of the launcher is known, with its value."""

from jnlpspy.inputs.arguments import FLAGS, KNOWN, ONE_VALUE, VALUED, read_arguments
from jnlpspy.inputs.draft import MISSING, Draft
from jnlpspy.model.inputs import AgentInputs, LauncherForm
from jnlpspy.model.secret import Secret

SECRET = "ab" * 32


def read(*words: str, image: str | None = None) -> AgentInputs:
    draft = Draft(image=image)
    form = read_arguments(draft, words)
    return draft.inputs(form)


def test_named_arguments() -> None:
    inputs = read("-url", "http://j/", "-secret", SECRET, "-name", "a1", "-webSocket", "-workDir", "/w")
    assert inputs.form is LauncherForm.NAMED
    assert (inputs.urls, inputs.name, inputs.secret) == (("http://j/",), "a1", Secret(SECRET))
    assert inputs.websocket
    assert inputs.options == {"-webSocket": "", "-workDir": "/w"}
    assert inputs.left_over == ()


def test_positional_arguments_are_secret_and_name() -> None:
    inputs = read("-url", "http://j/", SECRET, "a1", "more")
    assert (inputs.form, inputs.secret_text, inputs.name) == (LauncherForm.POSITIONAL, SECRET, "a1")
    assert inputs.left_over == ("more",)


def test_a_name_that_looks_like_a_secret_is_shown_as_one() -> None:
    inputs = read("a1", SECRET)
    assert (inputs.secret_text, inputs.name, inputs.shown_name) == ("a1", SECRET, Secret(SECRET))
    assert SECRET not in repr(inputs)


def test_no_secret_is_in_what_is_left_over() -> None:
    inputs = read("-secret", SECRET, "-name", "a1", SECRET, "http://u:geheim@j/")
    assert inputs.left_over == (str(Secret(SECRET)), "http://u:***@j/")


def test_an_option_without_its_value_does_not_eat_the_next() -> None:
    inputs = read("-secret", "-name", "a1", "-url")
    assert inputs.kept_elsewhere == {"-secret": MISSING, "-url": MISSING}
    assert inputs.name == "a1"


def test_a_variable_is_not_a_value() -> None:
    inputs = read("-secret", "$SECRET", "-name", "%NAME%", "-url", "${URL}")
    assert (inputs.secret, inputs.name, inputs.urls) == (None, None, ())
    assert inputs.kept_elsewhere["-secret"] == "the variable SECRET"


def test_what_differs_from_itself_is_repeated() -> None:
    assert read("-name", "a1", "-name", "a2").repeated == ("name",)
    assert read("-name", "a1", "-name", "a1").repeated == ()


def test_credentials_are_secrets_and_headers_have_no_values() -> None:
    inputs = read("-credentials", "me:geheim", "-proxyCredentials", "p:geheim", "-webSocketHeader", "Auth=geheim")
    assert (inputs.credentials, inputs.proxy_credentials) == (Secret("me:geheim"), Secret("p:geheim"))
    assert "geheim" not in repr(inputs)
    assert read("-auth", "me:geheim").options == {"-auth": ""}


def test_the_rest_of_the_options() -> None:
    inputs = read("-direct", "j:1", "-instanceIdentity", "MII", "-protocols", "JNLP4-connect,JNLP2-connect")
    assert (inputs.direct, inputs.instance_identity) == ("j:1", "MII")
    assert inputs.protocols == ("JNLP4-connect", "JNLP2-connect")
    assert read("-cert", "@ca.pem", "-tunnel", ":1").certificates == ("@ca.pem",)
    assert read("-secret", "@file").secret_file == "file"
    assert read("@file", "a1").secret_file == "file"
    assert read("-jnlpUrl", "http://j/x.jnlp", "-secret", "s").form is LauncherForm.JNLP_URL
    assert read("-workDir=/w").options == {"-workDir": "/w"}
    assert read("-unheard").left_over == ("-unheard",)


def test_windows_images_take_options_in_any_case() -> None:
    assert read("-Url", "http://j/", "-Name", "a1", image="x").urls == ("http://j/",)
    assert read("-Url", "http://j/", "-Name", "a1").urls == ()


def test_passwords_of_other_programs_are_not_kept() -> None:
    assert read("-username", "u", "-password", "geheim").left_over == ("-username", "-password")


def test_an_option_is_a_flag_or_has_a_value() -> None:
    assert not FLAGS & VALUED
    assert ONE_VALUE.keys() < KNOWN
