"""What is planned: FR-Acte as an intention (E9), FR-Demande-d-examen-ou-de-suivi, FR-Rencontre."""

from __future__ import annotations

from typing import Final

from segur_socles._core.xml import text
from segur_socles.documents.cda.balises import code, el, jour, modeles, nul, reference, reference_texte
from segur_socles.documents.cda.entrees.absence import Absence
from segur_socles.documents.cda.entrees.acte import CCAM
from segur_socles.documents.cda.recit import Atelier, Ligne
from segur_socles.documents.cda.sections import ANS_ENTREE, CCD, PCC, TA_ASIP
from segur_socles.documents.contenu.suites import NatureSuite, Suite
from segur_socles.nomenclatures.codes import Code

__all__ = ["absence_de_suite", "suite"]

PRIORITES: Final = "2.16.840.1.113883.5.7"
URGENT: Final = Code("UR", PRIORITES, "Urgent")
DATE_A_FIXER: Final = Code("CS", PRIORITES, "Recontacter pour fixer le rendez-vous")
DEMANDE: Final = Code("ORG-064", TA_ASIP, "Demande d'examen ou de suivi")

_ACTE_PREVU: Final = modeles((f"{CCD}.25", f"{PCC}.4.19", f"{ANS_ENTREE}.62"))
_DEMANDE: Final = modeles((f"{CCD}.25", f"{PCC}.1.20.3.1", f"{ANS_ENTREE}.27"))
_RENCONTRE: Final = modeles((f"{CCD}.25", f"{PCC}.4.14", f"{ANS_ENTREE}.58"))


def suite(prevue: Suite, ligne: Ligne, atelier: Atelier) -> str:
    """Write one thing to do, by the entry of its nature; a date not fixed yet is said not to be known."""
    return _ECRIVAINS[prevue.nature](prevue, ligne, atelier)


def absence_de_suite(dit: Absence, atelier: Atelier) -> str:
    """Write that nothing is planned, or that nothing is recorded."""
    corps = _commun(_ACTE_PREVU, dit.valeur("code"), dit.ancre, "completed", nul("effectiveTime", "NA"), atelier)
    return el("procedure", corps, classCode="PROC", moodCode="INT")


def _acte(prevue: Suite, ligne: Ligne, atelier: Atelier) -> str:
    corps = _prevue(_ACTE_PREVU, _nature(prevue, ligne), prevue, ligne, atelier)
    return el("procedure", corps, classCode="PROC", moodCode="INT")


def _demande(prevue: Suite, ligne: Ligne, atelier: Atelier) -> str:
    corps = _prevue(_DEMANDE, code("code", DEMANDE), prevue, ligne, atelier)
    return el("observation", corps + el("value", text(prevue.libelle), xsi_type="ST"), classCode="OBS", moodCode="INT")


def _rencontre(prevue: Suite, ligne: Ligne, atelier: Atelier) -> str:
    corps = _prevue(_RENCONTRE, _nature(prevue, ligne), prevue, ligne, atelier)
    if prevue.prevue_le is None and not prevue.urgente:
        corps += code("priorityCode", DATE_A_FIXER)
    return el("encounter", corps, classCode="ENC", moodCode="ARQ")


_ECRIVAINS: Final = {NatureSuite.ACTE: _acte, NatureSuite.EXAMEN: _demande, NatureSuite.RENDEZ_VOUS: _rencontre}


def _nature(prevue: Suite, ligne: Ligne) -> str:
    origine = el("originalText", reference(ligne.cellule("libelle")))
    return code("code", Code(prevue.ccam, CCAM, prevue.libelle), origine) if prevue.ccam else nul("code", "NI", origine)


def _prevue(gabarit: str, nature: str, prevue: Suite, ligne: Ligne, atelier: Atelier) -> str:
    priorite = code("priorityCode", URGENT) if prevue.urgente else ""
    quand = jour("effectiveTime", prevue.prevue_le) + priorite
    return _commun(gabarit, nature, ligne.ancre, "active", quand, atelier)


def _commun(gabarit: str, nature: str, ancre: str, statut: str, suite: str, atelier: Atelier) -> str:
    return gabarit + atelier.id() + nature + reference_texte(ancre) + el("statusCode", code=statut) + suite
