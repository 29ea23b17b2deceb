"""What a rendered document holds, before any page or PDF: plain texts in a small tree, nothing of XML left."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, Flag, auto
from typing import Final

__all__ = [
    "Bloc",
    "Cellule",
    "EtatSection",
    "Fragment",
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
]


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


@dataclass(frozen=True, slots=True, repr=False)
class Fragment:
    """A run of text in one style; a line feed alone is a line break. ``lien`` is an address that was checked."""

    texte: str
    style: Style = Style.AUCUN
    lien: str | None = None
    media: Media | None = None


@dataclass(frozen=True, slots=True, repr=False)
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


@dataclass(frozen=True, slots=True, repr=False)
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
        return "".join([f.texte for f in self.fragments])


@dataclass(frozen=True, slots=True, repr=False)
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


Bloc = Paragraphe | Liste | Tableau


class EtatSection(Enum):
    """Which of the three states a section is in, or that its text and its codes disagree about it."""

    RENSEIGNE = "Renseigné"
    AUCUN = "Aucun connu"
    NON_RENSEIGNE = "Non renseigné"
    CONTRADICTOIRE = "Texte et données codées se contredisent"


@dataclass(frozen=True, slots=True, repr=False)
class Section:
    """A section of the body, and those inside it."""

    titre: str
    code: str | None
    etat: EtatSection
    blocs: tuple[Bloc, ...]
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Patient:
    """The person: how they are called, the traits as (label, value), and the INS when it may be shown."""

    nom: str
    traits: tuple[tuple[str, str], ...]
    coordonnees: tuple[str, ...]
    matricule: str | None
    nature: str
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


_SAUT: Final = Fragment("\n")


def _a_plat(blocs: tuple[Bloc, ...]) -> tuple[Fragment, ...]:
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
            for rang, rangee in enumerate(bloc.tete + bloc.corps):
                suite += (_SAUT,) if rang else ()
                for place, cellule in enumerate(rangee.cellules):
                    suite += (*((Fragment(" · "),) if place else ()), *cellule.fragments)
    return tuple(suite)
