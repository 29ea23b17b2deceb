"""The PDF that a document is, when its body is one: given back as it came."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from segur_socles.documents.cda.lecture import lire_racine
from segur_socles.documents.document import DocumentCda
from segur_socles.documents.rendu.lecture import PDF, corps_non_xml
from segur_socles.documents.rendu.modele import Media
from segur_socles.errors import Constat, DocumentInvalideError, Gravite

__all__ = ["PdfDOrigine", "pdf_d_origine"]

# PDF/A keeps its metadata in clear, under this very prefix: no PDF library is needed to see what is claimed.
_PARTIE: Final = re.compile(rb"<pdfaid:part>\s*([1-4])\s*<|\spdfaid:part\s*=\s*[\"']([1-4])[\"']")
_NIVEAU: Final = re.compile(rb"<pdfaid:conformance>\s*([A-Z])\s*<|\spdfaid:conformance\s*=\s*[\"']([A-Z])[\"']")


@dataclass(frozen=True, slots=True, repr=False)
class PdfDOrigine:
    """The PDF inside a document, to the byte, and the PDF/A that it claims to be: ``1B``, ``2U``, None for none.

    A claim is not a proof: only a PDF/A validator would tell.
    """

    octets: bytes
    pdf_a: str | None

    @property
    def constats(self) -> tuple[Constat, ...]:
        """A warning if it does not claim to be the PDF/A-1 that the CI-SIS wants; nothing that forbids reading it."""
        if self.pdf_a and self.pdf_a.startswith("1"):
            return ()
        dit = f"se dit PDF/A-{self.pdf_a}" if self.pdf_a else "ne porte pas la marque PDF/A"
        remede = "le lire tel quel ; pour l'archiver ou le transmettre, en demander un PDF/A-1 à son émetteur"
        regle = "CI-SIS, document non structuré : PDF/A-1"
        return (Constat("component/nonXMLBody/text", f"le PDF {dit}", regle, remede, Gravite.AVERTISSEMENT),)


def pdf_d_origine(document: bytes | DocumentCda) -> PdfDOrigine | None:
    """Give back, untouched, the PDF that is the body of a CDA R2 (level 1); None for a body of another kind.

    Raises :class:`DocumentInvalideError`: not a readable CDA, or a body that is not the PDF it says.
    """
    corps = corps_non_xml(lire_racine(document.octets if isinstance(document, DocumentCda) else document))
    if not isinstance(corps, Media) or corps.type != PDF:
        return None
    if corps.octets is None:
        message = "Le corps de ce document n'est pas le PDF qu'il annonce."
        raise DocumentInvalideError(message, remede="redemander le document à son émetteur")
    partie, niveau = _PARTIE.search(corps.octets), _NIVEAU.search(corps.octets)
    dit = (partie[1] or partie[2]) + ((niveau[1] or niveau[2]) if niveau else b"") if partie else None
    return PdfDOrigine(corps.octets, dit.decode("ascii") if dit else None)
