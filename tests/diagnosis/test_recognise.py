"""What is known of any text: hex, Java versions, exit codes, exceptions, addresses; and secrets are hidden."""

import pytest

from jnlpspy.diagnosis.recognise import bytes_in, describe_exit, hide_secrets, java_of, recognised_in
from jnlpspy.model.secret import Secret

SECRET = "775369839f50faddcae785239ac85ab09274afa3bc5a77b0d45a63794ea74597"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("class file version 55.0 and class file versions up to 52.0", ["Java 11", "Java 8"]),
        ("the process exited with code 143", ["told to stop (SIGTERM)"]),
        ("java.util.zip.ZipException: x", ["a Java exception: ZipException"]),
        ("to jenkins.example:50000 now", ["host jenkins.example, port 50000"]),
        ("at 12:30:45 nothing", []),
        ("a:99999", []),
    ],
)
def test_pieces_of_a_text_are_recognised(text: str, told: list[str]) -> None:
    recognised = list(recognised_in(text))
    assert len(recognised) == len(told)
    assert all(words in each for words, each in zip(told, recognised, strict=True))


def test_hex_in_a_text_is_named() -> None:
    assert [each.hex for each in bytes_in("got 0x485454502f")] == ["485454502f"]
    assert [each.hex for each in bytes_in("invalid stream header: 636F7272")] == ["636f7272"]
    assert [each.hex for each in bytes_in("48545450")] == ["48545450"]
    assert list(bytes_in("build 48545450 is done, 0x123")) == []


@pytest.mark.parametrize(("version", "java"), [(52, "Java 8"), (65, "Java 21"), (44, "class file version 44")])
def test_a_class_file_tells_the_java_it_needs(version: int, java: str) -> None:
    assert java_of(version) == java


@pytest.mark.parametrize(
    ("code", "words"),
    [(0, "by itself"), (137, "SIGKILL"), (255, "gave up"), (136, "signal 8"), (77, "does not use")],
)
def test_an_exit_code_is_put_in_words(code: int, words: str) -> None:
    assert words in describe_exit(code)


@pytest.mark.parametrize(
    "text",
    [
        SECRET,
        SECRET.upper(),
        f"-secret {SECRET} -name a1",
        "-secret shortsecret",
        f'"Secret-Key":"{SECRET[:20]}"',
        f"JENKINS_SECRET={SECRET}",
        'Cookie: "abcdef"',
    ],
)
def test_a_secret_becomes_its_fingerprint(text: str) -> None:
    hidden = hide_secrets(text)
    assert "secret:" in hidden
    assert all(each not in hidden for each in (SECRET, SECRET.upper(), SECRET[:20], "shortsecret", "abcdef"))


def test_the_fingerprint_is_the_one_shown_elsewhere_and_hiding_twice_changes_nothing() -> None:
    hidden = hide_secrets(f"JENKINS_SECRET={SECRET}")
    assert hidden == f"JENKINS_SECRET={Secret(SECRET).fingerprint}"
    assert hide_secrets(hidden) == hidden


def test_what_is_no_secret_stays() -> None:
    text = "Identity: 5d:bd:34:aa build 1234567890 sha 0123456789abcdef -secret -name a1 -secret @agent-secret"
    assert hide_secrets(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Using http://me:geheim@proxy:3128/ as proxy", "Using http://me:***@proxy:3128/ as proxy"),
        ("-credentials admin:geheim -url", "-credentials admin:*** -url"),
        ("-proxyCredentials 'me:geheim'", "-proxyCredentials 'me:***'"),
        ("Authorization: Basic geheim", "Authorization: Basic ***"),
        ("password=geheim", "password=***"),
        ("connected to http://j:8080/a@b", "connected to http://j:8080/a@b"),
    ],
)
def test_passwords_are_starred_out(text: str, shown: str) -> None:
    assert hide_secrets(text) == shown
