"""The certificate of Jenkins' web page has expired, or is not valid yet.

What it means: by the clock of the machine that looked, the https page's certificate is outside its time. Agents cannot
ask where the agent port is; the agent port itself knows no such dates.
Usual causes:
- the certificate was not renewed, or the web server was not told to load the new one
- the clock of the agent's machine is wrong, as after a restored snapshot
What to do:
- renew the certificate and reload the web server
- compare `date -u` on the agent's machine with the time elsewhere
What is printed:
- agent: `PKIX path validation failed: ... NotAfter: ...` (CertificateExpiredException)
- agent: `NotBefore: ...` (CertificateNotYetValidException)
Where it was seen:
- the dates of certificates, as Java checks them (java.security.cert)
"""

from collections.abc import Iterator

from jnlpspy.diagnosis.rule import Rule
from jnlpspy.diagnosis.unreached import read_unreached
from jnlpspy.model.events import ConnectFailed, Event, Remark
from jnlpspy.model.findings import Finding
from jnlpspy.model.tap import DialFailure


class CertificateOutOfDate(Rule):
    """Watches for TLS that failed on a certificate's dates."""

    watches = (ConnectFailed, Remark)
    explains = ("discovery-unavailable", "tls-refused", "certificate-untrusted")

    def observe(self, event: Event) -> Iterator[Finding]:
        """Yield the finding if a certificate is out of its time."""
        unreached = read_unreached(event.fact)
        if unreached is None or unreached.failure is not DialFailure.OUT_OF_DATE:
            return
        early = "not valid yet" in unreached.text or "not yet valid" in unreached.text
        yield self.finding(
            f"The certificate of {unreached.target} {'is not valid yet' if early else 'has expired'}",
            evidence=(event, unreached.text),
            causes=self.help.causes[::-1] if early else self.help.causes,
            advice=self.help.advice[::-1] if early else self.help.advice,
            subject=unreached.target,
        )
