"""Medicines: habitual, administered, prescribed, dispensed, with their dosing as coded and as people read it."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, Final

from lxml import etree

from segur_socles._core.model import Valeur
from segur_socles.documents.lecture.elements import Affirmation, Contexte, ElementLu, affirmation, communs, lies
from segur_socles.documents.lecture.noeuds import (
    attribut,
    enfant,
    enfants,
    extension,
    extensions,
    modeles_de,
    nom_de,
    type_de,
)
from segur_socles.documents.lecture.renvois import Renvois
from segur_socles.documents.lecture.valeurs import (
    CodeLu,
    IntervalleLu,
    PeriodeLue,
    QuantiteLue,
    lire_code,
    lire_intervalle,
    lire_periode,
    lire_quantite,
)

__all__ = [
    "ContexteTraitement",
    "PriseLue",
    "ProduitLu",
    "TraitementLu",
    "lire_delivrance",
    "lire_produit",
    "lire_traitement",
]

CIS: Final = "1.2.250.1.213.2.3.1"
CIP: Final = "1.2.250.1.213.2.3.2"
ATC: Final = "2.16.840.1.113883.6.73"


class ContexteTraitement(StrEnum):
    """Under what kind of heading a medicine stands."""

    HABITUEL = "traitement habituel"
    ADMISSION = "traitement à l'admission"
    ADMINISTRE = "traitement administré pendant le séjour"
    SORTIE = "traitement à la sortie"
    PRESCRIT = "prescription"
    DELIVRE = "délivrance"
    PREVU = "traitement prévu"
    AUTRE = "autre"


_CONTEXTES: Final = {
    "10160-0": ContexteTraitement.HABITUEL,
    "42346-7": ContexteTraitement.ADMISSION,
    "18610-6": ContexteTraitement.ADMINISTRE,
    "10183-2": ContexteTraitement.SORTIE,
    "57828-6": ContexteTraitement.PRESCRIT,
    "60590-7": ContexteTraitement.DELIVRE,
    "18776-5": ContexteTraitement.PREVU,
}
_MODES_D_ADMINISTRATION: Final = {
    "1.3.6.1.4.1.19376.1.5.3.1.4.7.1": "normal",
    "1.3.6.1.4.1.19376.1.5.3.1.4.8": "doses progressives",
    "1.3.6.1.4.1.19376.1.5.3.1.4.9": "doses fractionnées",
    "1.3.6.1.4.1.19376.1.5.3.1.4.10": "conditionnel",
    "1.3.6.1.4.1.19376.1.5.3.1.4.11": "combiné",
}
"""IHE PCC templates of a dosing (CI-SIS: exactly one)."""
_INSTRUCTION: Final = "PINSTRUCT"


class ProduitLu(Valeur):
    """A medicine or a vaccine as written: name, code with its translations, form, batch, active substances."""

    nom: str | None = None
    code: CodeLu | None = None
    classe: CodeLu | None = None
    forme: CodeLu | None = None
    lot: str | None = None
    substances: tuple[CodeLu, ...] = ()
    absence: str | None = None

    @property
    def cis(self) -> str | None:
        """CIS code."""
        return self._dans(CIS)

    @property
    def cip(self) -> str | None:
        """CIP code of the pack."""
        return self._dans(CIP)

    @property
    def atc(self) -> str | None:
        """ATC class."""
        return self._dans(ATC) or (self.classe.code if self.classe and self.classe.systeme == ATC else None)

    def _dans(self, systeme: str) -> str | None:
        trouve = self.code.dans(systeme) if self.code else None
        return trouve.code if trouve else None


class PriseLue(Valeur):
    """How much and how often: doses and rates as intervals, ``frequence`` the period between two takings.

    ``frequence`` one day means once a day. ``moment`` is the HL7 event code of a taking (``ACM`` before meals…);
    ``texte_frequence`` the words the frequency points at.
    """

    periode: PeriodeLue | None = None
    frequence: QuantiteLue | None = None
    texte_frequence: str | None = None
    moment: str | None = None
    dose: IntervalleLu | None = None
    debit: IntervalleLu | None = None
    texte: str | None = None


class TraitementLu(ElementLu):
    """A medicine. ``periode`` is that of the treatment; ``etapes`` its successive dosings, when there are several.

    ``posologie`` gives the words of the narrative: they decide when they differ from the coded dose.
    """

    produit: ProduitLu = ProduitLu()
    prise: PriseLue = PriseLue()
    etapes: tuple[PriseLue, ...] = ()
    mode_administration: str | None = None
    voie: CodeLu | None = None
    site: CodeLu | None = None
    dose_max: QuantiteLue | None = None
    dose_max_par: QuantiteLue | None = None
    renouvellements: str | None = None
    quantite: QuantiteLue | None = None
    motif: CodeLu | None = None
    instructions: str | None = None
    condition: str | None = None

    @property
    def nom(self) -> str | None:
        """Name of the medicine: as written, else the label of its code, else the words of the narrative."""
        return self.produit.nom or self.texte

    @property
    def contexte(self) -> ContexteTraitement:
        """Under what kind of heading it stands, by the code of its section."""
        return _CONTEXTES.get(self.rubrique or "", ContexteTraitement.AUTRE)

    @property
    def posologie(self) -> str | None:
        """The row of the narrative but the name, each cell under its head: « Dose : 1 cp · Voie : orale »."""
        cellules = [c for c in self.ligne if c.texte and not c.citee]
        return " · ".join(f"{c.colonne} : {c.texte}" if c.colonne else c.texte for c in cellules) or None


def lire_traitement(noeud: etree._Element, contexte: Contexte) -> Iterator[TraitementLu]:
    """Read one ``substanceAdministration``."""
    renvois = contexte.renvois
    champs = communs(noeud, contexte)
    produit = lire_produit(enfant(noeud, "consumable", "manufacturedProduct"), renvois)
    prise = _prise(noeud, renvois)
    champs["periode"] = prise.periode or champs["periode"]
    champs["ligne"] = champs["ligne"] or renvois.ligne(
        enfant(noeud, "consumable", "manufacturedProduct", "manufacturedMaterial", "code", "originalText")
    )
    etapes = [e for e in lies(noeud, "COMP") if nom_de(e) == "substanceAdministration"]
    maximum = enfant(noeud, "maxDoseQuantity")
    yield TraitementLu(
        **champs,
        affirmation=_affirmation(noeud, champs, produit, prise, contexte.phrase),
        produit=produit,
        prise=prise,
        etapes=tuple(_prise(e, renvois) for e in etapes),
        mode_administration=next((m for oid, m in _MODES_D_ADMINISTRATION.items() if oid in modeles_de(noeud)), None),
        voie=lire_code(enfant(noeud, "routeCode"), renvois),
        site=lire_code(enfant(noeud, "approachSiteCode"), renvois),
        dose_max=lire_quantite(enfant(maximum, "numerator"), renvois),
        dose_max_par=lire_quantite(enfant(maximum, "denominator"), renvois),
        renouvellements=attribut(enfant(noeud, "repeatNumber"), "value"),
        quantite=next(
            (lire_quantite(enfant(s, "quantity"), renvois) for s in lies(noeud) if nom_de(s) == "supply"), None
        ),
        motif=next((lire_code(enfant(r, "code"), renvois) for r in lies(noeud, "RSON")), None),
        instructions=next((renvois.texte(enfant(i, "text")) for i in lies(noeud) if _est_une_consigne(i)), None),
        condition=renvois.texte(enfant(noeud, "precondition", "criterion", "text")),
    )


def lire_delivrance(noeud: etree._Element, contexte: Contexte) -> Iterator[TraitementLu]:
    """Read a ``supply`` of medicine: what a pharmacy handed over."""
    renvois = contexte.renvois
    champs = communs(noeud, contexte)
    produit = lire_produit(enfant(noeud, "product", "manufacturedProduct"), renvois)
    yield TraitementLu(
        **champs,
        affirmation=_affirmation(noeud, champs, produit, PriseLue(), contexte.phrase),
        produit=produit,
        quantite=lire_quantite(enfant(noeud, "quantity"), renvois),
        renouvellements=attribut(enfant(noeud, "repeatNumber"), "value"),
    )


def lire_produit(noeud: etree._Element | None, renvois: Renvois) -> ProduitLu:
    """Read a ``manufacturedProduct``; a name with nullFlavor is None and keeps its reason."""
    matiere = enfant(noeud, "manufacturedMaterial")
    if matiere is None:
        return ProduitLu()
    code, nom = lire_code(enfant(matiere, "code"), renvois), enfant(matiere, "name")
    substances = (lire_code(extension(i, "ingredient", "code"), renvois) for i in extensions(matiere, "ingredient"))
    return ProduitLu(
        nom=renvois.texte(nom) or (code.nom if code else None) or _traduit(code),
        code=code,
        classe=lire_code(extension(matiere, "asSpecializedKind", "generalizedMedicineClass", "code"), renvois),
        forme=lire_code(extension(matiere, "formCode"), renvois),
        lot=renvois.texte(enfant(matiere, "lotNumberText")),
        substances=tuple(s for s in substances if s),
        absence=attribut(nom, "nullFlavor"),
    )


def _traduit(code: CodeLu | None) -> str | None:
    return next((t.nom for t in code.traductions if t.nom), None) if code else None


def _affirmation(
    noeud: etree._Element, champs: dict[str, Any], produit: ProduitLu, prise: PriseLue, phrase: str | None
) -> Affirmation:
    """Tell what is said of a medicine: one that nobody names, with no word, dose or date, states nothing."""
    nomme = CodeLu(libelle=produit.nom) if produit.nom and produit.nom != champs["texte"] else None
    codes = [c for c in (produit.code, nomme) if c and not c.absence]
    codes += [c for c in (champs["code"],) if _dit_une_absence(c)]
    dit = affirmation(noeud, codes, champs["texte"] or phrase)
    quand = champs["periode"]
    date = quand and (quand.debut or quand.moment or quand.fin)
    rien = not (produit.nom or champs["texte"] or prise.dose or date or enfant(noeud, "quantity") is not None)
    return Affirmation.NON_RENSEIGNE if dit is Affirmation.AFFIRME and rien else dit


def _dit_une_absence(code: CodeLu | None) -> bool:
    return code is not None and (code.code or "").startswith("no-")


def _est_une_consigne(noeud: etree._Element) -> bool:
    return attribut(enfant(noeud, "code"), "code") == _INSTRUCTION


# --- dosing ----------------------------------------------------------------------------------------------


def _prise(noeud: etree._Element, renvois: Renvois) -> PriseLue:
    temps = [suite for t in enfants(noeud, "effectiveTime") for suite in (*enfants(t, "comp"), t)]
    bornes = [t for t in temps if any(enfant(t, nom) is not None for nom in ("low", "high", "width"))]
    rythmes = [t for t in temps if enfant(t, "period") is not None]
    evenements = [e for t in temps if (e := attribut(enfant(t, "event"), "code"))]
    frequence = enfant(rythmes[0], "period") if rythmes else None
    simple = next((t for t in temps if type_de(t) in ("", "TS") and t.get("value")), None)
    return PriseLue(
        periode=lire_periode(bornes[0] if bornes else simple, renvois),
        frequence=lire_quantite(frequence, renvois),
        texte_frequence=renvois.texte(enfant(frequence, "translation", "originalText")),
        moment=" ".join(evenements) or None,
        dose=lire_intervalle(enfant(noeud, "doseQuantity"), renvois),
        debit=lire_intervalle(enfant(noeud, "rateQuantity"), renvois),
        texte=renvois.texte(enfant(noeud, "text")),
    )
