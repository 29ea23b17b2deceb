"""What a transfer to the emergency department, and the return from it, tell: who knows, where to, in what state."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import StringConstraints, model_validator

from segur_socles._core.model import Booleen, Instant, RegleError, Valeur
from segur_socles._core.textes import Texte
from segur_socles.documents.contenu.communs import Lateralite
from segur_socles.nomenclatures.codes import Code, JeuDeValeurs
from segur_socles.personnes.coordonnees import Adresse, Telecom
from segur_socles.personnes.structure import Finess

__all__ = [
    "CONSCIENCES",
    "INFORMES_RETOUR",
    "INFORMES_TRANSFERT",
    "RETOURS",
    "Conscience",
    "Destination",
    "Douleur",
    "Informe",
    "InformesRetour",
    "InformesTransfert",
    "RetourVers",
]

FONCTIONS: Final = "2.16.840.1.113883.5.88"
SNOMED: Final = "2.16.840.1.113883.6.96"
TA_ASIP: Final = "1.2.250.1.213.1.1.4.322"


class Conscience(StrEnum):
    """State of consciousness, as observed when the person leaves."""

    EVEILLE = "conscient et éveillé"
    EVEILLABLE = "éveillable"
    NON_EVEILLABLE = "non éveillable"


CONSCIENCES: Final[dict[Conscience, Code]] = {
    Conscience.EVEILLE: Code("DLU_002", TA_ASIP, "Conscient et éveillé"),
    Conscience.EVEILLABLE: Code("DLU_003", TA_ASIP, "Éveillable"),
    Conscience.NON_EVEILLABLE: Code("DLU_004", TA_ASIP, "Non éveillable"),
}
"""State → code of February 2025 (certain); an edition may call it otherwise."""


class Douleur(Valeur):
    """A painful site, in words (« avant-bras »), and its side.

    ``snomed`` is the SNOMED CT code of the site, if known; a code that holds the side already takes ``cote`` too.
    """

    siege: Texte
    cote: Lateralite | None = None
    snomed: Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{5,17}$")] | None = None
    precision: Texte | None = None


class Destination(Valeur):
    """Where the person is taken; ``secteur`` is a code of JDV_J02 (``SA01``: public hospital).

    With both instants the transfer took place; with less it is under way or planned.
    """

    nom: Texte
    finess: Finess | None = None
    secteur: Annotated[Code, JeuDeValeurs("JDV_J02")] | None = None
    adresse: Adresse | None = None
    telecom: Telecom | None = None
    depart: Instant | None = None
    arrivee: Instant | None = None

    _visible = ("depart", "arrivee")

    @model_validator(mode="after")
    def _dans_l_ordre(self) -> Self:
        if self.arrivee and (self.depart is None or self.arrivee <= self.depart):
            message = "l'arrivée n'est pas après un départ"
            raise RegleError(
                message, champ="arrivee", regle="CI-SIS, transfert du patient", remede="vérifier les deux instants"
            )
        return self


@dataclass(frozen=True, slots=True)
class Informe:
    """Someone who may have been told: field, code, how a reader calls them."""

    champ: str
    code: Code
    libelle: str


class InformesTransfert(Valeur):
    """Who was told of the transfer: yes, no, or None for not known; nothing is assumed."""

    centre_15: Booleen | None = None
    urgences: Booleen | None = None
    medecin_traitant: Booleen | None = None
    entourage: Booleen | None = None


class InformesRetour(Valeur):
    """Who was told of the return: yes, no, or None for not known; nothing is assumed."""

    etablissement_origine: Booleen | None = None
    medecin_traitant: Booleen | None = None
    entourage: Booleen | None = None


_MEDECIN: Final = Informe("medecin_traitant", Code("PCP", FONCTIONS, "Médecin traitant"), "Médecin traitant")
_ENTOURAGE: Final = Informe("entourage", Code("ORG-223", TA_ASIP, "Entourage du patient"), "Entourage de la personne")

INFORMES_TRANSFERT: Final = (
    Informe("centre_15", Code("ORG-214", TA_ASIP, "Centre 15"), "Centre 15 (SAMU)"),
    Informe("urgences", Code("225728007", SNOMED, "Service des urgences"), "Service des urgences"),
    _MEDECIN,
    _ENTOURAGE,
)
"""The four answers that FT-SU 2025.01 demands (codes certain)."""

INFORMES_RETOUR: Final = (
    Informe("etablissement_origine", Code("ORG-222", TA_ASIP, "Etablissement d'origine"), "Établissement d'origine"),
    _MEDECIN,
    _ENTOURAGE,
)
"""The three answers that FR-SU 2025.01 demands (codes certain)."""


class RetourVers(StrEnum):
    """Where the emergency department sends the person."""

    EHPAD = "retour en EHPAD"
    DOMICILE = "retour au domicile"
    AUTRE_STRUCTURE = "transfert vers une autre structure"


RETOURS: Final[dict[RetourVers, Code]] = {
    RetourVers.EHPAD: Code("ORG-216", TA_ASIP, "Retour vers l'EHPAD"),
    RetourVers.DOMICILE: Code("160849004", SNOMED, "Retour au domicile"),
    RetourVers.AUTRE_STRUCTURE: Code("19712007", SNOMED, "Transfert vers une autre structure"),
}
"""Answer → code of FR-SU 2025.01 (certain)."""
