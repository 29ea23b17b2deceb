"""What a run of the demonstration tells afterwards: plain values, written as a page by :mod:`segur_socles.cli.rapport`.

They name a person and show a document: no value has a ``repr``, and whoever writes the page protects the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from segur_socles.sandbox.service import Verdict

__all__ = ["EtapeJouee", "Lieu", "Personnage", "Preuve", "Recit"]


class Lieu(StrEnum):
    """The places of the journey, in the order in which a document goes through them."""

    STRUCTURE = "structure"
    PSC = "psc"
    INSI = "insi"
    DMP = "dmp"
    ANNUAIRE = "annuaire"
    MSS = "mss"
    URGENCES = "urgences"


@dataclass(frozen=True, slots=True, repr=False)
class EtapeJouee:
    """One step that was played.

    - ``numero``: from 1; ``titre``: ``Alimentation du DMP``; ``lieu``: where the picture of the journey shows it;
    - ``service``: what answered, and how: ``DMP, TD2.1 en mode INDIRECTE``;
    - ``phrase``: what happened, in one sentence; ``details``: what deserves a line of its own;
    - ``verdicts``: every check that the sandbox made during the step, repeated ones included;
    - ``fichiers``: names of the files that the step left beside the page; ``duree_s``: seconds;
    - ``aboutie``: whether it came to what it was for; a door that is closed, or a stop, is no failure of a check.
    """

    numero: int
    titre: str
    lieu: Lieu
    service: str
    phrase: str
    duree_s: float
    details: tuple[str, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    fichiers: tuple[str, ...] = ()
    aboutie: bool = True

    @property
    def echecs(self) -> int:
        """How many checks failed."""
        return _echecs(self.verdicts)


@dataclass(frozen=True, slots=True, repr=False)
class Personnage:
    """Someone of the story: ``Médecin traitant``, ``Dr Alain FICTIF``, and what tells more (place, profession)."""

    role: str
    nom: str
    precision: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Preuve:
    """The document as it was found at one place: ``Lu dans le DMP par l'urgentiste``, its hash in hexadecimal."""

    lieu: str
    empreinte: str


@dataclass(frozen=True, slots=True, repr=False)
class Recit:
    """A whole run, in the order in which it is told. A run that stopped early has fewer steps: the page says which.

    - ``structure``, ``usager``: names as people read them; ``dossier``: which record, ``résidente d'exemple`` or a
      file name; ``joue_le``: instant, aware, shown in the time of Paris;
    - ``preuves``: the hash (SHA-256) of the one document at each place where it was read again;
    - ``avertissements``: sentences that the reader must know; ``fichiers``: files of the run as a whole;
    - ``page_dlu``: the readable document, a whole self-contained HTML page; empty when no document was written.
    """

    structure: str
    usager: str
    dossier: str
    joue_le: datetime
    etapes: tuple[EtapeJouee, ...]
    personnages: tuple[Personnage, ...] = ()
    preuves: tuple[Preuve, ...] = ()
    avertissements: tuple[str, ...] = ()
    fichiers: tuple[str, ...] = ()
    page_dlu: str = ""

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The checks of all the steps."""
        return tuple([verdict for etape in self.etapes for verdict in etape.verdicts])

    @property
    def echecs(self) -> int:
        """How many checks failed."""
        return _echecs(self.verdicts)

    @property
    def document_intact(self) -> bool:
        """Whether the document was read at two places or more, and was the same at each."""
        return len(self.preuves) > 1 and len({preuve.empreinte for preuve in self.preuves}) == 1


def _echecs(verdicts: tuple[Verdict, ...]) -> int:
    return sum(not verdict.ok for verdict in verdicts)
