"""The certificate of Jenkins' web page is not trusted by the agent.

What it means: the https page shows a certificate from an authority that the agent's Java does not know, or for another
name. It matters to discovery and WebSocket only: the agent port has its own key, which discovery announces.
Usual causes:
- the certificate is from the company's own authority, which is not in the trust store of the agent's Java
- the certificate is self-signed
- the certificate is for another host name than the URL's
- a proxy on the way opens TLS and shows its own certificate
What to do:
- give the authority's certificate with `-cert @ca.pem`
- or put it into the trust store of the agent's Java: `keytool -importcert -cacerts -file ca.pem`
- use the host name that the certificate is for
What is printed:
- agent: `PKIX path building failed: ... unable to find valid certification path to requested target`
- agent: `No subject alternative DNS name matching jenkins.example found.`
Where it was seen:
- openshift/jenkins#369, odavid/jenkins-jnlp-slave#16, jenkinsci/kubernetes-plugin#941
"""

from collections.abc import Iterator

from jnlpspy.diagnosis.rule import Rule
from jnlpspy.diagnosis.unreached import read_unreached
from jnlpspy.model.events import ConnectFailed, Event, Remark
from jnlpspy.model.findings import Finding
from jnlpspy.model.tap import DialFailure

OTHER_NAME = 2
"""The place of that cause in the help."""

REASONS = (("self-signed", (1, 0, 3, 2)), ("another", (2, 3)), ("mismatch", (2, 3)), ("self signed", (1, 0, 3, 2)))
"""Words in which it is told, and the order of the causes then."""


class CertificateUntrusted(Rule):
    """Watches for TLS that failed on the certificate."""

    watches = (ConnectFailed, Remark)
    explains = ("discovery-unavailable", "tls-refused")

    def observe(self, event: Event) -> Iterator[Finding]:
        """Yield the finding if a certificate is not trusted."""
        unreached = read_unreached(event.fact)
        if unreached is None or unreached.failure is not DialFailure.UNTRUSTED:
            return
        order = next((order for word, order in REASONS if word in unreached.text.lower()), (0, 1, 3, 2))
        why = unreached.text.removeprefix("its certificate is not accepted: ").removeprefix("its certificate is ")
        yield self.finding(
            f"The certificate of {unreached.target} is not trusted: {why}",
            evidence=(event,),
            causes=[self.help.causes[place] for place in order],
            advice=self.help.advice[::-1] if order[0] == OTHER_NAME else (),
            subject=unreached.target,
        )
