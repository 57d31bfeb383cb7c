"""Starts a Jenkins agent, and starts it again as long as it may help: the program under test."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

JAVA_AGENT = ("java", "-jar", "agent.jar", "-url", "{url}", "-name", "{name}", "-secret", "{secret}")


@dataclass(frozen=True)
class Launcher:
    """What is known of an agent before it is started."""

    url: str
    name: str
    secret: str
    command: Sequence[str] = JAVA_AGENT
    attempts: int = 3

    def start(self) -> subprocess.Popen[bytes]:
        """Start the agent once."""
        known = {"url": self.url, "name": self.name, "secret": self.secret}
        return subprocess.Popen([part.format(**known) for part in self.command])

    def run(self) -> int:
        """Start the agent until it ends well, or too many attempts have failed; return how the last one ended."""
        code = 0
        for _ in range(self.attempts):
            with self.start() as agent:
                code = agent.wait()
            if code == 0:
                break
        return code
