"""Reading IMAP commands off the wire: lines, literals, and what they are made of (RFC 3501 4 and 9)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final, NoReturn, TypeAlias

__all__ = [
    "LIMITE_LIGNE",
    "Argument",
    "Commande",
    "DialogueRompuError",
    "RefusImapError",
    "lire_commande",
    "lire_ligne",
]

LIMITE_LIGNE: Final = 64 * 1024
_LITTERAL: Final = 8 * 1024
_PROFONDEUR: Final = 4

_ANNONCE: Final = re.compile(rb"\{(\d{1,10})\}$")
_ETIQUETTE: Final = re.compile(r"[^\x00-\x20(){%*\"\\+\x7f-\xff]{1,64}")
_CITATION: Final = re.compile(rb'"((?:[^"\\\r\n]|\\["\\])*)"')
# An atom, or the name of a part of a message: BODY.PEEK[HEADER.FIELDS (Subject)]<0.100>.
_ATOME: Final = re.compile(rb"[^\x00-\x20(){\"\[\]\x7f]+(?:\[[^\]\r\n]*\](?:<\d{1,10}(?:\.\d{1,10})?>)?)?")

Argument: TypeAlias = "str | bytes | list[Argument]"
"""An atom or a quoted string, a literal, a list in parentheses."""


class DialogueRompuError(Exception):
    """The peer left, or sent what no server can go on after."""


class RefusImapError(Exception):
    """A command is refused: ``NO`` or ``BAD``, and a text that quotes nothing received.

    ``etiquette`` is the tag to answer with, when what was read does not make a command.
    """

    def __init__(self, statut: str, texte: str) -> None:
        super().__init__(statut, texte)
        self.statut = statut
        self.texte = texte
        self.etiquette = "*"


@dataclass(frozen=True, slots=True)
class Commande:
    """A command: its tag, its name in upper case (``UID FETCH``), its arguments."""

    etiquette: str
    nom: str
    arguments: list[Argument] = field(repr=False)

    @property
    def premier(self) -> Argument | None:
        """First argument, if any."""
        return self.arguments[0] if self.arguments else None

    @property
    def deuxieme(self) -> Argument | None:
        """Second argument, if any."""
        return self.arguments[1] if len(self.arguments) > 1 else None


async def lire_commande(
    lecteur: asyncio.StreamReader, inviter: Callable[[], Awaitable[None]], *, depot: int
) -> Commande:
    """Read a command, asking for its literals with ``inviter``; that of ``APPEND`` may have ``depot`` bytes.

    Raises :class:`DialogueRompuError` or :class:`RefusImapError`.
    """
    morceaux: list[bytes | bytearray] = []
    try:
        while True:
            ligne = await lire_ligne(lecteur)
            annonce = _ANNONCE.search(ligne)
            if annonce is None:
                morceaux.append(ligne)
                return _commande(_arguments(morceaux))
            morceaux.append(ligne[: annonce.start()])
            taille = int(annonce[1])
            if taille > (depot if _est_un_depot(morceaux[0]) else _LITTERAL):
                _refuser("Literal too large")
            await inviter()
            morceaux.append(bytearray(await lecteur.readexactly(taille)))
    except asyncio.IncompleteReadError:
        raise DialogueRompuError from None
    except RefusImapError as refus:
        debut = bytes(morceaux[0]).split(b" ", 1)[0].decode("latin-1")
        refus.etiquette = debut if _ETIQUETTE.fullmatch(debut) else "*"
        raise


async def lire_ligne(lecteur: asyncio.StreamReader) -> bytes:
    """Read a line, without its end. Raises :class:`DialogueRompuError`."""
    try:
        ligne = await lecteur.readuntil(b"\n")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
        raise DialogueRompuError from None
    return ligne.removesuffix(b"\n").removesuffix(b"\r")


def _est_un_depot(debut: bytes | bytearray) -> bool:
    mots = bytes(debut).upper().split(b" ", 2)
    return len(mots) > 1 and mots[1] == b"APPEND"


def _commande(lus: list[Argument]) -> Commande:
    mots = iter(lus)
    etiquette, nom = next(mots, None), next(mots, None)
    if not isinstance(etiquette, str) or not _ETIQUETTE.fullmatch(etiquette) or not isinstance(nom, str):
        _refuser("Malformed command")
    nom = nom.upper()
    if nom == "UID":
        suite = next(mots, None)
        nom = f"UID {suite.upper()}" if isinstance(suite, str) else nom
    return Commande(etiquette, nom, list(mots))


def _arguments(morceaux: list[bytes | bytearray]) -> list[Argument]:
    pile: list[list[Argument]] = [[]]
    for morceau in morceaux:
        if isinstance(morceau, bytearray):
            pile[-1].append(bytes(morceau))
        else:
            _decouper(morceau, pile)
    if len(pile) != 1:
        _refuser("Unbalanced parentheses")
    return pile[0]


def _decouper(morceau: bytes, pile: list[list[Argument]]) -> None:
    position = 0
    while position < len(morceau):
        signe = morceau[position : position + 1]
        position += 1
        if signe == b"(" and len(pile) <= _PROFONDEUR:
            liste: list[Argument] = []
            pile[-1].append(liste)
            pile.append(liste)
        elif signe == b")" and len(pile) > 1:
            pile.pop()
        elif (citation := _CITATION.match(morceau, position - 1)) is not None:
            pile[-1].append(re.sub(rb"\\(.)", rb"\1", citation[1]).decode("utf-8", "replace"))
            position = citation.end()
        elif (atome := _ATOME.match(morceau, position - 1)) is not None:
            pile[-1].append(atome[0].decode("latin-1"))
            position = atome.end()
        elif signe != b" ":
            _refuser("Malformed arguments")


def _refuser(texte: str) -> NoReturn:
    statut = "BAD"
    raise RefusImapError(statut, texte)
