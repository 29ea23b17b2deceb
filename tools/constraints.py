"""Print the versions of uv.lock as pip constraints, so that pip installs what uv would."""

from __future__ import annotations

import sys
import tomllib
from collections import Counter
from pathlib import Path


def constraints(lock: str) -> list[str]:
    """Give ``name==version`` for each package of the lock.

    A package locked at several versions (one for each Python or system) is left to pip's own choice.
    """
    packages = [p for p in tomllib.loads(lock)["package"] if "registry" in p["source"]]
    times = Counter(p["name"] for p in packages)
    return [f"{p['name']}=={p['version']}" for p in packages if times[p["name"]] == 1]


if __name__ == "__main__":
    print(*constraints(Path(sys.argv[1]).read_text(encoding="utf-8")), sep="\n")
