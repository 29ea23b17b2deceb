"""FR-Simple-Observation (E7), FR-Directive-anticipee (E10), FR-Disposition (E13)."""

from __future__ import annotations

from datetime import date
from typing import Final

from segur_socles.documents.cda.balises import (
    code,
    el,
    ii,
    jour,
    modeles,
    nul,
    reference_texte,
    texte,
    valeur_booleenne,
)
from segur_socles.documents.cda.coordonnees import adresse, telecoms
from segur_socles.documents.cda.recit import Atelier
from segur_socles.documents.cda.sections import ANS_ENTREE, CCD, LOINC, PCC
from segur_socles.documents.contenu.communs import Reponse
from segur_socles.documents.contenu.pieces import EtablissementPreference
from segur_socles.nomenclatures.codes import Code
from segur_socles.personnes.coordonnees import Adresse
from segur_socles.personnes.numeros.genres import Genre
from segur_socles.personnes.numeros.idnat import STRUCT_IDNAT

__all__ = ["directive", "disposition", "fait", "observation"]

DISPOSITION: Final = Code("11302-7", LOINC, "Etablissement de santé de préférence")

_OBSERVATION: Final = modeles((f"{PCC}.4.13", f"{ANS_ENTREE}.48"))
_DIRECTIVE: Final = modeles((f"{CCD}.17", f"{PCC}.4.13", f"{PCC}.4.13.7", f"{ANS_ENTREE}.54"))
_DISPOSITION: Final = modeles((f"{PCC}.1.10.4.2", f"{ANS_ENTREE}.97"))


def observation(
    nature: Code,
    reponse: Reponse,
    ancre: str,
    atelier: Atelier,
    *,
    le: date | None = None,
    cote: Code | None = None,
) -> str:
    """Write the answer to one question about the person: yes, no, or no information."""
    suite = code("targetSiteCode", cote) if cote else ""
    valeur = valeur_booleenne(reponse)
    return fait(code("code", nature), valeur, ancre, atelier, quand=jour("effectiveTime", le), suite=suite)


def directive(nature: Code, accepte: Reponse, ancre: str, atelier: Atelier, le: date | None = None) -> str:
    """Write one advance directive: accepted, refused, or no information."""
    quand = jour("effectiveTime", le)
    return fait(code("code", nature), valeur_booleenne(accepte), ancre, atelier, quand=quand, gabarit=_DIRECTIVE)


def fait(
    nature: str, valeur: str, ancre: str, atelier: Atelier, *, quand: str, suite: str = "", gabarit: str = _OBSERVATION
) -> str:
    """Write one observation whose ``nature``, ``valeur`` and ``quand`` are elements already; ``suite`` follows them."""
    corps = (
        gabarit
        + atelier.id()
        + nature
        + reference_texte(ancre)
        + '<statusCode code="completed"></statusCode>'
        + quand
        + valeur
        + suite
    )
    return el("observation", corps, classCode="OBS", moodCode="EVN")


def disposition(souhait: EtablissementPreference | None, ancre: str, atelier: Atelier) -> str:
    """Write where the person wishes to be taken; without a wish, the act has no receiver."""
    corps = (
        _DISPOSITION
        + atelier.id()
        + code("code", DISPOSITION)
        + reference_texte(ancre)
        + '<statusCode code="normal"></statusCode>'
        + nul("effectiveTime", "NAV")
        + (_receveur(souhait) if souhait else "")
    )
    return el("act", corps, classCode="ACT", moodCode="INT")


def _receveur(souhait: EtablissementPreference) -> str:
    ou: Adresse | None = souhait.adresse
    role = (
        (ii("1.2.250.1.71.4.2.2", STRUCT_IDNAT.ecrire(Genre.FINESS, souhait.finess)) if souhait.finess else "")
        + adresse(ou)
        + (telecoms([souhait.telecom]) if souhait.telecom else "")
        + el("playingEntity", texte("name", souhait.nom))
    )
    return el("participant", nul("time", "NAV") + el("participantRole", role, classCode="ROL"), typeCode="RCV")
