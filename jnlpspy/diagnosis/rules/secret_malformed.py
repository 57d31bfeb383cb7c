"""The agent's secret was damaged on its way.

What it means: what was given as the secret is none: it is cut, padded, quoted or otherwise changed, or it is something
else altogether. A secret is 64 hex digits in small letters and nothing else.
Usual causes:
- it was cut or padded when it was copied
- quotes, a line break or a space came with it from a file, a variable or a shell
- an editor wrote a byte order mark at the beginning of the file that `@` names
- a placeholder such as `${SECRET}` was never replaced, or the agent's name was given twice
What to do:
- copy the secret anew from the agent's page, all 64 characters of it
- print it with `printf '%s' "$SECRET" | wc -c`: anything but 64 is wrong
- write secret files without a line break and byte order mark: `printf '%s' SECRET > file`
What is printed:
- agent: `Local headers refused by remote: Authorization failure`
- controller: `An attempt was made to connect as NAME from ADDRESS with an incorrect secret`
Where it was seen:
- jenkinsci/docker-agents#708
"""

from collections.abc import Iterator

from jnlpspy.diagnosis.forensics import Likeness, is_text, length_flaw, recognize, secret_in, secrets_of, text_flaws
from jnlpspy.diagnosis.refusals import REFUSALS, Ground, Refusal, RefusalRule
from jnlpspy.model.events import Event, InputsRead, SecretFlawed
from jnlpspy.model.findings import Finding
from jnlpspy.model.secret import Secret

CERTAIN, PROBABLE = 1.0, 0.9
"""Recognised as a damaged secret; judged by its shape alone."""

BLAMED = (Ground.SECRET, Ground.UNSAID)


class SecretMalformed(RefusalRule):
    """Watches refusals and inputs for secrets that are none."""

    watches = (*REFUSALS, InputsRead)
    explains = (
        "secret-rejected",
        "refused-without-reason",
        "websocket-upgrade-refused",
        "handshake-stalled",
        "abrupt-close",
    )
    explains_later = ("secret-rejected", "protocol-disabled", "unknown-protocol")

    def observe(self, event: Event) -> Iterator[Finding]:
        """Yield the finding if a secret that was refused, or is about to be, is none."""
        if isinstance(event.fact, InputsRead):
            yield from self._lint(event, event.fact)
        yield from super().observe(event)

    def judge(self, refusal: Refusal) -> Iterator[Finding]:
        """Yield the finding if the refused secret is damaged."""
        if refusal.ground not in BLAMED or refusal.secret is None or isinstance(refusal.name, Secret):
            return
        flaw, confidence = self._flaw(refusal.secret, refusal.name)
        if flaw:
            yield self.finding(
                f"The secret of agent {refusal.shown_name} {flaw}",
                evidence=refusal.evidence,
                confidence=confidence,
                subject=refusal.subject,
            )

    def _flaw(self, secret: Secret, name: str | None) -> tuple[str, float]:
        """Return what is wrong with a secret, and how sure that is."""
        if name and is_text(secret, name):
            return "is its name", CERTAIN
        likeness = recognize(secret, secrets_of(self.known, name))
        if likeness is not None:
            return _with_owner(likeness, name), CERTAIN
        seen = self.story.last(SecretFlawed)
        flaws = [flaw.value for flaw in seen.fact.flaws] if seen else []
        if not secret.pseudonym:
            flaws = list(text_flaws(secret.value))
        return " and ".join(flaws) or length_flaw(secret), PROBABLE

    def _lint(self, event: Event, read: InputsRead) -> Iterator[Finding]:
        inputs = read.inputs
        if inputs.secret is None or secret_in(inputs.name):
            return
        flaw = self._flaw(inputs.secret, inputs.name)[0]
        flaws = text_flaws(inputs.secret_text) if inputs.secret_text is not None else ()
        if _is_harmless(flaws, inputs.secret_file):
            flaws = ()
        if flaw or flaws:
            yield self.finding(
                f"The secret given in {read.source} {flaw or ' and '.join(flaws)}",
                evidence=(event,),
                subject=inputs.name or read.source,
            )


def _with_owner(likeness: Likeness, name: str | None) -> str:
    if not likeness.damage or likeness.owner == name:
        return likeness.damage
    return f"is the one of agent {likeness.owner!r}, and it {likeness.damage}"


def _is_harmless(flaws: tuple[str, ...], secret_file: str | None) -> bool:
    """Return whether a file's text is read as it was meant: args4j takes a file line by line."""
    return secret_file is not None and all(flaw.startswith("has a line break behind") for flaw in flaws)
