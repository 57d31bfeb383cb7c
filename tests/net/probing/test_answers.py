"""What answers on a port is named by its first bytes."""

import pytest

from jnlpspy.net.probing.answers import Answer, Answerer, describe_page, hello_values, name_answer

HELLO = (
    b"HTTP/1.0 200 OK\r\nContent-Type: text/plain;charset=UTF-8\r\n\r\n"
    b"Jenkins-Agent-Protocols: JNLP4-connect, Ping\r\nJenkins-Version: 2.541.3\r\nClient: 10.0.0.5\r\n"
)


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        (b"", Answer(Answerer.SILENCE, "the connection was closed without a byte")),
        (b"\0\x03ACK", Answer(Answerer.JENKINS, "acknowledged")),
        (b"Ping\n", Answer(Answerer.JENKINS, "Ping")),
        (b"Ping", Answer(Answerer.JENKINS, "Ping")),
        (HELLO, Answer(Answerer.JENKINS, "the hello page of an agent port")),
        (b"Unknown protocol:\r\n", Answer(Answerer.REFUSAL, "Unknown protocol:")),
        (b"Disabled protocol:Protocol:Ping\n", Answer(Answerer.REFUSAL, "Disabled protocol:Protocol:Ping")),
        (
            b"HTTP/1.1 400 Bad Request\r\n\r\n",
            Answer(Answerer.HTTP, "an HTTP server answers: HTTP/1.1 400 Bad Request"),
        ),
        (
            b"HTTP/1.0 404 Not Found\r\n\r\nNot Found\r\n",
            Answer(Answerer.HTTP, "an HTTP server answers: HTTP/1.0 404 Not Found"),
        ),
        (b"\x15\x03\x01\0\x02\x02\x46", Answer(Answerer.TLS, "a TLS server answers: a TLS alert (1503010002)")),
        (b"\x16\x03\x03\0\x7a", Answer(Answerer.TLS, "a TLS server answers: a TLS handshake (160303007a)")),
        (b"SSH-2.0-x\x1b[31m\r\n", Answer(Answerer.SSH, "an SSH server answers: SSH-2.0-x?[31m")),
        (
            b"PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n",
            Answer(Answerer.PROXY_HEADER, "a PROXY header comes back, as load balancers send it"),
        ),
    ],
)
def test_first_bytes_say_who_answers(data: bytes, answer: Answer) -> None:
    assert name_answer(data) == answer


def test_what_is_none_of_these_is_shown_as_it_is() -> None:
    answer = name_answer(b"220 mail.example ESMTP\r\n" * 10)
    assert answer.by is Answerer.UNKNOWN
    assert "220 mail.example" in answer.text


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (b"<!DOCTYPE html><title> Sign in </title><input type=password>", "an HTML login page titled 'Sign in'"),
        (b"<html><body>It works!</body></html>", "an HTML page"),
        (b"Jenkins", ""),
    ],
)
def test_a_page_is_told_by_its_title(page: bytes, said: str) -> None:
    assert describe_page(page) == said


def test_the_hello_page_is_read_by_its_own_keys() -> None:
    assert hello_values(HELLO) == {
        "Jenkins-Agent-Protocols": "JNLP4-connect, Ping",
        "Jenkins-Version": "2.541.3",
        "Client": "10.0.0.5",
    }
