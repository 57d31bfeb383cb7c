"""What the agent asks for is not there.

What it means: a web server answered, and has no such page. Agents ask for `tcpSlaveAgentListener/` below the URL they
were given, and go on only after a 200 with Jenkins' own headers.
Usual causes:
- Jenkins stands under a path, `/jenkins` say, that is missing in the URL
- the TCP port for inbound agents is disabled, and with it the page
- another web server stands there: a proxy's default page, another service, a wrong port
What to do:
- open the URL in a browser and take the address of Jenkins' first page, with its path
- look at `curl -sI URL`: Jenkins sends `X-Jenkins`
- Manage Jenkins, Security, Agents: set a port, or use `-webSocket`
What is printed:
- agent: `http://jenkins:8080/tcpSlaveAgentListener/ is invalid: 404 Not Found`
- agent: `http://jenkins:8080/ is not Jenkins` (to remoting 3.33, and after a 200)
- agent: `Failed to obtain http://jenkins/computer/NAME/slave-agent.jnlp`
Where it was seen:
- helm/charts#22133, jenkinsci/nomad-plugin#50, jenkinsci/docker#788
"""

import re
from collections.abc import Iterator

from jnlpspy.diagnosis.discovery import AnswerRule, is_from_jenkins, is_listener, prefix_of, url_of
from jnlpspy.diagnosis.story import header_of
from jnlpspy.model.events import DiscoveryAnswered, Event, Remark
from jnlpspy.model.findings import Finding

NOT_FOUND = 404
NOT_THERE = (400, NOT_FOUND, 405, 410)

NOT_PASSED_ON = re.compile(r"answered 404 ourselves: (\S+) is not passed on to (\S+?),")
"""What the proxy remarks of a path that it does not know."""


class DiscoveryNotFound(AnswerRule):
    """Watches for pages that are missing, and for pages that are not Jenkins'."""

    watches = (DiscoveryAnswered, Remark)
    explains = ("identity-missing", "headers-eaten-by-proxy")

    def observe(self, event: Event) -> Iterator[Finding]:
        """Yield what an answer makes certain, also if the proxy gave it itself."""
        yield from super().observe(event)
        found = NOT_PASSED_ON.search(event.fact.text) if isinstance(event.fact, Remark) else None
        if found is not None and is_listener(found[1]):
            url = url_of(self.story, DiscoveryAnswered(NOT_FOUND, {}, found[1]))
            yield self.finding(
                f"{url} is not there: the controller that the proxy was given is at {found[2]}",
                evidence=(event,),
                causes=(
                    "the agent's -url has a path that is not the controller's",
                    "the controller stands under a path that is missing in the URL that the proxy was given",
                ),
                advice=(
                    f"give the agent the proxy's URL with the same path that the controller has in {found[2]}",
                    "or start `jnlpspy proxy` with the controller's URL as a browser shows it, with its path",
                ),
                subject=url,
            )

    def judge(self, event: Event, answer: DiscoveryAnswered) -> Iterator[Finding]:
        """Yield the finding if a page is missing or another's."""
        url = url_of(self.story, answer)
        if answer.status in NOT_THERE:
            if not is_listener(answer.url) and self._is_told_already(answer):
                return
            yield self.finding(
                f"{url} is not there: {_who(answer)} answered {answer.status}",
                evidence=(event,),
                causes=self._causes(answer),
                advice=self._advice(answer),
                confidence=0.8,
                subject=url,
            )
        elif answer.status == 200 and is_listener(answer.url) and _is_page(answer) and not is_from_jenkins(answer):
            yield self.finding(
                f"{url} is not Jenkins: {_who(answer)} answered with an HTML page",
                evidence=(event,),
                causes=(
                    "a login page or another service stands in front of Jenkins, or in its place",
                    *self.help.causes[2:],
                ),
                confidence=0.9,
                subject=url,
            )

    def _is_told_already(self, answer: DiscoveryAnswered) -> bool:
        """Return whether discovery itself has failed there before: then a second page that is missing is no news."""
        return any(
            told.fact.status in NOT_THERE
            for _, told in self.story.chronicle.discoveries()
            if is_listener(told.fact.url) and prefix_of(told.fact.url) == prefix_of(answer.url)
        )

    def _causes(self, answer: DiscoveryAnswered) -> tuple[str, ...]:
        if answer.url.partition("?")[0].endswith(".jnlp"):
            return ("there is no agent of that name", *self.help.causes[::2])
        if prefix_of(answer.url) != "/":
            return (self.help.causes[1], self.help.causes[0], self.help.causes[2])
        return self.help.causes

    def _advice(self, answer: DiscoveryAnswered) -> tuple[str, ...]:
        elsewhere = {
            prefix_of(told.fact.url)
            for _, told in self.story.chronicle.discoveries()
            if is_from_jenkins(told.fact) and prefix_of(told.fact.url) != prefix_of(answer.url)
        }
        return (
            *(f"Jenkins answers under the path {path}: put it into the URL" for path in elsewhere),
            *self.help.advice,
        )


def _who(answer: DiscoveryAnswered) -> str:
    if is_from_jenkins(answer):
        return "Jenkins"
    name = header_of(answer, "Server")
    return f"a web server ({name})" if name else "a web server"


def _is_page(answer: DiscoveryAnswered) -> bool:
    return "html" in (header_of(answer, "Content-Type") or "").lower()
