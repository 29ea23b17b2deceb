"""Reading an ``IHE_XDM.ZIP`` that somebody else wrote: verified to the byte, about one person, within bounds."""

from __future__ import annotations

from dataclasses import dataclass, field

from segur_socles.documents.cda.lecture import EnteteLu
from segur_socles.errors import Constat
from segur_socles.personnes.recue import IdentiteRecue

__all__ = ["ArchiveLue", "ArchiveRefusee", "DocumentRecu"]


@dataclass(frozen=True, slots=True)
class DocumentRecu:
    """A document of an archive: its bytes, whose size and SHA-1 were checked, and the header they say."""

    chemin: str
    octets: bytes = field(repr=False)
    entete: EnteteLu
    type_mime: str = "text/xml"


@dataclass(frozen=True, slots=True)
class ArchiveLue:
    """An archive that passed every check; ``constats`` are deviations that do no harm."""

    documents: tuple[DocumentRecu, ...]
    identite: IdentiteRecue
    constats: tuple[Constat, ...] = ()


@dataclass(frozen=True, slots=True)
class ArchiveRefusee:
    """An archive that must not be filed: every reason at once."""

    constats: tuple[Constat, ...]

    @property
    def explication(self) -> str:
        """Sentence for the screen."""
        motifs = " ; ".join(dict.fromkeys(constat.message for constat in self.constats))
        return f"L'archive jointe ne peut pas être intégrée : {motifs}."
