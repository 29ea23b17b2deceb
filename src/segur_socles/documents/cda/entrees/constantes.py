"""FR-Liste-des-signes-vitaux and FR-Signe-vital (E6)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from segur_socles.documents.cda.balises import code, el, instant, modeles, nul, reference_texte
from segur_socles.documents.cda.recit import Atelier, Ligne
from segur_socles.documents.cda.sections import ANS_ENTREE, CCD, LOINC, PCC
from segur_socles.documents.contenu.constantes import Constante, ReleveConstantes
from segur_socles.nomenclatures.codes import Code

__all__ = ["absence_de_constante", "releve"]

SIGNES_VITAUX: Final = Code("85353-1", LOINC, "Signes vitaux")

_RELEVE: Final = modeles((f"{CCD}.32", f"{CCD}.35", f"{PCC}.4.13.1", f"{ANS_ENTREE}.49"))
_SIGNE: Final = modeles((f"{CCD}.31", f"{PCC}.4.13", f"{PCC}.4.13.2", f"{ANS_ENTREE}.50"))


def releve(fait: ReleveConstantes, lignes: Iterable[Ligne], atelier: Atelier) -> str:
    """Write one set of vital signs; ``lignes`` are the narrative rows of its measures, in their order."""
    quand = instant("effectiveTime", fait.le)
    signes = [
        _signe(constante.type, _valeur(constante), ligne.ancre, quand, atelier)
        for constante, ligne in zip(fait.constantes, lignes, strict=True)
    ]
    return _organisateur(quand, signes, atelier)


def absence_de_constante(nature: Code, ancre: str, atelier: Atelier) -> str:
    """Write that nothing was measured: ``nature`` is the sign that the reader would look for first."""
    quand = nul("effectiveTime", "NI")
    return _organisateur(quand, [_signe(nature, nul("value", "NI", xsi_type="PQ"), ancre, quand, atelier)], atelier)


def _organisateur(quand: str, signes: Iterable[str], atelier: Atelier) -> str:
    corps = (
        _RELEVE
        + atelier.id()
        + code("code", SIGNES_VITAUX)
        + '<statusCode code="completed"></statusCode>'
        + quand
        + "".join([el("component", signe, typeCode="COMP") for signe in signes])
    )
    return el("organizer", corps, classCode="CLUSTER", moodCode="EVN")


def _signe(nature: Code, valeur: str, ancre: str, quand: str, atelier: Atelier) -> str:
    corps = (
        _SIGNE
        + atelier.id()
        + code("code", nature)
        + reference_texte(ancre)
        + '<statusCode code="completed"></statusCode>'
        + quand
        + valeur
    )
    return el("observation", corps, classCode="OBS", moodCode="EVN")


def _valeur(constante: Constante) -> str:
    return el("value", xsi_type="PQ", unit=constante.mesure.ucum, value=format(constante.valeur, "f"))
