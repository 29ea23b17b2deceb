"""Where the tests find their outside oracles: foreign programs, national reference files, the CI-SIS kit.

A judge that is absent skips the test, with a line that says what to install; under ``SEGUR_JUDGES=require`` (CI)
it fails instead, because a test that was skipped has proved nothing.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from functools import cache
from pathlib import Path
from typing import Any, Final, NoReturn

import pytest

PROJECT: Final = Path(__file__).resolve().parents[1]

DEBIAN_PACKAGES: Final[dict[str, str]] = {
    "chromium": "chromium",
    "dovecot": "dovecot-core dovecot-imapd",
    "munpack": "mpack",
    "openssl": "openssl",
    "pdffonts": "poppler-utils",
    "pdfinfo": "poppler-utils",
    "pdftoppm": "poppler-utils",
    "pdftotext": "poppler-utils",
    "pkcs11-tool": "opensc",
    "postfix": "postfix",
    "softhsm2-util": "softhsm2",
    "swaks": "swaks libnet-ssleay-perl",
    "unzip": "unzip",
    "xmllint": "libxml2-utils",
    "xmlsec1": "xmlsec1",
}
"""Program → Debian package that brings it."""


def required() -> bool:
    """Say whether an absent oracle is a failure (CI) rather than a skip (a user's machine)."""
    return os.environ.get("SEGUR_JUDGES") == "require"


def judge(name: str) -> str:
    """Return the absolute path of the foreign program ``name``; skip the test (or fail it in CI) if it is absent."""
    found = shutil.which(name)
    if found is None:
        _absent(f"juge absent : {name} ; apt install {DEBIAN_PACKAGES[name]}")
    return found


def reference(*parts: str) -> Path:
    """Return a file of the reference sheets: ``../shared/reference`` from the project, or ``SEGUR_REFERENCE``."""
    return _located("SEGUR_REFERENCE", "reference", parts)


def kit(*parts: str) -> Path:
    """Return a file of the Agency's CI-SIS kit: ``../shared/cisis-kit`` from the project, or ``CISIS_KIT``."""
    return _located("CISIS_KIT", "cisis-kit", parts)


@cache
def agency_rules() -> Any:
    """Return a validator of CDA documents by the Agency's own rules: ``validate(path) -> report``. One a process."""
    override = os.environ.get("SEGUR_VALIDATEUR")
    path = Path(override) if override else PROJECT.parent / "shared" / "tools" / "validate_cda.py"
    if not path.exists():
        _absent("validateur CDA absent ; indiquez le chemin de validate_cda.py dans SEGUR_VALIDATEUR")
    spec = importlib.util.spec_from_file_location("validate_cda", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look their module up
    spec.loader.exec_module(module)
    return module.Validator(kit())


def _located(variable: str, folder: str, parts: tuple[str, ...]) -> Path:
    override = os.environ.get(variable)
    root = Path(override) if override else PROJECT.parent / "shared" / folder
    path = root.joinpath(*parts)
    if not path.exists():
        _absent(f"référence absente : {'/'.join(parts) or folder} ; indiquez son dossier dans {variable}")
    return path


def _absent(message: str) -> NoReturn:
    if required():
        pytest.fail(message, pytrace=False)
    pytest.skip(message)
