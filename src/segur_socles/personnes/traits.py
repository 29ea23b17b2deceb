"""Strict identity traits, and the differences between two sets of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import BeforeValidator, Strict, model_validator

from segur_socles._core.model import Booleen, NonVide, RegleError, Valeur, invalide
from segur_socles.errors import Constat
from segur_socles.personnes.lexique import TAILLE, Nom, Prenom, normaliser
from segur_socles.personnes.naissance import LIEU_INCONNU, CodeLieu, NatureDate, NatureLieu, nature_lieu

__all__ = ["Difference", "Sexe", "Trait", "TraitsIdentite", "comparer", "egaux", "identiques", "normaliser"]


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


_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _iso(value: object) -> object:
    value = value.isoformat() if isinstance(value, date) else value
    if isinstance(value, str) and not _DATE.fullmatch(value):
        raise RegleError("date de naissance illisible", regle="AAAA-MM-JJ", remede="écrire la date AAAA-MM-JJ")
    return value


class TraitsIdentite(Valeur):
    """The strict traits of a person, normalised on the way in; never printed.

    - ``nom_naissance``, ``prenoms``: upper case without diacritics; ``prenoms`` in birth-certificate order,
      a compound first name being one item (``("JEAN CHRISTOPHE", "PAUL")``);
    - ``date_naissance``: ``YYYY-MM-DD`` (a :class:`datetime.date` is accepted). ``date_lunaire`` marks a
      date received from INSi that is not a calendar date (month or day unknown) and is kept as it came;
      ``nature_date`` tells a date completed by rule, or fictive (:func:`~.naissance.interpreter_date`);
    - ``lieu_naissance``: 5-character COG code, ``99xxx`` abroad, ``99999`` unknown, optional for a search.

    Source: RNIV; lexical rules in :mod:`~.lexique`.
    """

    nom_naissance: Nom
    prenoms: Annotated[tuple[Prenom, ...], NonVide]
    sexe: Sexe
    date_naissance: Annotated[str, Strict(), BeforeValidator(_iso)]
    lieu_naissance: CodeLieu | None = None
    date_lunaire: Booleen = False
    nature_date: NatureDate = NatureDate.EXACTE

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

    def avec_premier_prenom(self, premier: str) -> TraitsIdentite:
        """Say where the first birth given name ends: ``JEAN CHRISTOPHE`` in ``JEAN CHRISTOPHE PIERRE``.

        INSi separates first names by spaces, so that only a person knows a compound one. The list itself does not
        change. ``premier`` must be its beginning, hyphens and apostrophes counting as spaces (RNIV EXI ID 10), and
        end where a name of the list ends. Raises ``ChampInvalideError`` otherwise.
        """
        mots = self.liste_prenoms.split(" ")
        voulu = _comparable(Trait.PRENOMS, str(normaliser(premier)))
        for fin in range(1, len(mots) + 1):
            if _comparable(Trait.PRENOMS, " ".join(mots[:fin])) == voulu:
                return self.model_copy(update={"prenoms": (" ".join(mots[:fin]), *mots[fin:])})
        message = "le premier prénom n'est pas le début de la liste des prénoms de naissance"
        remede = "le recopier de la pièce d'identité, dans l'ordre de l'acte de naissance"
        raise invalide("TraitsIdentite", (Constat("premier_prenom", message, "RNIV EXI ID 10", remede),))

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

    @property
    def explication(self) -> str:
        """What differs and how, in French and without the values: ``prénoms de naissance : dans un autre ordre``."""
        raisons = (raison for vrai, raison in _ECARTS[self.trait] if vrai(self.local, self.recu))
        return f"{self.libelle} : {next(raisons, 'valeur différente')}"


def comparer(local: TraitsIdentite, recu: TraitsIdentite) -> tuple[Difference, ...]:
    """Name each trait that differs between what is held here and what was received.

    Hyphens, apostrophes and spaces inside first names compare equal (EXI SI 29); in a birth name, they do not. A
    birth place that is not held here, or held as unknown, is not a difference: there is nothing to contradict.
    """
    ici, la = local.par_trait, recu.par_trait
    return tuple(
        Difference(trait=trait, local=ici[trait], recu=la[trait])
        for trait in Trait
        if not identiques(trait, ici[trait], la[trait])
        and not (trait is Trait.LIEU_NAISSANCE and ici[trait] in ("", LIEU_INCONNU))
    )


def identiques(trait: Trait, a: str, b: str) -> bool:
    """Whether two texts of one trait are the same one, but for the separators inside first names (EXI SI 29)."""
    return a == b or (trait is Trait.PRENOMS and egaux(trait, a, b))


def egaux(trait: Trait, a: str, b: str) -> bool:
    """Whether two texts of one trait agree, whoever wrote them: separators inside any name do not count."""
    return _comparable(trait, a) == _comparable(trait, b)


def _comparable(trait: Trait, texte: str) -> str:
    return re.sub(r"[-' ]+", " ", texte) if trait in (Trait.PRENOMS, Trait.NOM_NAISSANCE) else texte


def _mots(texte: str) -> list[str]:
    return re.split(r"[-' ]+", texte.strip("-' "))


def _prolonge(a: Sequence[str], b: Sequence[str]) -> bool:
    return len(a) < len(b) and tuple(b[: len(a)]) == tuple(a)


def _jour_et_mois_inverses(local: str, recu: str) -> bool:
    annee, mois, jour = local.split("-")
    return recu == f"{annee}-{jour}-{mois}"


def _seul(rang: int) -> Callable[[str, str], bool]:
    def differe(local: str, recu: str) -> bool:
        return [n for n, (a, b) in enumerate(zip(local.split("-"), recu.split("-"), strict=True)) if a != b] == [rang]

    return differe


def _nature(*natures: NatureLieu) -> Callable[[str, str], bool]:
    return lambda local, recu: (nature_lieu(local), nature_lieu(recu)) == natures


_ECARTS: Final[dict[Trait, tuple[tuple[Callable[[str, str], bool], str], ...]]] = {
    Trait.NOM_NAISSANCE: (
        (lambda local, recu: _mots(local) == _mots(recu), "tirets, apostrophes ou espaces différents"),
        (lambda local, recu: _prolonge(_mots(local), _mots(recu)), "le nom reçu est plus long"),
        (lambda local, recu: _prolonge(_mots(recu), _mots(local)), "le nom reçu est plus court"),
        (lambda local, recu: sorted(_mots(local)) == sorted(_mots(recu)), "dans un autre ordre"),
        (lambda local, recu: "".join(_mots(local)) == "".join(_mots(recu)), "en un ou plusieurs mots"),
    ),
    Trait.PRENOMS: (
        (lambda local, recu: _prolonge(_mots(local), _mots(recu)), "la liste reçue a d'autres prénoms à la suite"),
        (lambda local, recu: _prolonge(_mots(recu), _mots(local)), "la liste reçue s'arrête plus tôt"),
        (lambda local, recu: sorted(_mots(local)) == sorted(_mots(recu)), "dans un autre ordre"),
        (lambda local, recu: set(_mots(recu)) < set(_mots(local)), "un prénom saisi n'est pas reçu"),
        (lambda local, recu: _mots(local)[0] == _mots(recu)[0], "même premier prénom, suite différente"),
    ),
    Trait.SEXE: (),
    Trait.DATE_NAISSANCE: (
        (_jour_et_mois_inverses, "jour et mois inversés"),
        (_seul(0), "année différente"),
        (_seul(1), "mois différent"),
        (_seul(2), "jour différent"),
    ),
    Trait.LIEU_NAISSANCE: (
        (lambda _, recu: not recu, "absent de la réponse"),
        (lambda _, recu: recu == LIEU_INCONNU, "inconnu dans la réponse"),
        (_nature(NatureLieu.ETRANGER, NatureLieu.ETRANGER), "autre pays"),
        (
            lambda local, recu: NatureLieu.ETRANGER in (nature_lieu(local), nature_lieu(recu)),
            "en France ou à l'étranger",
        ),
        (lambda local, recu: nature_lieu(local) == nature_lieu(recu), "autre commune"),
        (lambda _local, _recu: True, "outre-mer ou métropole"),
    ),
}
"""How a trait differs: the first of its lines that holds. Nothing here shows a value."""
