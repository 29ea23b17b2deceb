"""From an HTTP request to a SOAP message and its parts. Large documents are hashed as they come, and never copied."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Final

from segur_socles._core.mtom import MtomReader, PartHead, content_id_of, media_type_of
from segur_socles._core.soap import Requete, read_request
from segur_socles.errors import ReponseInvalideError
from segur_socles.sandbox.dmp.refus import CodeDmp, RefusError, exiger
from segur_socles.sandbox.service import LIMITE_CORPS, CorpsTropGrandError, RequeteSandbox

__all__ = ["Courrier", "Piece", "lire_mtom", "lire_simple"]

_SOAP: Final = "application/soap+xml"
_XOP: Final = "application/xop+xml"
_LIMITE_MESSAGE: Final = 4 * 1024 * 1024


class Piece:
    """One MIME part: a sink that keeps the bytes, their number and their SHA-1."""

    def __init__(self, head: PartHead) -> None:
        self.head = head
        self.taille = 0
        self._sha1 = hashlib.sha1(usedforsecurity=False)
        self._tampon = BytesIO()

    def write(self, chunk: bytes) -> None:
        """Take the next bytes."""
        self.taille += len(chunk)
        self._sha1.update(chunk)
        self._tampon.write(chunk)

    def content(self) -> bytes:
        """Return the bytes; BytesIO gives its own buffer, without a copy."""
        return self._tampon.getvalue()

    @property
    def sha1(self) -> str:
        """Digest in lower-case hexadecimal."""
        return self._sha1.hexdigest()


@dataclass(frozen=True, slots=True)
class Courrier:
    """A SOAP message and its parts by Content-ID, the root excluded."""

    message: Requete
    pieces: Mapping[str, Piece] = field(default_factory=dict[str, Piece], repr=False)

    def piece(self, href: str) -> Piece | None:
        """Return the part an ``xop:Include`` names (``cid:``, percent-encoded), or None."""
        try:
            return self.pieces.get(content_id_of(href))
        except ReponseInvalideError:
            return None


async def lire_simple(requete: RequeteSandbox) -> Courrier:
    """Read a message without attachment, 4 MiB at most."""
    octets = await requete.lire(_LIMITE_MESSAGE)
    media_type, parametres = media_type_of(requete.type_de_contenu)
    exiger(
        requete,
        "HTTP : Content-Type SOAP 1.2",
        media_type == _SOAP and parametres.get("charset", "UTF-8").upper() == "UTF-8",
        CodeDmp.MESSAGE,
        f"Content-Type : « {_SOAP}; charset=UTF-8 » attendu",
    )
    return Courrier(_soap(requete, octets))


async def lire_mtom(requete: RequeteSandbox) -> Courrier:
    """Read an MTOM message. The whole body is consumed even when refused, so that the sender hears the refusal."""
    try:
        return await _lire_mtom(requete)
    except RefusError:
        async for _ in requete.flux:
            pass
        raise


async def _lire_mtom(requete: RequeteSandbox) -> Courrier:
    media_type, parametres = media_type_of(requete.type_de_contenu)
    complet = (
        media_type == "multipart/related"
        and parametres.get("type", "").lower() == _XOP
        and parametres.get("start-info", "").lower() == _SOAP
        and {"boundary", "start"} <= parametres.keys()
    )
    exiger(
        requete,
        "MTOM : Content-Type multipart/related",
        complet,
        CodeDmp.MTOM,
        f'multipart/related attendu, avec boundary, type="{_XOP}", start et start-info="{_SOAP}"',
    )
    pieces: list[Piece] = []

    def nouvelle(head: PartHead) -> Piece:
        pieces.append(Piece(head))
        return pieces[-1]

    reader = MtomReader(boundary=parametres["boundary"], sink=nouvelle, what="La requête")
    taille = 0
    try:
        async for morceau in requete.flux:
            taille += len(morceau)
            if taille > LIMITE_CORPS:
                raise CorpsTropGrandError
            reader.write(morceau)
        racine = reader.close(requete.type_de_contenu).root
    except ReponseInvalideError as error:
        illisible = str(error)
    else:
        return _courrier(requete, racine, pieces, parametres["start"].strip("<>"))
    requete.verifier("MTOM : parties lisibles", ok=False, detail=illisible)
    raise RefusError(CodeDmp.MTOM, illisible)


def _courrier(requete: RequeteSandbox, racine: bytes, pieces: list[Piece], start: str) -> Courrier:
    # The reader refused two parts of one Content-ID, and a root that is absent.
    par_id = {piece.head.content_id: piece for piece in pieces if piece.head.content_id is not None}
    nommees = len(par_id) == len(pieces)
    exiger(requete, "MTOM : un Content-ID par partie", nommees, CodeDmp.MTOM, "une partie n'a pas de Content-ID")
    xop = par_id.pop(start).head.media_type == _XOP
    exiger(requete, "MTOM : partie principale en XOP", xop, CodeDmp.MTOM, f"partie principale : {_XOP} attendu")
    return Courrier(_soap(requete, racine), par_id)


def _soap(requete: RequeteSandbox, octets: bytes) -> Requete:
    try:
        message = read_request(octets)
    except ReponseInvalideError as error:
        illisible = str(error)
    else:
        requete.verifier("SOAP : enveloppe 1.2 lisible", ok=True)
        return message
    requete.verifier("SOAP : enveloppe 1.2 lisible", ok=False, detail=illisible)
    raise RefusError(CodeDmp.XML, illisible)
