"""What the sandbox's DMP keeps: documents as received, registered all together or not at all."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from segur_socles._core.ids import Ids
from segur_socles.xds.ebrim_lecture import ObjetRim

__all__ = ["DocumentEnregistre", "Registre", "RemplacementError", "Statut"]


class Statut(StrEnum):
    """Availability status of a document (ebRIM)."""

    APPROUVE = "urn:oasis:names:tc:ebxml-regrep:StatusType:Approved"
    OBSOLETE = "urn:oasis:names:tc:ebxml-regrep:StatusType:Deprecated"


class RemplacementError(Exception):
    """The document to replace is not one of this person (``obsolete`` false), or was replaced already (true)."""

    def __init__(self, *, obsolete: bool) -> None:
        super().__init__(obsolete)
        self.obsolete = obsolete


@dataclass(frozen=True, slots=True)
class DocumentEnregistre:
    """One stored document: ``octets`` are the bytes of the MIME part, untouched; ``entry_uuid`` is ``urn:uuid:…``."""

    unique_id: str
    lot_id: str
    matricule: str = field(repr=False)
    structure: str
    metadonnees: ObjetRim = field(repr=False)
    octets: bytes = field(repr=False)
    entry_uuid: str = ""
    statut: Statut = Statut.APPROUVE

    @property
    def est_signature(self) -> bool:
        """Whether this is the signature of its submission set."""
        return self.metadonnees.est_signature


class Registre:
    """Documents by uniqueId, in memory. Threads may share an instance."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._lock = threading.Lock()
        self._documents: dict[str, DocumentEnregistre] = {}
        self._lots: set[str] = set()

    def enregistrer(
        self, lot_id: str, documents: Sequence[DocumentEnregistre], remplaces: Iterable[str] = ()
    ) -> tuple[str, ...]:
        """Register a submission set; give the uniqueIds known already, in which case nothing is registered.

        ``remplaces`` are the entryUUIDs of documents that become obsolete. Raises :class:`RemplacementError`,
        nothing being registered either.
        """
        with self._lock:
            connus = tuple(d.unique_id for d in documents if d.unique_id in self._documents)
            if lot_id in self._lots:
                connus = (lot_id, *connus)
            if connus:
                return connus
            obsoletes = [self._a_remplacer(uuid, documents[0].matricule) for uuid in remplaces]
            for ancien in obsoletes:
                self._documents[ancien.unique_id] = replace(ancien, statut=Statut.OBSOLETE)
            for document in documents:
                uuid = f"urn:uuid:{self._ids.uuid()}"
                self._documents[document.unique_id] = replace(document, entry_uuid=uuid)
            self._lots.add(lot_id)
        return ()

    def documents_de(self, matricule: str) -> tuple[DocumentEnregistre, ...]:
        """Return the documents of a person (15 characters), signatures excluded, in their order of arrival."""
        return tuple(d for d in self.tous(matricule) if not d.est_signature)

    def tous(self, matricule: str) -> tuple[DocumentEnregistre, ...]:
        """Return everything registered for a person, signatures included, in the order of arrival."""
        with self._lock:
            tous = tuple(self._documents.values())
        return tuple(d for d in tous if d.matricule == matricule)

    def chercher(
        self, matricule: str, *, unique_ids: Iterable[str] = (), uuids: Iterable[str] = ()
    ) -> tuple[DocumentEnregistre, ...]:
        """Return the documents of a person that bear one of these identifiers."""
        voulus, references = frozenset(unique_ids), frozenset(uuids)
        with self._lock:
            tous = tuple(self._documents.values())
        return tuple(
            d for d in tous if d.matricule == matricule and (d.unique_id in voulus or d.entry_uuid in references)
        )

    def __len__(self) -> int:
        """Count the documents, signatures excluded."""
        with self._lock:
            return sum(not d.est_signature for d in self._documents.values())

    def _a_remplacer(self, uuid: str, matricule: str) -> DocumentEnregistre:
        ancien = next((d for d in self._documents.values() if d.entry_uuid == uuid), None)
        if ancien is None or ancien.matricule != matricule:
            raise RemplacementError(obsolete=False)
        if ancien.statut is not Statut.APPROUVE:
            raise RemplacementError(obsolete=True)
        return ancien
