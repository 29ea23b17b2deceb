"""Simple observations, vital signs, advance directives: a question, and the answer that was given."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from lxml import etree

from segur_socles.documents.contenu.communs import Reponse
from segur_socles.documents.lecture.elements import (
    Affirmation,
    Contexte,
    ElementLu,
    affirmation,
    communs,
    contredit,
)
from segur_socles.documents.lecture.noeuds import attribut, enfant, enfants, type_de, vrai
from segur_socles.documents.lecture.valeurs import CodeLu, QuantiteLue, ValeurLue, lire_code, lire_valeur

__all__ = [
    "DirectiveLu",
    "ObservationLu",
    "SigneVitalLu",
    "dedans",
    "lire_directive",
    "lire_observation",
    "lire_signe_vital",
    "mesure",
    "reponse_de",
]

_GENERALE: Final = "42348-3"


class ObservationLu(ElementLu):
    """An observation: ``code`` is what was looked at, ``valeur`` what was found, ``absence`` why nothing was.

    ``reponse`` is yes, no, or None when the entry gives no such answer. A « no » is ``Affirmation.NIE``.
    """

    valeur: ValeurLue | None = None
    reponse: Reponse = None
    absence: str | None = None
    site: CodeLu | None = None
    methode: CodeLu | None = None
    interpretations: tuple[CodeLu, ...] = ()

    @property
    def nom(self) -> str | None:
        """What was looked at: the label of the code, else the words of the narrative."""
        return (self.code.nom if self.code else None) or self.texte


class SigneVitalLu(ObservationLu):
    """A vital sign: a number and its unit."""

    @property
    def quantite(self) -> QuantiteLue | None:
        """The number, None when the sign was not measured (see ``absence``) or is not a number."""
        return self.valeur if isinstance(self.valeur, QuantiteLue) else None


class DirectiveLu(ObservationLu):
    """An advance directive. ``choix``: accepted, refused, or None for not known.

    Under the general code (42348-3) it only says whether directives exist; ``documents`` are the identifiers or
    addresses of the texts it points at. A text joined to it is a ``PieceLue`` of its own.
    """

    documents: tuple[str, ...] = ()

    @property
    def choix(self) -> Reponse:
        """Accepted, refused, or None for not known."""
        return self.reponse

    @property
    def generale(self) -> bool:
        """Whether this only tells that directives exist."""
        return self.code is not None and self.code.code == _GENERALE


def mesure(noeud: etree._Element, contexte: Contexte) -> dict[str, Any]:
    """Read the fields of :class:`ObservationLu`."""
    renvois = contexte.renvois
    valeur = enfant(noeud, "value")
    champs = communs(noeud, contexte)
    lue, reponse = lire_valeur(valeur, renvois), reponse_de(noeud)
    interpretations = (lire_code(i, renvois) for i in enfants(noeud, "interpretationCode"))
    codes = (champs["code"], lue if isinstance(lue, CodeLu) else None)
    dit = affirmation(noeud, codes, champs["texte"] or contexte.phrase)
    if dit is Affirmation.AFFIRME and reponse is False:
        dit = Affirmation.NIE
    elif dit is Affirmation.AFFIRME and reponse is None and valeur is not None and type_de(valeur) == "BL":
        dit = Affirmation.NON_RENSEIGNE
    return {
        **champs,
        "affirmation": dit,
        "contredit": contredit(champs["ligne"], reponse),
        "valeur": lue,
        "reponse": reponse,
        "absence": attribut(valeur, "nullFlavor"),
        "site": lire_code(enfant(noeud, "targetSiteCode"), renvois),
        "methode": lire_code(enfant(noeud, "methodCode"), renvois),
        "interpretations": tuple(i for i in interpretations if i),
    }


def reponse_de(noeud: etree._Element) -> Reponse:
    """Read the yes or no of an observation; a denied yes is a no, a denied no is no answer."""
    lu = lire_booleen(enfant(noeud, "value"))
    if not vrai(noeud, "negationInd"):
        return lu
    return False if lu else None


def lire_booleen(valeur: etree._Element | None) -> Reponse:
    """Read a BL value, announced or not."""
    ecrit = attribut(valeur, "value")
    if valeur is None or type_de(valeur) not in ("", "BL") or ecrit not in ("true", "false"):
        return None
    return ecrit == "true"


def lire_observation(noeud: etree._Element, contexte: Contexte) -> Iterator[ElementLu]:
    """Read a simple observation, then what it is made of."""
    yield ObservationLu(**mesure(noeud, contexte))
    yield from dedans(noeud, contexte)


def lire_signe_vital(noeud: etree._Element, contexte: Contexte) -> Iterator[ElementLu]:
    """Read a vital sign."""
    yield SigneVitalLu(**mesure(noeud, contexte))


def lire_directive(noeud: etree._Element, contexte: Contexte) -> Iterator[ElementLu]:
    """Read an advance directive, then the text joined to it if any."""
    externes = [e for r in enfants(noeud, "reference") for e in enfants(r, "externalDocument")]
    yield DirectiveLu(
        **mesure(noeud, contexte),
        documents=tuple(dict.fromkeys(d for e in externes for d in _designations(e))),
    )
    yield from dedans(noeud, contexte)


def dedans(noeud: etree._Element, contexte: Contexte) -> Iterator[ElementLu]:
    """Read the components of a statement; what only qualifies it (severity, comment…) is not one."""
    yield from contexte.lire_dedans(noeud, "", "COMP")


def _designations(externe: etree._Element) -> Iterator[str]:
    for identifiant in enfants(externe, "id"):
        parts = (attribut(identifiant, "root"), attribut(identifiant, "extension"))
        if designation := "^".join(filter(None, parts)):
            yield designation
    if adresse := attribut(enfant(externe, "text", "reference"), "value"):
        yield adresse
