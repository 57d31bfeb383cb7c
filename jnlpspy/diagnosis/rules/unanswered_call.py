"""A call was never answered.

What it means: one side asked the other to do something and waits. If each of the two waits for the other, or if what is
waited for takes a moment as a rule (a class, a ping), nothing will come any more; where the connection ended first, the
work that was running is lost.
Usual causes:
- the connection ended while the call was running
- the two sides wait for each other: a thread holds what the answer needs (locks, the class loader, the log)
- the side that should answer stands still: no memory, no processor time, a blocked disk
- the work just takes long, and was still going on when the capture ended
What to do:
- take thread dumps of both sides while it hangs, and look for the callable that the evidence names
- follow the chain: the last link is what nobody answers
- update core and remoting, if classes are being loaded while it hangs (JENKINS-68122, JENKINS-62181)
What is printed:
- controller: `Remote call on X failed. The channel is closing down or has closed down`, if the connection ends
- both: nothing while it hangs
Where it was seen:
- jenkinsci/jenkins#6449, jenkinsci/remoting#527, jenkinsci/jenkins#4714, jenkinsci/docker-inbound-agent#172
"""

from collections.abc import Iterator

from jnlpspy.diagnosis.endings import lost_channel, unanswered_calls
from jnlpspy.diagnosis.rule import Rule
from jnlpspy.model.describe_events import count, describe_duration
from jnlpspy.model.events import CallsWaiting, ChannelEnded, PipeClosed
from jnlpspy.model.findings import Finding, Severity

QUICK = ("hudson.remoting.RemoteClassLoader$IClassLoader.", "hudson.remoting.IChannel.")
"""Callables that are answered in a moment."""

MOMENT = 10.0
"""Seconds after which one of them hangs."""

LONG = 60.0
"""Seconds after which a chain of calls that wait for each other hangs."""

SILENCE = 300.0
"""Seconds that a call may run while nothing else comes from the side that serves it."""

LEAVE = 1.0
"""Seconds that a call may take to end when the channel is closed anyway."""


class UnansweredCall(Rule):
    """Looks at the end for calls that hang, and for those that were lost."""

    severity = Severity.WARNING

    def finish(self) -> Iterator[Finding]:
        """Yield the finding for what hangs, or else for what the end of the connection cut off."""
        hanging = list(self._hanging())
        if hanging:
            yield hanging[0]
        elif lost_channel(self.story) is not None:
            yield from self._lost()
        else:
            yield from self._given_up()

    def _hanging(self) -> Iterator[Finding]:
        for told in self.story.all(CallsWaiting):
            last = told.fact.calls[-1]
            if last.age >= (MOMENT if last.callable.startswith(QUICK) else LONG):
                yield self.finding(
                    f"{told.fact.calls[0].callable} hangs: it waits for {last.callable},"
                    f" which the {last.caller.peer.value} has not answered for {describe_duration(last.age)}",
                    evidence=(told,),
                    severity=Severity.ERROR,
                    confidence=0.9 if all(each.certain for each in told.fact.calls) else 0.8,
                )
        ended = self.story.last(ChannelEnded)
        for call in unanswered_calls(self.story):
            quick = call.fact.callable.startswith(QUICK) and call.fact.duration >= MOMENT
            callee = "controller" if call.fact.call.startswith("a") else "agent"
            silent = ended is not None and ended.fact.silent is not None and ended.fact.silent.value == callee
            if quick or (silent and call.fact.duration >= SILENCE):
                yield self.finding(
                    f"The {callee} has not answered {call.fact.callable} for {describe_duration(call.fact.duration)}",
                    evidence=(call, ended),
                    confidence=0.8,
                )

    def _lost(self) -> Iterator[Finding]:
        lost = unanswered_calls(self.story)
        if lost:
            more = f" and {count(len(lost) - 1, 'more call')}" if len(lost) > 1 else ""
            yield self.finding(
                f"{lost[0].fact.callable}{more} {'were' if more else 'was'} never answered: the connection ended first",
                evidence=lost[:5],
                causes=self.help.causes[:1],
            )

    def _given_up(self) -> Iterator[Finding]:
        ended = self.story.last(ChannelEnded)
        waits_for_pipe = {told.fact.call for told in self.story.all(PipeClosed) if told.fact.stalls}
        running = [
            call
            for call in unanswered_calls(self.story)
            if call.fact.duration >= LEAVE and call.fact.call not in waits_for_pipe
        ]
        if ended is not None and ended.fact.closed_by is not None and running:
            reason = f": {ended.fact.reason}" if ended.fact.reason else ""
            yield self.finding(
                f"The {ended.fact.closed_by.value} closed the channel while {count(len(running), 'call')} ran{reason}",
                evidence=(*running[:5], ended),
                causes=[
                    "somebody disconnected or deleted the node, or the cloud that made it took it back",
                    "the controller or the agent was shut down in order",
                ],
                severity=Severity.INFO,
            )
