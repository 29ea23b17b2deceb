"""A document ready to be sent: its bytes, the header they say, and where its canonical form begins."""

from __future__ import annotations

from dataclasses import dataclass

from segur_socles.documents.entete import Entete

__all__ = ["DocumentCda"]


@dataclass(frozen=True, slots=True, repr=False)
class DocumentCda:
    """A CDA R2 document as it will be sent, to the byte.

    ``modele`` is the root of its templateId. When ``canonique``, the bytes after the first ``declaration``
    ones are their own Canonical XML 1.0 form: a digest of that form needs no second parse.
    """

    octets: bytes
    entete: Entete
    modele: str
    canonique: bool
    declaration: int = 0

    @property
    def unique_id(self) -> str:
        """OID of the document: the XDS ``uniqueId``."""
        return self.entete.id

    @property
    def forme_canonique(self) -> memoryview:
        """The canonical bytes, not copied. Meaningful only when ``canonique``."""
        return memoryview(self.octets)[self.declaration :]

    def __repr__(self) -> str:
        return f"DocumentCda(unique_id={self.unique_id!r}, taille={len(self.octets)})"
