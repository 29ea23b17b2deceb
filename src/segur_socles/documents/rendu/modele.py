"""What a rendered document holds, before any page or PDF: plain texts in a small tree, nothing of XML left."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, Flag, auto
from itertools import compress
from typing import Final

from segur_socles.personnes.datamatrix.symbole import Modules

__all__ = [
    "ALLERGIES",
    "INCONNU",
    "Bloc",
    "Cellule",
    "EtatSection",
    "Fragment",
    "InsMontree",
    "Intervenant",
    "Liste",
    "Media",
    "Page",
    "Paragraphe",
    "Patient",
    "Rangee",
    "Section",
    "Style",
    "Tableau",
    "sans_colonne_vide",
]

ALLERGIES: Final = "48765-2"
"""LOINC code of the section of allergies."""

INCONNU: Final = re.compile(r"non renseignée?s?\.?", re.IGNORECASE)
"""A cell that says nothing is known: it must not look like an answer."""


class Style(Flag):
    """How a run of text is told apart; the names are those of CDA's ``styleCode`` and its inline elements."""

    AUCUN = 0
    GRAS = auto()
    ITALIQUE = auto()
    SOULIGNE = auto()
    BARRE = auto()
    EXPOSANT = auto()
    INDICE = auto()


@dataclass(frozen=True, slots=True, repr=False)
class Media:
    """A file inside the document. ``octets`` is None when it is only pointed at, or is not what it says."""

    type: str
    octets: bytes | None


# The parts of a narrative come by the thousand: not frozen, which would double what making them costs.


@dataclass(slots=True, repr=False)
class Fragment:
    """A run of text in one style; a line feed alone is a line break. ``lien`` is an address that was checked."""

    texte: str
    style: Style = Style.AUCUN
    lien: str | None = None
    media: Media | None = None


@dataclass(slots=True, repr=False)
class Paragraphe:
    """Text that flows; ``legende`` is the caption of what stands around it."""

    fragments: tuple[Fragment, ...]
    legende: bool = False

    @property
    def texte(self) -> str:
        """The text without its styles."""
        return "".join([f.texte for f in self.fragments])


@dataclass(frozen=True, slots=True, repr=False)
class Liste:
    """A list; each item holds blocks."""

    items: tuple[tuple[Bloc, ...], ...]
    ordonnee: bool = False


@dataclass(slots=True, repr=False)
class Cellule:
    """A cell: blocks, whether it heads a column or a row, and how far it extends."""

    blocs: tuple[Bloc, ...]
    entete: bool = False
    colonnes: int = 1
    rangees: int = 1

    @property
    def fragments(self) -> tuple[Fragment, ...]:
        """Every run of text in the cell, blocks apart from each other by line breaks."""
        return _a_plat(self.blocs)

    @property
    def texte(self) -> str:
        """The text of the cell."""
        fragments = self.fragments
        return fragments[0].texte if len(fragments) == 1 else "".join([f.texte for f in fragments])


@dataclass(slots=True, repr=False)
class Rangee:
    """A row; ``alerte`` when its author made the whole of it stand out."""

    cellules: tuple[Cellule, ...]
    alerte: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Tableau:
    """A table, its caption, its head rows and the others."""

    tete: tuple[Rangee, ...]
    corps: tuple[Rangee, ...]
    legende: str | None = None

    @property
    def colonnes(self) -> tuple[str, ...] | None:
        """Name of each column; None when the table has no single head, or cells that extend over several places."""
        rangees = self.tete + self.corps
        if len(self.tete) != 1 or len({len(r.cellules) for r in rangees}) > 1:
            return None
        if any(c.colonnes > 1 or c.rangees > 1 for r in rangees for c in r.cellules):
            return None
        return tuple(c.texte for c in self.tete[0].cellules)


Bloc = Paragraphe | Liste | Tableau


class EtatSection(Enum):
    """Which of the three states a section is in, or that its text and its codes disagree about it."""

    RENSEIGNE = "Renseigné"
    AUCUN = "Aucun connu"
    NON_RENSEIGNE = "Non renseigné"
    CONTRADICTOIRE = "Texte et données codées se contredisent"

    @property
    def signe(self) -> str:
        """A sign that goes before the words, to be told from afar and without colours; nothing for the plain state."""
        return _SIGNES[self]


_SIGNES: Final = {
    EtatSection.RENSEIGNE: "",
    EtatSection.AUCUN: "∅",
    EtatSection.NON_RENSEIGNE: "?",
    EtatSection.CONTRADICTOIRE: "⚠",
}


@dataclass(frozen=True, slots=True, repr=False)
class Section:
    """A section of the body, and those inside it."""

    titre: str
    code: str | None
    etat: EtatSection
    blocs: tuple[Bloc, ...]
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class InsMontree:
    """An INS to show: matricule in groups, nature, whether it is only for tests, datamatrix (None: not to be made)."""

    matricule: str
    nature: str
    essai: bool
    modules: Modules | None


@dataclass(frozen=True, slots=True, repr=False)
class Patient:
    """The person: how they are called, the traits as (label, value), and the INS when it may be shown.

    ``mention`` tells what is known of the identity, in French.
    """

    nom: str
    traits: tuple[tuple[str, str], ...]
    coordonnees: tuple[str, ...]
    ins: InsMontree | None
    mention: str


@dataclass(frozen=True, slots=True, repr=False)
class Intervenant:
    """Someone the header names: roles, name, and lines that tell how to reach them."""

    roles: tuple[str, ...]
    nom: str
    lignes: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Page:
    """A whole document, in reading order. ``informations`` are (label, value) pairs about the document itself."""

    titre: str
    sous_titre: str
    informations: tuple[tuple[str, str], ...]
    patient: Patient
    proches: tuple[Intervenant, ...]
    professionnels: tuple[Intervenant, ...]
    alertes: tuple[Section, ...]
    signalements: tuple[tuple[str, Tableau], ...]
    sections: tuple[Section, ...]
    corps: Media | str | None = None

    @property
    def dit_les_allergies(self) -> bool:
        """Whether a section is about allergies: that none is there is to be seen too."""
        return any(section.code == ALLERGIES for section in self.alertes)

    @property
    def signales(self) -> tuple[tuple[str | None, Tableau], ...]:
        """What stands out, under its section's title; None for a table that goes on under the title before it."""
        titres = [titre for titre, _ in self.signalements]
        neufs = [titre if titre != avant else None for titre, avant in zip(titres, [None, *titres], strict=False)]
        return tuple((titre, tableau) for titre, (_, tableau) in zip(neufs, self.signalements, strict=True))


def sans_colonne_vide(tableau: Tableau) -> Tableau:
    """Leave out the columns that no body row fills: some rows taken from a long table rarely need them all."""
    if tableau.colonnes is None:
        return tableau
    pleines = [any(r.cellules[i].blocs for r in tableau.corps) for i in range(len(tableau.colonnes))]

    def reduire(rangees: tuple[Rangee, ...]) -> tuple[Rangee, ...]:
        return tuple(Rangee(tuple(compress(r.cellules, pleines)), r.alerte) for r in rangees)

    return Tableau(reduire(tableau.tete), reduire(tableau.corps), tableau.legende)


_SAUT: Final = Fragment("\n")


def _a_plat(blocs: tuple[Bloc, ...]) -> tuple[Fragment, ...]:
    if len(blocs) == 1 and isinstance(blocs[0], Paragraphe):
        return blocs[0].fragments
    suite: list[Fragment] = []
    for bloc in blocs:
        if suite:
            suite.append(_SAUT)
        if isinstance(bloc, Paragraphe):
            suite += bloc.fragments
        elif isinstance(bloc, Liste):
            for rang, item in enumerate(bloc.items, 1):
                puce = f"{rang}. " if bloc.ordonnee else "• "
                suite += (*((_SAUT,) if rang > 1 else ()), Fragment(puce), *_a_plat(item))
        else:
            suite += (Fragment(bloc.legende), _SAUT) if bloc.legende else ()
            for rang, rangee in enumerate(bloc.tete + bloc.corps):
                suite += (_SAUT,) if rang else ()
                for place, cellule in enumerate(rangee.cellules):
                    suite += (*((Fragment(" · "),) if place else ()), *cellule.fragments)
    return tuple(suite)
