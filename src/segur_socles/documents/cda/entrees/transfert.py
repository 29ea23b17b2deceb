"""FR-Transfert-du-patient (E11): where the person is taken."""

from __future__ import annotations

from typing import Final

from segur_socles.documents.cda.balises import code, el, ii, instant, modeles, nul, reference_texte, texte
from segur_socles.documents.cda.coordonnees import adresse, telecoms
from segur_socles.documents.cda.recit import Atelier
from segur_socles.documents.cda.sections import ANS_ENTREE, LOINC, PCC
from segur_socles.documents.contenu.urgences import Destination
from segur_socles.nomenclatures.codes import Code
from segur_socles.personnes.numeros.genres import Genre
from segur_socles.personnes.numeros.idnat import STRUCT_IDNAT

__all__ = ["transfert"]

TRANSFERT: Final = Code("80413-8", LOINC, "Transfert du patient")
OID_STRUCTURES: Final = "1.2.250.1.71.4.2.2"

_TRANSFERT: Final = modeles((f"{PCC}.1.25.1.4.1", f"{ANS_ENTREE}.28"))


def transfert(vers: Destination | None, ancre: str, atelier: Atelier) -> str:
    """Write the transfer: done once the arrival is known, otherwise still intended; nobody may know where to.

    The CI-SIS takes a transfer for done only with both its instants.
    """
    fait = vers is not None and vers.arrivee is not None
    corps = (
        _TRANSFERT
        + atelier.id()
        + code("code", TRANSFERT)
        + reference_texte(ancre)
        + el("statusCode", code="completed" if fait else "normal")
        + (_periode(vers) + _lieu(vers) if vers else "")
    )
    return el("act", corps, classCode="ACT", moodCode="EVN" if fait else "INT")


def _periode(vers: Destination) -> str:
    bornes = (instant("low", vers.depart) if vers.depart else "") + (
        instant("high", vers.arrivee) if vers.arrivee else ""
    )
    return el("effectiveTime", bornes) if bornes else ""


def _lieu(vers: Destination) -> str:
    numero = STRUCT_IDNAT.ecrire(Genre.FINESS, vers.finess) if vers.finess else None
    role = (
        (ii(OID_STRUCTURES, numero) if numero else nul("id", "UNK"))
        + (code("code", vers.secteur) if vers.secteur else nul("code", "UNK"))
        + adresse(vers.adresse)
        + (telecoms([vers.telecom]) if vers.telecom else "")
        + el("playingEntity", texte("name", vers.nom), classCode="ENT")
    )
    # The kit's example has the number of the place in a templateId too; readers made after it look there.
    marque = ii(OID_STRUCTURES, numero, "templateId") if numero else ""
    return el("participant", marque + el("participantRole", role, classCode="SDLOC"), typeCode="DST")
