"""FR-Dispositif-medical (E15): a device in use, none known, nothing recorded."""

from __future__ import annotations

from typing import Final

from segur_socles.documents.cda.balises import code, el, jour, modeles, nul, reference, reference_texte
from segur_socles.documents.cda.entrees.absence import Absence
from segur_socles.documents.cda.recit import Atelier, Ligne
from segur_socles.documents.cda.sections import ANS_ENTREE, CCD
from segur_socles.documents.contenu.dispositif import DispositifMedical
from segur_socles.nomenclatures.codes import Code

__all__ = ["absence_de_dispositif", "dispositif"]

EMDN: Final = "1.2.250.1.213.2.68"

_DISPOSITIF: Final = modeles((f"{CCD}.34", f"{ANS_ENTREE}.20"))


def dispositif(fait: DispositifMedical, ligne: Ligne, atelier: Atelier) -> str:
    """Write one device; what is written on it stays in the narrative: nobody says which system issued it."""
    origine = el("originalText", reference(ligne.cellule("libelle")))
    nature = code("code", Code(fait.emdn, EMDN, fait.libelle), origine) if fait.emdn else nul("code", "NI", origine)
    return _fourniture(nature, ligne.ancre, jour("low", fait.depuis), atelier)


def absence_de_dispositif(dit: Absence, atelier: Atelier) -> str:
    """Write that no device is known, or that nothing is recorded."""
    return _fourniture(dit.valeur("code"), dit.ancre, nul("low", "NA"), atelier)


def _fourniture(nature: str, ancre: str, debut: str, atelier: Atelier) -> str:
    role = el("playingDevice", nature, classCode="DEV", determinerCode="INSTANCE")
    corps = (
        _DISPOSITIF
        + atelier.id()
        + reference_texte(ancre)
        + el("effectiveTime", debut, xsi_type="IVL_TS")
        + el("participant", el("participantRole", role, classCode="MANU"), typeCode="DEV")
    )
    return el("supply", corps, classCode="SPLY", moodCode="EVN")
