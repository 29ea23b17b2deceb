"""FR-Allergie-ou-hypersensibilite, its concern, its reactions (E3 and E4)."""

from __future__ import annotations

from typing import Final

from segur_socles.documents.cda.balises import code, el, jour, modeles, nul, reference, reference_texte
from segur_socles.documents.cda.entrees.absence import Absence
from segur_socles.documents.cda.entrees.probleme import concern
from segur_socles.documents.cda.recit import Atelier, Ligne
from segur_socles.documents.cda.sections import ANS_ENTREE, CCD, PCC, SNOMED
from segur_socles.documents.contenu.clinique import Allergie, Reaction
from segur_socles.nomenclatures.codes import Code

__all__ = ["absence_d_allergie", "allergie"]

PROPENSION: Final = Code("420134006", SNOMED, "propension aux effets indésirables")
SYMPTOME: Final = Code("418799008", SNOMED, "symptôme rapporté par le patient ou le répondant")
SEVERITE: Final = Code("SEV", "2.16.840.1.113883.5.4", "Sévérité")

_ALLERGIES: Final = (f"{PCC}.4.5.3", f"{ANS_ENTREE}.40")
_ALLERGIE: Final = modeles((f"{CCD}.18", f"{CCD}.28", f"{PCC}.4.5", f"{PCC}.4.6", f"{ANS_ENTREE}.41"))
_REACTION: Final = modeles((f"{CCD}.28", f"{CCD}.54", f"{PCC}.4.5", f"{ANS_ENTREE}.37"))
_SEVERITE: Final = modeles((f"{CCD}.55", f"{PCC}.4.1", f"{ANS_ENTREE}.29"))


def allergie(fait: Allergie, ligne: Ligne, atelier: Atelier) -> str:
    """Write one allergy: its agent as participant, its reactions with their severity."""
    agent = el("originalText", reference(ligne.cellule("agent")))
    produit = el("playingEntity", el("code", agent, nullFlavor="NI") + nul("name", "NA"), classCode="MMAT")
    suite = el("participant", el("participantRole", produit, classCode="MANU"), typeCode="CSM")
    suite += "".join([_reaction(reaction, ligne, atelier) for reaction in fait.reactions])
    valeur = el("value", agent, xsi_type="CD")
    return _allergie(fait.type, ligne.ancre, jour("low", fait.debut), valeur, atelier, suite)


def absence_d_allergie(dit: Absence, atelier: Atelier) -> str:
    """Write that no allergy is known, or that nothing is recorded."""
    return _allergie(PROPENSION, dit.ancre, nul("low", "UNK"), dit.valeur("value", "CD"), atelier)


def _allergie(nature: Code, ancre: str, debut: str, valeur: str, atelier: Atelier, suite: str = "") -> str:
    corps = (
        _ALLERGIE
        + atelier.id()
        + code("code", nature)
        + reference_texte(ancre)
        + '<statusCode code="completed"></statusCode>'
        + el("effectiveTime", debut)
        + valeur
        + suite
    )
    return concern(_ALLERGIES, el("observation", corps, classCode="OBS", moodCode="EVN"), atelier, debut)


def _reaction(reaction: Reaction, ligne: Ligne, atelier: Atelier) -> str:
    origine = el("originalText", reference(ligne.cellule("reactions")))
    corps = (
        _REACTION
        + atelier.id()
        + code("code", SYMPTOME)
        + reference_texte(ligne.cellule("reactions"))
        + '<statusCode code="completed"></statusCode>'
        + el("effectiveTime", nul("low", "UNK"))
        + el("value", origine, xsi_type="CD")
    )
    if reaction.severite:
        gravite = (
            _SEVERITE
            + code("code", SEVERITE)
            + reference_texte(ligne.cellule("reactions"))
            + '<statusCode code="completed"></statusCode>'
            + code("value", reaction.severite, xsi_type="CD")
        )
        observation = el("observation", gravite, classCode="OBS", moodCode="EVN")
        corps += el("entryRelationship", observation, inversionInd="true", typeCode="SUBJ")
    observation = el("observation", corps, classCode="OBS", moodCode="EVN")
    return el("entryRelationship", observation, inversionInd="false", typeCode="MFST")
