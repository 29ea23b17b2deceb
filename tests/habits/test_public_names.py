"""What packages offer, and what importing them costs."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys

import pytest

from judges import PROJECT

SOURCE = PROJECT / "src"
PACKAGES = sorted(
    ".".join(path.parent.relative_to(SOURCE).parts) for path in (SOURCE / "segur_socles").rglob("__init__.py")
)
HEAVY = {
    *("cryptography", "httpx", "joserfc", "lxml", "pkcs11", "pydantic", "rich"),
    *("signxml", "starlette", "typer", "uvicorn", "zeep"),
}


@pytest.mark.parametrize("package", PACKAGES)
def test_every_public_name_is_listed_once_and_importable(package: str) -> None:
    module = importlib.import_module(package)
    offered = list(getattr(module, "__all__", []))
    assert len(offered) == len(set(offered))  # ruff keeps the order (RUF022)
    for name in offered:
        assert getattr(module, name) is not None
        assert name in dir(module)
    public = {n for n in vars(module) if n.isidentifier() and not n.startswith("_")} - {
        "annotations",
        "TYPE_CHECKING",
        "lazy",
    }
    submodules = {n for n in public if f"{package}.{n}" in sys.modules}
    assert public - submodules <= set(offered)


@pytest.mark.parametrize("package", PACKAGES)
def test_a_name_that_does_not_exist_is_an_attribute_error(package: str) -> None:
    with pytest.raises(AttributeError, match="Inexistant"):
        _ = importlib.import_module(package).Inexistant


@pytest.mark.parametrize("package", PACKAGES)
def test_importing_a_package_imports_nothing_heavy(package: str) -> None:
    script = f"import sys, {package}; print(*{{m.split('.')[0] for m in sys.modules}})"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert HEAVY & set(loaded.split()) == set()


def _is_module(package: str, name: str) -> bool:
    return (SOURCE / package.replace(".", "/") / f"{name}.py").exists()


@pytest.mark.parametrize("package", PACKAGES)
def test_names_declared_to_type_checkers_are_those_served_and_from_the_same_modules(package: str) -> None:
    tree = ast.parse((SOURCE / package.replace(".", "/") / "__init__.py").read_text(encoding="utf-8"))
    declared = {
        alias.name: f"{node.module}.{alias.name}" if _is_module(node.module, alias.name) else node.module
        for block in ast.walk(tree)
        if isinstance(block, ast.If)  # "if TYPE_CHECKING", and its "else" is what serves them
        for node in block.body
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }
    served: dict[str, str] = {}
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "lazy":
            served |= ast.literal_eval(call.args[1])
    offered = set(getattr(importlib.import_module(package), "__all__", ()))
    assert served == declared
    assert offered - {"__version__"} == set(served)


def _imports_of_a_package(tree: ast.Module, packages: set[str]) -> list[str]:
    """Names taken from the ``__init__`` of one of ``packages``; taking a submodule is no such thing."""
    return [
        f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module in packages
        for alias in node.names
        if not alias.name.startswith("__")  # __version__ is defined there, and nothing else is
        and not _is_module(node.module, alias.name)
        and f"{node.module}.{alias.name}" not in packages
    ]


def test_inside_the_package_modules_import_modules_never_an_init() -> None:
    found = {
        str(path.relative_to(SOURCE)): names
        for path in (SOURCE / "segur_socles").rglob("*.py")
        if (names := _imports_of_a_package(ast.parse(path.read_text(encoding="utf-8")), set(PACKAGES)))
    }
    assert found == {}


def test_the_search_for_init_imports_can_fail() -> None:
    tree = ast.parse("from segur_socles.ins import InsiClient\nfrom segur_socles import errors")
    assert _imports_of_a_package(tree, set(PACKAGES)) == ["segur_socles.ins.InsiClient"]
