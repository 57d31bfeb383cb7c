"""Streams that a real `ObjectOutputStream` writes, where there is a JDK."""

import shutil
import subprocess
from pathlib import Path

import pytest

JAVA, JAVAC = shutil.which("java"), shutil.which("javac")

needs_jdk = pytest.mark.skipif(not (JAVA and JAVAC), reason="needs java and javac on PATH")


def write_with_java(folder: Path) -> Path:
    """Let Written.java write its streams into a folder, one file a case."""
    source = Path(__file__).with_name("Written.java")
    assert JAVA
    assert JAVAC
    commands: list[list[str | Path]] = [
        [JAVAC, "-nowarn", "-d", folder, source],
        [JAVA, "-cp", folder, "Written", folder],
    ]
    for command in commands:
        subprocess.run(command, check=True, timeout=60, capture_output=True)  # noqa: S603 - our own source
    return folder
