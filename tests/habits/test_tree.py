"""What must be nowhere in the files we write."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from judges import PROJECT

WRITTEN_IN = ("*.py", "*.md", "*.toml", "*.yml", "*.json", "*.sh", "*.svg", "*.lock", "Makefile", ".ci/run")

# A letter stands in brackets so that no pattern finds itself.
FORBIDDEN = {
    "a path of one machine": r"(?<![\w.])/(?:[w]ork|[r]oot|[h]ome/\w+)/",
    "verification turned off": r"verify\s*=\s*[F]alse|CERT_[N]ONE(?!\".msg)|check_hostname\s*=\s*[F]alse",
    "an XML parser that resolves entities": r"resolve_entities\s*=\s*[T]rue",
    "a package index of one's own": r"(?:index-url|find-links)\s*=\s*\S*[h]ttp|https?://[\w.-]*(?:[m]irror|[a]rtifactory)",
    "unfinished work": r"\b(?:[T]ODO|[F]IXME|[X]XX)\b(?!-)|pragma: [n]o cover",
    "an unqualified waiver": r"#\s*[n]oqa\s*$|#\s*type:\s*[i]gnore\s*$|#\s*pyright:\s*[i]gnore\s*$",
}


def written_files() -> Iterator[Path]:
    """Files that git tracks or would track."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *WRITTEN_IN],
        cwd=PROJECT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    return (PROJECT / name for name in listing.split("\0") if name and (PROJECT / name).is_file())


def findings(pattern: str, text: str) -> list[int]:
    """Numbers of the lines that hold ``pattern``."""
    return [number for number, line in enumerate(text.splitlines(), 1) if re.search(pattern, line)]


@pytest.mark.parametrize("what", FORBIDDEN)
def test_nowhere_in_the_tree(what: str) -> None:
    found = {
        str(path.relative_to(PROJECT)): lines
        for path in written_files()
        if (lines := findings(FORBIDDEN[what], path.read_text(encoding="utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("what", "line"),
    [
        ("a path of one machine", 'open("/~work/main/x")'),
        ("a path of one machine", "cd /~home/anne/x"),
        ("verification turned off", "httpx.Client(verify=~False)"),
        ("verification turned off", "context.verify_mode = ssl.CERT_~NONE"),
        ("verification turned off", "context.check_hostname = ~False"),
        ("an XML parser that resolves entities", "XMLParser(resolve_entities=~True)"),
        ("a package index of one's own", "index-url = h~ttps://x"),
        ("unfinished work", "# T~ODO: later"),
        ("an unqualified waiver", "x = 1  # ~noqa"),
    ],
)
def test_the_search_can_fail(what: str, line: str) -> None:
    assert findings(FORBIDDEN[what], line) == []
    assert findings(FORBIDDEN[what], line.replace("~", "")) == [1]


def test_the_tree_is_really_read() -> None:
    names = {str(path.relative_to(PROJECT)) for path in written_files()}
    assert {"pyproject.toml", "README.md", "src/segur_socles/errors.py"} <= names


def test_the_lock_names_only_the_public_index() -> None:
    lock = (PROJECT / "uv.lock").read_text(encoding="utf-8")
    assert set(re.findall(r"https?://([^/\"]+)", lock)) == {"pypi.org", "files.pythonhosted.org"}
    assert "file://" not in lock
