"""What is asked of a PDF before it goes into a document: a whole file, readable by all, made to be kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from segur_socles.errors import Constat, Gravite

__all__ = ["TAILLE_MAX", "examiner_pdf"]

TAILLE_MAX: Final = 50 * 1024 * 1024
"""Bytes of a PDF at most: ours; mailboxes and registries have lower limits of their own."""

PDF_A: Final = "CI-SIS, corps non structuré en PDF/A-1"

_FIN: Final = 2048
_CHIFFRE: Final = re.compile(rb"/Encrypt\s*(?:<<|\d+\s+\d+\s+R)")
# ISO 19005-1 §6.7.11: the marker is in the XMP packet, which is never compressed (§6.7.2), under this very prefix.
_PARTIE: Final = re.compile(rb"pdfaid:part(?:>\s*|\s*=\s*[\"'])1\s*[<\"']")
_NIVEAU: Final = re.compile(rb"pdfaid:conformance(?:>\s*|\s*=\s*[\"'])[AB]\s*[<\"']")


def examiner_pdf(pdf: bytes) -> tuple[Constat, ...]:
    """Say what is wrong with a PDF: errors for a file nobody can read, a warning for one that is not PDF/A-1.

    Searches the bytes, without any PDF library: the marker of PDF/A-1 is looked for, which is what its author
    claims, and no proof of conformance. Source: ISO 32000-1 §7.5, ISO 19005-1 §6.1.3 and §6.7 (certain).
    """
    return tuple(_constats(pdf))


def _constats(pdf: bytes) -> Iterator[Constat]:
    if len(pdf) > TAILLE_MAX:
        message = f"le fichier dépasse {TAILLE_MAX // (1024 * 1024)} Mio"
        yield Constat("pdf", message, None, "réduire les images, ou scinder le document")
        return
    if not pdf.startswith(b"%PDF-"):
        yield Constat("pdf", "le fichier n'est pas un PDF", "ISO 32000-1 §7.5.2", "joindre un PDF")
        return
    if pdf.rfind(b"%%EOF", max(0, len(pdf) - _FIN)) < 0:
        yield Constat("pdf", "le PDF est tronqué", "ISO 32000-1 §7.5.5", "reprendre le fichier complet")
        return
    if _CHIFFRE.search(pdf):
        message = "le PDF est chiffré ou protégé par un mot de passe"
        yield Constat("pdf", message, "ISO 19005-1 §6.1.3", "l'enregistrer sans protection")
        return
    if not (_PARTIE.search(pdf) and _NIVEAU.search(pdf)):
        message = "le PDF ne se dit pas PDF/A-1"
        remede = "l'enregistrer en PDF/A-1b, ou l'admettre par décision explicite (admettre_non_pdfa)"
        yield Constat("pdf", message, PDF_A, remede, Gravite.AVERTISSEMENT)
