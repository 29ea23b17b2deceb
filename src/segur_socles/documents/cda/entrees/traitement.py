"""FR-Traitement (E5): one medicine, its dose, its rate, how often."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from segur_socles.documents.cda.balises import code, el, instant, jour, modeles, nul, reference_texte
from segur_socles.documents.cda.entrees.absence import Absence
from segur_socles.documents.cda.entrees.produit import produit
from segur_socles.documents.cda.recit import Atelier, Ligne
from segur_socles.documents.cda.sections import ANS_ENTREE, CCD, PCC
from segur_socles.documents.contenu.communs import Quantite
from segur_socles.documents.contenu.traitement import Traitement
from segur_socles.nomenclatures.codes import Code

__all__ = ["absence_de_traitement", "prise", "suspect", "traitement"]

MEDICAMENT: Final = Code("DRUG", "2.16.840.1.113883.5.4", "Médicament")

_TRAITEMENT: Final = modeles((f"{CCD}.24", f"{PCC}.4.7", f"{PCC}.4.7.1", f"{ANS_ENTREE}.42"))


def traitement(fait: Traitement, ligne: Ligne, atelier: Atelier, *, donne: bool = False) -> str:
    """Write one medicine. The prescriber's words stay in the narrative; coded quantities only repeat them.

    ``donne`` tells a medicine that was given from one that is to be taken.
    """
    temps = el("effectiveTime", jour("low", fait.debut) + jour("high", fait.fin), xsi_type="IVL_TS")
    if fait.periode:
        temps += el("effectiveTime", _mesure("period", fait.periode), operator="A", xsi_type="PIVL_TS")
    quantites = (
        (code("routeCode", fait.voie) if fait.voie else "")
        + (_intervalle("doseQuantity", fait.dose) if fait.dose else "")
        + (_intervalle("rateQuantity", fait.debit) if fait.debit else "")
    )
    boite = produit(fait.medicament, fait.cis, ligne.cellule("medicament"))
    if fait.si_besoin:
        # A period alone would be read as takes that are due.
        boite += el("precondition", el("criterion", reference_texte(ligne.cellule("posologie"))), typeCode="PRCN")
    humeur = "EVN" if donne else "INT"
    return _administration(code("code", MEDICAMENT), ligne.ancre, temps + quantites, boite, atelier, humeur)


def prise(le: datetime, ancre: str, atelier: Atelier, fait: Traitement | None = None) -> str:
    """Write one intake, of a medicine or of the whole usual treatment; nobody said how much was taken then.

    An intake has no length: the CI-SIS wants an end after the beginning, or none.
    """
    temps = el("effectiveTime", instant("low", le) + nul("high", "NA"), xsi_type="IVL_TS")
    boite = produit(fait.medicament, fait.cis, ancre) if fait else produit(None, None, ancre, sans_produit="UNK")
    return _administration(code("code", MEDICAMENT), ancre, temps, boite, atelier, "EVN")


def suspect(medicament: str, cis: str | None, ancre: str, atelier: Atelier) -> str:
    """Write a medicine suspected of an effect; nobody said when or how much was taken."""
    temps = el("effectiveTime", nul("low", "UNK") + nul("high", "UNK"), xsi_type="IVL_TS") + nul("routeCode", "UNK")
    return _administration(code("code", MEDICAMENT), ancre, temps, produit(medicament, cis, ancre), atelier, "EVN")


def absence_de_traitement(dit: Absence, atelier: Atelier, *, donne: bool = False) -> str:
    """Write that no medicine is known, or that nothing is recorded; ``donne`` as for :func:`traitement`."""
    temps = el("effectiveTime", nul("low", "NA") + nul("high", "NA"), xsi_type="IVL_TS")
    return _administration(
        dit.valeur("code"), dit.ancre, temps, produit(None, None, dit.ancre), atelier, "EVN" if donne else "INT"
    )


def _administration(nature: str, ancre: str, suite: str, boite: str, atelier: Atelier, humeur: str = "INT") -> str:
    corps = (
        _TRAITEMENT
        + atelier.id()
        + nature
        + reference_texte(ancre)
        + '<statusCode code="completed"></statusCode>'
        + suite
        + boite
    )
    return el("substanceAdministration", corps, classCode="SBADM", moodCode=humeur)


def _mesure(nom: str, quantite: Quantite) -> str:
    return el(nom, unit=quantite.unite.value, value=format(quantite.valeur, "f"))


def _intervalle(nom: str, quantite: Quantite) -> str:
    # The CI-SIS wants both bounds; a fixed quantity has them equal.
    return el(nom, _mesure("low", quantite) + _mesure("high", quantite))
