"""What every item read from an entry has in common, and whether it is said, denied, or only said to be unknown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, ClassVar, Final, Protocol

from lxml import etree

from segur_socles._core.model import Valeur
from segur_socles.documents.contenu.communs import Reponse
from segur_socles.documents.lecture.noeuds import attribut, declarations, enfant, enfants, nom_de, vrai
from segur_socles.documents.lecture.renvois import CelluleLue, Renvois
from segur_socles.documents.lecture.valeurs import CodeLu, PeriodeLue, lire_code, lire_periode
from segur_socles.documents.rendu.etat import AUCUN, INCONNU, etat_dit
from segur_socles.documents.rendu.modele import EtatSection

__all__ = [
    "Affirmation",
    "Contexte",
    "ElementLu",
    "Lecteur",
    "affirmation",
    "avec_sujet",
    "communs",
    "contredit",
    "lies",
    "observation_liee",
    "sens_de_la_ligne",
]


class Affirmation(StrEnum):
    """What an entry says of its subject. Only the first may be shown as true of the person."""

    AFFIRME = "affirmé"
    NIE = "nié"
    AUCUN_CONNU = "aucun connu"
    NON_RENSEIGNE = "non renseigné"


class ElementLu(Valeur):
    """Something an entry says. Names, codes and times are as written; what is absent is None.

    ``rubrique`` is the LOINC code of the section; ``texte`` the words of the narrative that the entry points at and
    ``ligne`` the row they stand in; ``mode`` the HL7 mood as written (``EVN`` done, ``INT`` intended…); ``statut`` the
    state of the entry; ``sujet`` whom it is about when that is not the person (a parent…). ``contredit`` says that
    the row reads « oui » where the entry is coded « non », or the reverse: both are kept, neither is chosen.
    """

    affirmation: Affirmation = Affirmation.AFFIRME
    rubrique: str | None = None
    code: CodeLu | None = None
    texte: str | None = None
    ligne: tuple[CelluleLue, ...] = ()
    mode: str | None = None
    statut: str | None = None
    periode: PeriodeLue | None = None
    sujet: CodeLu | None = None
    commentaire: str | None = None
    contredit: bool = False

    _visible: ClassVar[tuple[str, ...]] = ("affirmation", "rubrique")

    @property
    def prevu(self) -> bool:
        """Whether this is asked for or planned, rather than done."""
        return self.mode not in (None, "EVN")

    @property
    def dit(self) -> str | None:
        """What the row says beside the words pointed at: the answer, when those are the question."""
        return " · ".join(c.texte for c in self.ligne if c.texte and not c.citee) or None


@dataclass(frozen=True, slots=True, repr=False)
class Contexte:
    """Where an entry stands: the narrative, its section, whom it is about, the state of the list it belongs to.

    ``phrase`` is the text of a section that is one sentence: what an entry that points at nothing means.
    ``lire`` reads what an entry holds; ``par_defaut`` reads the statements of this section that name no known template.
    """

    renvois: Renvois
    lire: Lecteur
    rubrique: str | None = None
    par_defaut: dict[str, Lecteur] | None = None
    sujet: CodeLu | None = None
    liste: str | None = None
    groupe: CodeLu | None = None
    echantillon: CodeLu | None = None
    phrase: str | None = None

    def dans_la_liste(self, statut: str | None) -> Contexte:
        """Give the same, inside a list in that state."""
        return replace(self, liste=statut)

    def lire_dedans(self, noeud: etree._Element, *liens: str) -> Iterator[ElementLu]:
        """Read the statements a statement holds; with ``liens``, only those held by a link of that type."""
        for lien, dedans in declarations(noeud):
            if not liens or lien in liens:
                yield from self.lire(dedans, self)


class Lecteur(Protocol):
    """What reads one statement."""

    def __call__(self, noeud: etree._Element, contexte: Contexte, /) -> Iterable[ElementLu]:
        """Read it, and what it holds."""
        ...


# --- said, denied, unknown -------------------------------------------------------------------------------

_AUCUN_SNOMED: Final = frozenset({"716186003", "409137002", "160244002"})
"""« No known allergy » and its kin (SNOMED CT; probable: not in the French value sets)."""
_SNOMED: Final = "2.16.840.1.113883.6.96"
_DIT_AUCUNE_ALLERGIE: Final = re.compile(
    r"aucune? (?:allergie|hypersensibilité|intolérance)"
    r"(?:\s*(?:/|,|et|ou)\s*(?:allergie|hypersensibilité|intolérance))*s?"
    r" (?:connue?|identifiée?|rapportée?|signalée?|déclarée?)s?(?: pendant le séjour| à ce jour)?\.?",
    re.IGNORECASE,
)
_PHRASES: Final = {
    EtatSection.AUCUN: Affirmation.AUCUN_CONNU,
    EtatSection.NON_RENSEIGNE: Affirmation.NON_RENSEIGNE,
}


def affirmation(noeud: etree._Element, codes: Iterable[CodeLu | None], texte: str | None) -> Affirmation:
    """Tell what an entry says, from its negation, its codes and, when no code names anything, its sentence.

    An entry that denies « none known » says nothing that can be used: it is « non renseigné ».
    """
    lus = [forme for c in codes if c for forme in (c, *c.traductions)]
    nie = vrai(noeud, "negationInd")
    if any(_dit_aucun(c) for c in lus):
        return Affirmation.NON_RENSEIGNE if nie else Affirmation.AUCUN_CONNU
    if noeud.get("nullFlavor") or any(INCONNU.fullmatch(c.code or "") for c in lus):
        return Affirmation.NON_RENSEIGNE
    if nie:
        return Affirmation.NIE
    nomme = any(c.code or c.libelle for c in lus)
    return Affirmation.AFFIRME if nomme else _dit_en_mots(texte, absent=any(c.absence for c in lus))


def _dit_en_mots(texte: str | None, *, absent: bool) -> Affirmation:
    phrase = " ".join((texte or "").split())
    if not phrase and absent:
        return Affirmation.NON_RENSEIGNE
    if _DIT_AUCUNE_ALLERGIE.fullmatch(phrase):
        return Affirmation.AUCUN_CONNU
    return _PHRASES.get(etat_dit(phrase), Affirmation.AFFIRME)


def _dit_aucun(code: CodeLu) -> bool:
    ecrit = code.code or ""
    return AUCUN.fullmatch(ecrit) is not None or (
        ecrit.startswith("no-known-") or (code.systeme == _SNOMED and ecrit in _AUCUN_SNOMED)
    )


_OUI_NON: Final = re.compile(r"(?:.*[\s,;:])?(oui|non|autorisée?|non autorisée?|refusée?|acceptée?)\.?", re.IGNORECASE)
_NEGATIFS: Final = ("non", "refus")


def sens_de_la_ligne(ligne: tuple[CelluleLue, ...]) -> Reponse:
    """Read the yes or no of a row: in the words pointed at, else in the others when they agree."""
    for cellules in ([c for c in ligne if c.citee], [c for c in ligne if not c.citee]):
        sens = {lu for c in cellules if (lu := _sens(c.texte)) is not None}
        if sens:
            return sens.pop() if len(sens) == 1 else None
    return None


def _sens(texte: str) -> Reponse:
    lu = _OUI_NON.fullmatch(" ".join(texte.split()))
    if lu is None:
        return None
    return not (lu[1].lower().startswith(_NEGATIFS) or "non autoris" in texte.lower())


def contredit(ligne: tuple[CelluleLue, ...], code: Reponse) -> bool:
    """Say whether the row reads yes where the entry is coded no, or the reverse."""
    dit = sens_de_la_ligne(ligne)
    return code is not None and dit is not None and dit is not code


# --- parts -----------------------------------------------------------------------------------------------

COMMENTAIRE: Final = "48767-8"


def communs(noeud: etree._Element, contexte: Contexte, code: CodeLu | None = None) -> dict[str, Any]:
    """Read the fields of :class:`ElementLu` but ``affirmation`` and ``contredit``; ``code`` if it was read before."""
    renvois = contexte.renvois
    lu = code or lire_code(enfant(noeud, "code"), renvois)
    sources = [enfant(noeud, "text"), enfant(noeud, "code", "originalText"), enfant(noeud, "value", "originalText")]
    textes = (renvois.texte(source) for source in sources)
    lignes = (renvois.ligne(source) for source in sources)
    return {
        "rubrique": contexte.rubrique,
        "code": lu,
        "texte": next(filter(None, textes), None),
        "ligne": next(filter(None, lignes), ()),
        "mode": attribut(noeud, "moodCode"),
        "statut": attribut(enfant(noeud, "statusCode"), "code"),
        "periode": lire_periode(enfant(noeud, "effectiveTime"), renvois),
        "sujet": _sujet(noeud, contexte),
        "commentaire": _commentaire(noeud, renvois),
    }


def _sujet(noeud: etree._Element, contexte: Contexte) -> CodeLu | None:
    """Whom a statement is about, when its ``subject`` (or that of what holds it) says someone else."""
    sujet = enfant(noeud, "subject")
    if sujet is None:
        return contexte.sujet
    return lire_code(enfant(sujet, "relatedSubject", "code"), contexte.renvois) or CodeLu(absence="NI")


def avec_sujet(noeud: etree._Element, contexte: Contexte) -> Contexte:
    """Give the context of what a statement or a section holds: its ``subject`` is theirs."""
    return contexte if enfant(noeud, "subject") is None else replace(contexte, sujet=_sujet(noeud, contexte))


def lies(noeud: etree._Element, *liens: str) -> Iterator[etree._Element]:
    """Give the statements that a statement holds by ``entryRelationship`` of those types (any, without)."""
    for lien in enfants(noeud, "entryRelationship"):
        if not liens or lien.get("typeCode") in liens:
            yield from (n for n in lien.iterchildren("*") if nom_de(n))


def observation_liee(noeud: etree._Element, code: str, contexte: Contexte) -> CodeLu | None:
    """Read the coded value of the observation of that code which completes a statement (severity, status…).

    Denied, it is not read: « not severe » must not become « severe ».
    """
    for dedans in lies(noeud):
        if attribut(enfant(dedans, "code"), "code") == code and not vrai(dedans, "negationInd"):
            lu = lire_code(enfant(dedans, "value"), contexte.renvois)
            return lu or CodeLu(texte=contexte.renvois.texte(enfant(dedans, "text")))
    return None


def _commentaire(noeud: etree._Element, renvois: Renvois) -> str | None:
    textes = (
        renvois.texte(enfant(dedans, "text"))
        for dedans in lies(noeud)
        if attribut(enfant(dedans, "code"), "code") == COMMENTAIRE
    )
    return "\n".join(filter(None, textes)) or None
