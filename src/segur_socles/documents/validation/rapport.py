"""What a validation found, all at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from segur_socles.errors import Constat, DocumentInvalideError, Gravite

__all__ = ["ConstatDocument", "Etape", "RapportValidation"]


class Etape(StrEnum):
    """Which rules speak, in the order they are asked."""

    REGLES = "regles"
    XSD = "xsd"
    STRUCTMIN = "structmin"
    IHE = "ihe"
    FR = "fr"
    ANS = "ans"
    TERMINOLOGIES = "terminologies"
    SPEC = "spec"

    @property
    def libelle(self) -> str:
        """Name for the screen."""
        return _LIBELLES[self]


_LIBELLES = {
    Etape.REGLES: "nos règles",
    Etape.XSD: "schéma XML",
    Etape.STRUCTMIN: "structuration minimale",
    Etape.IHE: "sections et entrées IHE",
    Etape.FR: "contraintes françaises",
    Etape.ANS: "sections et entrées ANS",
    Etape.TERMINOLOGIES: "terminologies",
    Etape.SPEC: "modèle du document",
}


@dataclass(frozen=True, slots=True)
class ConstatDocument(Constat):
    """One finding about a document; never a value of it.

    ``champ`` is the place in words (``En-tête › Patient › date de naissance``), ``emplacement`` the same as an XPath of
    local names (``/ClinicalDocument/recordTarget/patientRole/patient/birthTime``), ``ligne`` the line of the file when
    known, ``etape`` the rules that speak.
    """

    emplacement: str = ""
    ligne: int | None = None
    etape: Etape = Etape.REGLES


@dataclass(frozen=True, slots=True)
class RapportValidation:
    """All that was found in one document.

    ``modele`` names the model recognised (``DLU``, ``N1``…; None for a document of another model), ``etapes`` the rules
    that were asked, ``constats`` what they found, errors and warnings, in the order of the steps. A warning does not
    make a document invalid.
    """

    modele: str | None = None
    etapes: tuple[Etape, ...] = (Etape.REGLES,)
    constats: tuple[ConstatDocument, ...] = field(default=(), repr=False)

    @property
    def erreurs(self) -> tuple[ConstatDocument, ...]:
        """What must be corrected."""
        return tuple(c for c in self.constats if c.gravite is Gravite.ERREUR)

    @property
    def avertissements(self) -> tuple[ConstatDocument, ...]:
        """What deserves a look."""
        return tuple(c for c in self.constats if c.gravite is not Gravite.ERREUR)

    @property
    def conforme(self) -> bool:
        """Whether no error was found by the rules that were asked."""
        return not self.erreurs

    def exiger(self) -> None:
        """Raise :class:`DocumentInvalideError` with every error, if there is one."""
        erreurs = self.erreurs
        if erreurs:
            nombre = f"{len(erreurs)} erreur{'s' if len(erreurs) > 1 else ''}"
            message = f"Le document n'est pas conforme : {nombre}."
            raise DocumentInvalideError(message, constats=erreurs, remede="corriger puis valider à nouveau")

    def to_dict(self) -> dict[str, Any]:
        """Give the report as plain data, ready for JSON."""
        return {
            "modele": self.modele,
            "conforme": self.conforme,
            "etapes": [etape.value for etape in self.etapes],
            "erreurs": len(self.erreurs),
            "avertissements": len(self.avertissements),
            "constats": [_plain(c) for c in self.constats],
        }

    def avec(self, etapes: Iterable[Etape], constats: Iterable[ConstatDocument]) -> RapportValidation:
        """Add what further rules found."""
        return replace(self, etapes=(*self.etapes, *etapes), constats=(*self.constats, *constats))


def _plain(constat: ConstatDocument) -> dict[str, Any]:
    return {
        "etape": constat.etape.value,
        "gravite": constat.gravite.value,
        "champ": constat.champ,
        "emplacement": constat.emplacement,
        "ligne": constat.ligne,
        "message": constat.message,
        "regle": constat.regle,
        "remede": constat.remede,
    }
