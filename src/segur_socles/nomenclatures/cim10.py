"""ICD-10, French edition: which codes exist. Labels are those of who writes the document."""

from __future__ import annotations

from functools import cache
from importlib import resources

from segur_socles._core.model import RegleError

__all__ = ["verifier_cim10"]


def verifier_cim10(code: str) -> str:
    """Check that a code exists (``I48``, ``J44.9``); :class:`RegleError` when it does not.

    The table is that of the Agency's kit, February 2025 (certain): ``tools/nomenclatures.py`` writes it again.
    """
    categorie, _, suite = code.partition(".")
    suites = _categories().get(categorie)
    if suites is None or (suite and suite not in suites):
        message = "code absent de la CIM-10 (édition française de février 2025)"
        raise RegleError(message, regle="CIM-10", remede="vérifier le code, ou donner le libellé sans code")
    return code


@cache
def _categories() -> dict[str, frozenset[str]]:
    texte = resources.files("segur_socles.nomenclatures").joinpath("tables", "CIM10.txt").read_text("utf-8")
    lignes = (ligne.split() for ligne in texte.splitlines() if not ligne.startswith("#"))
    return {categorie: frozenset(suites) for categorie, *suites in lignes}
