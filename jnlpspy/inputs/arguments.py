"""The arguments of the launcher, every option of remoting 2.x to today with whether it takes a value.

Mirrors hudson.remoting.Launcher and hudson.remoting.jnlp.Main, which were two before remoting 3176.
"""

from collections.abc import Sequence

from jnlpspy.inputs.draft import MISSING, Draft, is_password_key
from jnlpspy.model.inputs import LauncherForm

FLAGS = {
    "-text",
    "-ping",
    "-noCertificateCheck",
    "-disableHttpsCertValidation",
    "-noReconnect",
    "-noreconnect",
    "-noKeepAlive",
    "-failIfWorkDirIsMissing",
    "-headless",
    "-webSocket",
    "-help",
    "-version",
}

ONE_VALUE = {
    "-secret": "secret",
    "-name": "name",
    "-tunnel": "tunnel",
    "-direct": "direct",
    "-directConnection": "direct",
    "-instanceIdentity": "instance_identity",
    "-jnlpUrl": "jnlp_url",
    "-agentUrl": "jnlp_url",
    "-credentials": "credentials",
    "-jnlpCredentials": "credentials",
    "-proxyCredentials": "proxy_credentials",
}
"""Options whose last value counts, and the input that it is."""

VALUED = {
    *ONE_VALUE,
    "-url",
    "-cert",
    "-protocols",
    "-agentLog",
    "-slaveLog",
    "-cp",
    "-classpath",
    "-tcp",
    "-auth",
    "-jar-cache",
    "-loggingConfig",
    "-connectTo",
    "-noReconnectAfter",
    "-workDir",
    "-internalDir",
    "-webSocketHeader",
}

KNOWN = FLAGS | VALUED

_SHOWN_WITHOUT_VALUE = {"-auth"}
"""Holds a password and does nothing."""

_SPELLINGS = {option.lower(): option for option in sorted(KNOWN, reverse=True)}
"""The Windows images take their options in any case: `-Url`, `-Secret`."""


def read_arguments(draft: Draft, words: Sequence[str]) -> LauncherForm:
    """Take what stands behind the jar, the main class or the image; return in which form it is given."""
    positional: list[str] = []
    rest = list(reversed(words))
    while rest:
        word = rest.pop()
        option, equals, glued = _spelled(word, draft)
        if option in VALUED and equals:
            _take(draft, option, glued)
        elif option in VALUED:
            if rest and _spelled(rest[-1], draft)[0] not in KNOWN:
                _take(draft, option, rest.pop())
            else:
                draft.kept_elsewhere[option] = MISSING
        elif option in FLAGS:
            draft.websocket = draft.websocket or option == "-webSocket"
            draft.options[option] = ""
        elif word.startswith("-") and len(word) > 1:
            draft.leave(word)
            if is_password_key(word) and rest:
                rest.pop()  # an option of somebody else's whose value is not to be shown
        else:
            positional.append(word)
    return _place(draft, positional)


def _spelled(word: str, draft: Draft) -> tuple[str, str, str]:
    """Return an option as the launcher spells it, and a value glued to it by `=`."""
    option, equals, glued = word.partition("=")
    if draft.image is not None and option not in KNOWN:
        option = _SPELLINGS.get(option.lower(), option)
    return (option, equals, glued) if option in KNOWN else (word, "", "")


def _take(draft: Draft, option: str, value: str) -> None:
    if option == "-secret" and value.startswith("@"):
        draft.give("secret_file", value[1:], option)
    elif option in ONE_VALUE:
        draft.give(ONE_VALUE[option], value, option)
    elif option == "-url":
        if not draft.is_kept_elsewhere(option, value):
            draft.urls.append(value)
    elif option == "-cert":
        draft.certificates.append(value)
    elif option == "-protocols":
        draft.protocols += [each.strip() for each in value.split(",") if each.strip()]
    elif option == "-webSocketHeader":
        # The value may be a password; the last name is enough to know that headers are set.
        draft.options[option] = value.partition("=")[0]
    else:
        draft.options[option] = "" if option in _SHOWN_WITHOUT_VALUE else value


def _place(draft: Draft, positional: list[str]) -> LauncherForm:
    """Take secret and name from their places, unless they have been named."""
    if draft.has("jnlp_url"):
        form = LauncherForm.JNLP_URL
    elif positional and not (draft.has("secret") or draft.has("name") or draft.has("secret_file")):
        form = LauncherForm.POSITIONAL
        secret, *names = positional
        what = "secret_file" if secret.startswith("@") else "secret"
        draft.give(what, secret.removeprefix("@"), "the secret")
        if names:
            draft.give("name", names[0], "the name")
        positional = names[1:]
    else:
        form = LauncherForm.NAMED
    for word in positional:
        draft.leave(word)
    return form
