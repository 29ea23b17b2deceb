"""What an empty clinical list says: none is known (who says so, when), or nobody filled it in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from segur_socles.documents.cda.balises import code, el, nul, reference
from segur_socles.documents.renseigne import AucunConnu, NonRenseigne
from segur_socles.nomenclatures.codes import Code, nomenclature

__all__ = ["Absence", "Famille", "absence"]


@dataclass(frozen=True, slots=True)
class Famille:
    """How one list says it is empty, in French and (when HL7 has one) by an "absent or unknown" code."""

    aucun: str
    sujet: str
    table: str | None = None
    code: str = ""


PATHOLOGIES: Final = Famille(
    "Aucune pathologie en cours connue", "Pathologies", "JDV_AbsentOrUnknownProblem", "no-known-problems"
)
ANTECEDENTS: Final = Famille("Aucun antécédent connu", "Antécédents", "JDV_AbsentOrUnknownProblem", "no-known-problems")
ALLERGIES: Final = Famille("Aucune allergie connue", "Allergies", "JDV_AbsentOrUnknownAllergy", "no-known-allergies")
TRAITEMENTS: Final = Famille(
    "Aucun traitement au long cours connu", "Traitements", "JDV_AbsentOrUnknownMedication", "no-known-medications"
)
VACCINATIONS: Final = Famille(
    "Aucune vaccination connue", "Vaccinations", "JDV_AbsentOrUnknownImmunization", "no-known-immunizations"
)
TRAITEMENTS_ADMISSION: Final = Famille(
    "Aucun traitement à l'admission connu", "Traitements à l'admission", TRAITEMENTS.table, TRAITEMENTS.code
)
TRAITEMENTS_SORTIE: Final = Famille(
    "Aucun traitement à la sortie connu", "Traitements à la sortie", TRAITEMENTS.table, TRAITEMENTS.code
)
TRAITEMENTS_ARRETES: Final = Famille(
    "Aucun traitement arrêté connu", "Traitements arrêtés durant le séjour", TRAITEMENTS.table, TRAITEMENTS.code
)
ACTES: Final = Famille(
    "Aucun antécédent chirurgical connu",
    "Antécédents chirurgicaux",
    "JDV_AbsentOrUnknownProcedure",
    "no-known-procedures",
)
DISPOSITIFS: Final = Famille(
    "Aucun dispositif médical connu", "Dispositifs médicaux", "JDV_AbsentOrUnknownDevices", "no-known-devices"
)
SUITES: Final = Famille("Aucune suite à donner connue", "Suites à donner", ACTES.table, ACTES.code)
DIRECTIVES: Final = Famille("Aucune directive anticipée connue", "Directives anticipées")
DIAGNOSTICS: Final = Famille(
    "Aucun diagnostic de sortie connu", "Diagnostics de sortie", "JDV_AbsentOrUnknownProblem", "no-known-problems"
)
DOULEURS: Final = Famille("Aucune douleur connue", "Douleurs récentes")
OBJETS: Final = Famille("Aucune prothèse ni aucun objet personnel connu", "Prothèses et objets personnels")
TRAITEMENTS_EN_COURS: Final = Famille(
    "Aucun traitement en cours connu", "Traitements en cours", "JDV_AbsentOrUnknownMedication", "no-known-medications"
)


@dataclass(frozen=True, slots=True)
class Absence:
    """One sentence of the narrative under ``ancre``; ``declaree`` tells "none" from "not filled in"."""

    ancre: str
    phrase: str
    declaree: bool
    code: Code | None

    def valeur(self, nom: str, xsi_type: str | None = None) -> str:
        """Write the coded form: the HL7 "no known" code, or nullFlavor NI; the latter is never a negation."""
        origine = el("originalText", reference(self.ancre))
        if self.code is None:
            return nul(nom, "NI", origine, xsi_type=xsi_type)
        return code(nom, self.code, origine, xsi_type=xsi_type)


def absence(etat: AucunConnu | NonRenseigne, famille: Famille, ancre: str) -> Absence:
    """Say in French, and in code, what the empty list of ``famille`` means."""
    if isinstance(etat, NonRenseigne):
        return Absence(
            ancre, f"{famille.sujet} : non renseigné, information non recueillie.", declaree=False, code=None
        )
    connu = nomenclature(famille.table).code(famille.code) if famille.table else None
    phrase = f"{famille.aucun}, selon {etat.declarant}, le {etat.date:%d/%m/%Y}."
    return Absence(ancre, phrase, declaree=True, code=connu)
