"""Names that a package offers without importing the modules they come from until they are asked for."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["lazy"]


def lazy(package: str, origins: Mapping[str, str]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Make the ``__getattr__`` and ``__dir__`` of ``package`` (PEP 562).

    ``origins`` tells, for each public name, the full name of the module that defines it; a name that is
    itself a module of the package gives that module.
    """

    def getattr_(name: str) -> Any:
        origin = origins.get(name)
        if origin is None:
            message = f"module {package!r} has no attribute {name!r}"
            raise AttributeError(message)
        module = importlib.import_module(origin)
        value = module if origin == f"{package}.{name}" else getattr(module, name)
        setattr(sys.modules[package], name, value)  # the next access does not come here
        return value

    def dir_() -> list[str]:
        return sorted({*vars(sys.modules[package]), *origins})

    return getattr_, dir_
