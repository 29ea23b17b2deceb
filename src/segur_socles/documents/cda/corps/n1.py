"""The body of a document without structure: a PDF in base64 (CI-SIS, corps non structuré; certain)."""

from __future__ import annotations

from base64 import b64encode

from segur_socles.documents.cda.balises import RACINE_FERMANTE, RACINE_OUVRANTE, el
from segur_socles.documents.cda.entete import ecrire_entete
from segur_socles.documents.cda.recit import Atelier
from segur_socles.documents.document import DocumentCda
from segur_socles.documents.modeles.pdf import DocumentPdf, NoteLiaison
from segur_socles.documents.rendu.note import composer

__all__ = ["ecrire_corps"]


def ecrire_corps(contenu: DocumentPdf | NoteLiaison, atelier: Atelier) -> tuple[bytes, ...]:
    """Write the body in parts, to be joined once: a long file is not copied on the way.

    Base64 without line breaks holds nothing to escape, and is its own canonical form.
    """
    pdf = contenu.pdf if isinstance(contenu, DocumentPdf) else _en_pdf(contenu, atelier)
    ouvrante = b'<component><nonXMLBody><text mediaType="application/pdf" representation="B64">'
    return ouvrante, b64encode(pdf), b"</text></nonXMLBody></component>"


def _en_pdf(note: NoteLiaison, atelier: Atelier) -> bytes:
    # The sheet says what the header says: it is read back from it, as for any other document.
    entete = atelier.entete
    vide = el("component", el("structuredBody"))
    en_tete = RACINE_OUVRANTE + ecrire_entete(entete, atelier.edition) + vide + RACINE_FERMANTE
    document = DocumentCda(en_tete.encode(), entete, atelier.edition.modele, canonique=True)
    return composer(note, document, entete.date_creation)
