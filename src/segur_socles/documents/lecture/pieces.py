"""Files inside a document: annexes, the text of a directive, the body of an unstructured document. Bytes untouched."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lxml import etree

from segur_socles._core.model import Valeur
from segur_socles.documents.lecture.elements import Contexte, ElementLu, communs
from segur_socles.documents.lecture.noeuds import attribut, declarations, enfant, nom_de
from segur_socles.documents.lecture.valeurs import lire_code

__all__ = ["CorpsLu", "PieceLue", "fichier", "lire_corps", "lire_piece", "lire_pieces"]

_BASE64: Final = re.compile(r"[A-Za-z0-9+/\s]*={0,2}\s*", re.ASCII)
_SIGNATURES: Final[Mapping[bytes, str]] = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"II*\x00": "image/tiff",
    b"MM\x00*": "image/tiff",
    b"{\\rtf": "text/rtf",
}


class _Fichier(Valeur):
    type_media: str | None = None
    octets: bytes | None = None
    adresse: str | None = None
    compression: str | None = None
    absence: str | None = None

    _visible = ("type_media",)

    @property
    def type_constate(self) -> str | None:
        """What the bytes are, by how they begin; None when they tell nothing. It may contradict ``type_media``."""
        debut = (self.octets or b"")[:8]
        return next((genre for signature, genre in _SIGNATURES.items() if debut.startswith(signature)), None)


class CorpsLu(_Fichier):
    """The body of an unstructured document (N1): bytes exactly as sent, or words when it is plain text."""

    texte: str | None = None


class PieceLue(_Fichier, ElementLu):
    """A file joined to the document: ``code`` is what it is (``DLU_006``…), ``octets`` None when it is only pointed at.

    ``type_media`` is what the sender announced; ``compression`` (``GZ``, ``DF``) means bytes left compressed.
    ``nom_local`` is the ID the narrative shows it by.
    """

    nom_local: str | None = None

    _visible = ("type_media",)


def lire_pieces(noeud: etree._Element, contexte: Contexte) -> Iterator[ElementLu]:
    """Read an attached document: its files, each with the type that stands beside it."""
    dedans = [n for _, n in declarations(noeud)]
    types = [n for n in dedans if nom_de(n) == "observation"]
    champs = communs(types[0], contexte, lire_code(enfant(types[0], "value"), contexte.renvois)) if types else {}
    medias = [n for n in dedans if nom_de(n) == "observationMedia"]
    yield from (_piece(n, champs or communs(n, contexte)) for n in medias)
    if types and not medias:
        yield PieceLue(**champs)
    for autre in dedans:
        if nom_de(autre) not in ("observation", "observationMedia"):
            yield from contexte.lire(autre, contexte)


def lire_piece(noeud: etree._Element, contexte: Contexte) -> Iterator[ElementLu]:
    """Read a file that stands alone."""
    yield _piece(noeud, communs(noeud, contexte))


def _piece(noeud: etree._Element, champs: Mapping[str, Any]) -> PieceLue:
    return PieceLue(**champs, **fichier(enfant(noeud, "value")), nom_local=attribut(noeud, "ID"))


def lire_corps(texte: etree._Element) -> CorpsLu:
    """Read ``nonXMLBody/text``. Without media type it is plain text (CDA R2 default)."""
    champs = fichier(texte)
    genre = champs["type_media"] = champs["type_media"] or "text/plain"
    if texte.get("representation") == "B64":
        octets = champs["octets"] or b""
        return CorpsLu(**champs, texte=_decode(octets) if genre == "text/plain" else None)
    ecrit = "".join(map(str, texte.itertext()))
    return CorpsLu(**champs, texte=ecrit if ecrit.strip() else None)


def fichier(valeur: etree._Element | None) -> dict[str, Any]:
    """Read an ED that holds or points at a file. What is not base64 gives no bytes, never wrong ones."""
    if valeur is None:
        return {}
    octets = None
    ecrit = (valeur.text or "") if valeur.get("representation") == "B64" else ""
    if ecrit.strip() and _BASE64.fullmatch(ecrit):
        try:
            octets = b64decode(ecrit)
        except ValueError:
            octets = None
    return {
        "type_media": (valeur.get("mediaType") or "").strip().lower() or None,
        "octets": octets,
        "adresse": attribut(enfant(valeur, "reference"), "value"),
        "compression": attribut(valeur, "compression"),
        "absence": attribut(valeur, "nullFlavor"),
    }


def _decode(octets: bytes) -> str | None:
    try:
        return octets.decode() or None
    except UnicodeDecodeError:
        return None
