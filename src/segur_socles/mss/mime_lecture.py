"""Opening a mail that anyone may have written: within bounds, without ever failing.

The standard library's parser does the work; this module bounds it, and turns what it cannot read into nothing.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from email.utils import getaddresses, parsedate_to_datetime
from typing import Final, TypeVar

__all__ = [
    "adresses",
    "boite",
    "champs_du_rapport",
    "contenu",
    "date",
    "entete",
    "feuilles",
    "groupes_du_rapport",
    "identifiant",
    "lignes_d_entete",
    "nom",
    "ouvrir",
    "parametre",
    "parties_jointes",
    "texte",
]

T = TypeVar("T")

TAILLE: Final = 64 * 1024 * 1024
_ENTETES: Final = 256 * 1024
_VALEUR: Final = 8 * 1024

# What makes the parser slow or deep is counted before it runs: levels (each boundary is tried on every line), parts,
# header lines, and the parameters of one header (read in quadratic time).
_NIVEAUX: Final = 40
_PARTIES: Final = 1000
_CHAMPS: Final = 5000
_PARAMETRES: Final = 4096
_PARAMETRE: Final = b"content-"
_SAUT: Final = re.compile(rb"\r\n|\r|\n")
_TRAIT: Final = re.compile(rb"[\r\n]--")
_CHAMP: Final = re.compile(rb"[!-9;-~]*+:")
_TETE: Final = re.compile(rb"From |[\t ]|[!-9;-~]*+:")
"""What the parser takes for a header line at the beginning of a message."""

_BLANCS: Final = re.compile("[\x00-\x20\x7f-\x9f\u2028\u2029]+")
_CONTROLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ID: Final = re.compile(r"<[!-;=?-~]{3,248}>")

# One mailbox, with or without a display name: nothing that two readers could take for two. Nothing is tried twice.
_COMMENTAIRES: Final = r"\s*+(?:\([^()\\]*+\)\s*+)*+"
_SEULE: Final = r'(?P<adresse>[^\s"()<>@,:;\\]++@[^\s"()<>@,:;\\]++)'
_NOMMEE: Final = re.compile(rf'(?:"(?:[^"\\]|\\.)*+"|\([^()\\]*+\)|[^"()<>@,:;\\])*+<{_SEULE}>{_COMMENTAIRES}')
_NUE: Final = re.compile(rf"{_COMMENTAIRES}{_SEULE}{_COMMENTAIRES}")


def ouvrir(octets: bytes) -> tuple[Message, str | None]:
    """Parse a message; past the bounds only its first headers are, and the second value says in French why."""
    demesure = _demesure(octets)
    if demesure:
        return BytesParser(policy=compat32).parsebytes(octets[:_ENTETES], headersonly=True), demesure
    return BytesParser(policy=compat32).parsebytes(octets), None


def entete(message: Message, nom_: str) -> str:
    """Read the first header of this name: unfolded, decoded, without control characters; ``""`` when absent."""
    clair = _brut(message, nom_)
    return _BLANCS.sub(" ", _prudemment(lambda: _decoder(clair), clair)).strip()


def adresses(message: Message, nom_: str) -> tuple[str, ...]:
    """Read the addresses of a header, without their display names.

    Encoded words are not decoded first: a name that decodes to ``<a@b>`` is no address.
    """
    brut = _brut(message, nom_)
    lues: list[tuple[str, str]] = _prudemment(lambda: getaddresses([brut]), [])
    return tuple(adresse for _, adresse in lues if "@" in adresse)


def boite(message: Message, nom_: str) -> str:
    """Read the one mailbox that a header names; ``""`` when it is absent, names several, or could be read two ways."""
    valeurs = [str(valeur) for nom, valeur in message.raw_items() if nom.lower() == nom_.lower()]
    if len(valeurs) != 1 or len(valeurs[0]) > _VALEUR:
        return ""
    brut = _brut(message, nom_)
    lue = _NOMMEE.fullmatch(brut) or _NUE.fullmatch(brut)
    return lue["adresse"] if lue else ""


def identifiant(valeur: str) -> str | None:
    """Find a Message-ID in a header."""
    trouve = _ID.search(valeur)
    return trouve[0] if trouve else None


def date(message: Message) -> datetime | None:
    """Read ``Date``; a zone that is not told is taken for UTC, as RFC 5322 says of ``-0000``."""
    brut = entete(message, "Date")
    lue = _prudemment(lambda: parsedate_to_datetime(brut), None)
    return lue.replace(tzinfo=UTC) if lue and lue.tzinfo is None else lue


def feuilles(message: Message) -> Iterator[Message]:
    """List the parts that hold something. A message inside the message is one of them: it is not entered."""
    if message.get_content_maintype() != "multipart":
        yield message
    elif message.is_multipart():
        for partie in message.get_payload():
            if isinstance(partie, Message):
                yield from feuilles(partie)


def nom(partie: Message) -> str:
    """Read the file name of a part, whichever way it is written; ``""`` when there is none."""
    return _BLANCS.sub(" ", _prudemment(lambda: _decoder(partie.get_filename("")), "")).strip()


def parametre(partie: Message, nom_: str) -> str:
    """Read a parameter of ``Content-Type``, in lower case; ``""`` when there is none."""
    return _prudemment(lambda: str(partie.get_param(nom_, "")).lower(), "")


def contenu(partie: Message) -> bytes:
    """Decode a part. A message inside the message comes as the parser wrote it again."""
    if partie.get_content_maintype() == "message":
        return _prudemment(lambda: b"".join(bloc.as_bytes() for bloc in _blocs(partie)), b"")
    decode: object = _prudemment(lambda: partie.get_payload(decode=True), None)
    return decode if isinstance(decode, bytes) else b""


def texte(partie: Message) -> str:
    """Decode a text part, in UTF-8 when its charset is unknown; LF line ends."""
    octets = contenu(partie)
    charset = _prudemment(lambda: str(partie.get_content_charset("utf-8")), "utf-8")
    lu = _prudemment(lambda: octets.decode(charset, "replace"), octets.decode("utf-8", "replace"))
    return _CONTROLE.sub("", lu.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode())


def champs_du_rapport(partie: Message) -> Message:
    """Give the fields of a ``message/…`` or ``text/rfc822-headers`` part, one header each.

    When a peer sent a ``message/…`` in base64, the parser finds no header and leaves the encoded text: it is
    decoded here.
    """
    bloc = next(_blocs(partie), None)
    if bloc is not None and bloc.keys():
        return bloc
    return BytesParser(policy=compat32).parsebytes(_decode(partie)[:_ENTETES], headersonly=True)


def groupes_du_rapport(partie: Message) -> tuple[Message, ...]:
    """Give the groups of fields of a ``message/delivery-status`` part: about the message, then about each mailbox."""
    groupes = [bloc for bloc in _blocs(partie) if bloc.keys()]
    if not groupes:
        relu = b"Content-Type: message/delivery-status\r\n\r\n" + _decode(partie)[:_ENTETES]
        groupes = [bloc for bloc in _blocs(ouvrir(relu)[0]) if bloc.keys()]
    return tuple(groupes)


def parties_jointes(partie: Message) -> tuple[Message, ...]:
    """List every part of a message inside the message, however deep. One out of bounds has none."""
    bloc = next(_blocs(partie), None)
    joint = bloc if bloc is not None and bloc.keys() else ouvrir(_decode(partie))[0]
    return tuple(joint.walk())


def _brut(message: Message, nom_: str) -> str:
    brut = next((str(v) for n, v in message.raw_items() if n.lower() == nom_.lower()), "")[:_VALEUR]
    return _BLANCS.sub(" ", brut.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))


def _decoder(valeur: str) -> str:
    return str(make_header(decode_header(valeur))).encode("utf-8", "replace").decode()


def _decode(partie: Message) -> bytes:
    """Decode a ``message/…`` part that its sender encoded, which the parser does not expect."""
    octets = contenu(partie)
    if partie.get_content_maintype() != "message":
        return octets
    return _prudemment(lambda: b64decode(octets), b"")


def _blocs(partie: Message) -> Iterator[Message]:
    if partie.is_multipart():
        yield from (bloc for bloc in partie.get_payload() if isinstance(bloc, Message))


def _demesure(octets: bytes) -> str | None:
    if len(octets) > TAILLE:
        return f"plus de {TAILLE // 1024 // 1024} Mio"
    bas = octets.lower()
    if bas.count(b"boundary") + bas.count(b"message/") > _NIVEAUX:
        return "trop de niveaux imbriqués"
    if bas.count(b"\n--") + bas.count(b"\r--") > _PARTIES:
        return "trop de parties"
    return "en-têtes démesurés" if _entetes_demesures(lignes_d_entete(octets)) else None


def lignes_d_entete(octets: bytes) -> Iterator[bytes]:
    """Give the lines that may be read as headers, each once, in the order of the bytes.

    They stand at the beginning, after what may be a boundary, and where a part begins as a message does. Bodies are
    leapt over, so that the work is proportional to the size whatever they hold.
    """
    place = 0
    while place < len(octets):
        saut = _SAUT.search(octets, place)
        fin, suite = saut.span() if saut else (len(octets), len(octets))
        if fin > place:
            yield octets[place:fin]
        elif not _TETE.match(octets, suite):
            trait = _TRAIT.search(octets, place)
            suite = trait.end() if trait else len(octets)
        place = suite


def _entetes_demesures(lignes: Iterable[bytes]) -> bool:
    champs = longueur = 0
    for ligne in lignes:
        if ligne[:1] in b" \t":
            longueur += len(ligne) if longueur else 0
        else:
            champs += _CHAMP.match(ligne) is not None
            longueur = len(ligne) if ligne[: len(_PARAMETRE)].lower() == _PARAMETRE else 0
        if champs > _CHAMPS or longueur > _PARAMETRES:
            return True
    return False


def _prudemment(lire: Callable[[], T], defaut: T) -> T:
    try:
        return lire()
    except Exception:  # noqa: BLE001 - on hostile mail the standard library raises what it likes
        return defaut
