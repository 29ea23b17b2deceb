"""Strict identity traits, and the differences between two sets of them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BeforeValidator, StringConstraints, model_validator

from segur_socles._core.model import Booleen, NonVide, RegleError, Valeur

__all__ = ["Difference", "Sexe", "Trait", "TraitsIdentite", "comparer", "egaux", "normaliser"]

TAILLE = 100
"""Longest name or first-name list (guide d'implémentation de l'INS; probable)."""


class Sexe(StrEnum):
    """Sex as INSi knows it."""

    MASCULIN = "M"
    FEMININ = "F"


class Trait(StrEnum):
    """The strict traits, named as in the RNIV."""

    NOM_NAISSANCE = "nom_naissance"
    PRENOMS = "prenoms"
    SEXE = "sexe"
    DATE_NAISSANCE = "date_naissance"
    LIEU_NAISSANCE = "lieu_naissance"


LIBELLES: dict[Trait, str] = {
    Trait.NOM_NAISSANCE: "nom de naissance",
    Trait.PRENOMS: "prénoms de naissance",
    Trait.SEXE: "sexe",
    Trait.DATE_NAISSANCE: "date de naissance",
    Trait.LIEU_NAISSANCE: "lieu de naissance",
}

_LIGATURES = str.maketrans(
    {"Æ": "AE", "Œ": "OE", "ẞ": "SS", "Ø": "O", "Đ": "D", "Ł": "L", "Þ": "TH", "’": "'", "\u02bc": "'"}
)

# SEL-MP-043 §3.4.1 (probable): first character, doubled or adjacent separators, last character.
_NOM = re.compile(r"'?[A-Z]+(?:(?:--?|[' ])[A-Z]+)*['-]?", re.ASCII)
_PRENOM = re.compile(r"'?[A-Z]+(?:[-' ][A-Z]+)*", re.ASCII)


def normaliser(texte: object) -> object:
    """Write a name as INSi wants it: upper case, no diacritic, no ligature, straight apostrophe, no blank at the ends.

    Digits and other characters without an equivalent are kept, to be refused by the lexical rule rather
    than silently dropped.
    """
    if not isinstance(texte, str):
        return texte
    upper = texte.strip().upper()
    if upper.isascii():
        return upper
    upper = upper.translate(_LIGATURES)
    decomposed = unicodedata.normalize("NFD", upper)
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c)))


def _lexique(pattern: re.Pattern[str], texte: str) -> str:
    if not pattern.fullmatch(texte):
        message = "caractère ou enchaînement non admis dans un trait d'identité"
        remede = "n'utiliser que des lettres, l'apostrophe, le tiret et l'espace simple ; ni chiffre ni symbole"
        raise RegleError(message, regle="SEL-MP-043 §3.4.1", remede=remede)
    return texte


def _nom(texte: object) -> object:
    return _lexique(_NOM, texte) if isinstance(texte := normaliser(texte), str) and texte else texte


def _prenom(texte: object) -> object:
    return _lexique(_PRENOM, texte) if isinstance(texte := normaliser(texte), str) and texte else texte


def _iso(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


# Constraints stand next to ``str``: after a validator, pydantic would check them in Python and speak of a list.
Nom = Annotated[str, StringConstraints(min_length=1, max_length=TAILLE), BeforeValidator(_nom)]
Prenom = Annotated[str, StringConstraints(min_length=1, max_length=TAILLE), BeforeValidator(_prenom)]


class TraitsIdentite(Valeur):
    """The strict traits of a person, normalised on the way in; never printed.

    - ``nom_naissance``, ``prenoms``: upper case without diacritics; ``prenoms`` in birth-certificate order,
      a compound first name being one item (``("JEAN CHRISTOPHE", "PAUL")``);
    - ``date_naissance``: ``YYYY-MM-DD`` (a :class:`datetime.date` is accepted). ``date_lunaire`` marks a
      date received from INSi that is not a calendar date (month or day unknown) and is kept as it came;
    - ``lieu_naissance``: 5-character COG code, ``99xxx`` abroad, optional for a search.

    Source: RNIV; SEL-MP-043 §3.4.1 (lexical rules, probable).
    """

    nom_naissance: Nom
    prenoms: Annotated[tuple[Prenom, ...], NonVide]
    sexe: Sexe
    date_naissance: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), BeforeValidator(_iso)]
    lieu_naissance: Annotated[str, StringConstraints(pattern=r"^[0-9](?:[0-9]|A|B)[0-9]{3}$")] | None = None
    date_lunaire: Booleen = False

    @model_validator(mode="after")
    def _regles(self) -> Self:
        if len(self.liste_prenoms) > TAILLE:
            message = f"la liste des prénoms dépasse {TAILLE} caractères"
            raise RegleError(
                message, champ="prenoms", regle="RNIV", remede="conserver les premiers prénoms de l'acte de naissance"
            )
        if not self.date_lunaire:
            try:
                date.fromisoformat(self.date_naissance)
            except ValueError:
                message = "la date de naissance n'existe pas dans le calendrier"
                remede = "jour inconnu : 01 ; mois inconnu : 01 ; jour et mois inconnus : 31/12"
                raise RegleError(message, champ="date_naissance", regle="RNIV EXI PP 19", remede=remede) from None
        return self

    @property
    def liste_prenoms(self) -> str:
        """First names separated by single spaces, as INSi writes them."""
        return " ".join(self.prenoms)

    @property
    def premier_prenom(self) -> str:
        """First birth given name, which INSi does not send back: the software holds it."""
        return self.prenoms[0]

    @property
    def naissance_hl7(self) -> str:
        """Birth date as HL7 writes it: ``AAAAMMJJ``, or ``AAAAMM`` or ``AAAA`` when the rest is not in the calendar."""
        annee, mois, jour = self.date_naissance.split("-")
        for ecrit, essai in ((annee + mois + jour, jour), (annee + mois, "01")):
            try:
                date(int(annee), int(mois), int(essai))
            except ValueError:
                continue
            return ecrit
        return annee

    @property
    def par_trait(self) -> dict[Trait, str]:
        """Each trait as one text; ``""`` for a birth place that is not known."""
        return {
            Trait.NOM_NAISSANCE: self.nom_naissance,
            Trait.PRENOMS: self.liste_prenoms,
            Trait.SEXE: self.sexe.value,
            Trait.DATE_NAISSANCE: self.date_naissance,
            Trait.LIEU_NAISSANCE: self.lieu_naissance or "",
        }


class Difference(Valeur):
    """One trait that differs. The two values are there for the screen; ``repr`` does not show them."""

    trait: Trait
    local: str
    recu: str

    _visible = ("trait",)

    @property
    def libelle(self) -> str:
        """Name of the trait in French."""
        return LIBELLES[self.trait]


def comparer(local: TraitsIdentite, recu: TraitsIdentite) -> tuple[Difference, ...]:
    """Name each trait that differs between what is held here and what was received.

    Hyphens, apostrophes and spaces inside first names compare equal (EXI SI 29). A birth place that is
    not held here is not a difference: there is nothing to contradict.
    """
    ici, la = local.par_trait, recu.par_trait
    return tuple(
        Difference(trait=trait, local=ici[trait], recu=la[trait])
        for trait in Trait
        if not egaux(trait, ici[trait], la[trait]) and not (trait is Trait.LIEU_NAISSANCE and not ici[trait])
    )


def egaux(trait: Trait, a: str, b: str) -> bool:
    """Whether two texts of one trait are equal, but for the separators inside names (EXI SI 29)."""
    return _comparable(trait, a) == _comparable(trait, b)


def _comparable(trait: Trait, texte: str) -> str:
    return re.sub(r"[-' ]+", " ", texte) if trait in (Trait.PRENOMS, Trait.NOM_NAISSANCE) else texte
