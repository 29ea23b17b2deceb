"""What is said of messages over IMAP: which ones a set or a search means, and the parts of one (RFC 3501 6.4, 7.4)."""

from __future__ import annotations

import email
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Final

from segur_socles.sandbox.mss.boites import MessageDepose
from segur_socles.sandbox.mss.imap_commandes import Argument, RefusImapError

__all__ = ["SUPPRIME", "VU", "drapeaux", "elements", "ensemble", "lire_element", "rechercher", "texte"]

VU: Final = "\\Seen"
SUPPRIME: Final = "\\Deleted"
_INTERVALLE: Final = re.compile(r"(\d{1,10}|\*)(?::(\d{1,10}|\*))?")
_PARTIE: Final = re.compile(
    r"BODY(?P<peek>\.PEEK)?\[(?P<section>HEADER(?:\.FIELDS(?:\.NOT)? \([^()\[\]]+\))?|TEXT|)\]"
    r"(?:<(?P<debut>\d+)\.(?P<longueur>\d+)>)?",
    re.IGNORECASE,
)
_MOIS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ALIAS: Final = {
    "FAST": ("FLAGS", "INTERNALDATE", "RFC822.SIZE"),
    "RFC822": ("BODY[]",),
    "RFC822.HEADER": ("BODY.PEEK[HEADER]",),
}


# --- arguments ---


def texte(argument: Argument | None) -> str:
    """Read a string. Raises :class:`RefusImapError`."""
    if isinstance(argument, bytes):
        return argument.decode("utf-8", "replace")
    if not isinstance(argument, str):
        raise RefusImapError("BAD", "String expected")
    return argument


def drapeaux(argument: Argument | None) -> set[str]:
    """Read flags, alone or in parentheses. Raises :class:`RefusImapError`."""
    lus = argument if isinstance(argument, list) else [argument]
    return {_nom_de_drapeau(texte(drapeau)) for drapeau in lus}


def _nom_de_drapeau(nom: str) -> str:
    # Only the names that begin with a backslash are the standard's, and of any case.
    return f"\\{nom[1:].capitalize()}" if nom.startswith("\\") else nom


def ensemble(argument: Argument | None, dernier: int) -> Callable[[int], bool]:
    """Read a set of numbers (``1:5,9:*``); ``*`` is ``dernier``. Raises :class:`RefusImapError`."""
    bornes: list[tuple[int, int]] = []
    for intervalle in texte(argument).split(","):
        lu = _INTERVALLE.fullmatch(intervalle)
        if lu is None:
            raise RefusImapError("BAD", "Malformed message set")
        a, b = (dernier if borne == "*" else int(borne) for borne in (lu[1], lu[2] or lu[1]))
        bornes.append((min(a, b), max(a, b)))
    return lambda numero: any(a <= numero <= b for a, b in bornes)


# --- searching ---

_SANS_ARGUMENT: Final[dict[str, Callable[[MessageDepose], bool]]] = {
    "ALL": lambda _: True,
    "SEEN": lambda m: VU in m.drapeaux,
    "UNSEEN": lambda m: VU not in m.drapeaux,
    "DELETED": lambda m: SUPPRIME in m.drapeaux,
    "UNDELETED": lambda m: SUPPRIME not in m.drapeaux,
    "ANSWERED": lambda m: "\\Answered" in m.drapeaux,
    "UNANSWERED": lambda m: "\\Answered" not in m.drapeaux,
    "FLAGGED": lambda m: "\\Flagged" in m.drapeaux,
    "UNFLAGGED": lambda m: "\\Flagged" not in m.drapeaux,
}
_ENTETES: Final = frozenset({"SUBJECT", "FROM", "TO"})


def rechercher(criteres: Sequence[Argument], vue: Sequence[MessageDepose]) -> list[tuple[int, MessageDepose]]:
    """Give the messages that match every criterion, with their numbers. Raises :class:`RefusImapError`."""
    mots = iter(criteres)
    numerotes = list(enumerate(vue, 1))
    for mot in mots:
        if isinstance(mot, str) and mot.upper() == "CHARSET":
            if texte(next(mots, None)).upper() not in {"UTF-8", "US-ASCII"}:
                raise RefusImapError("NO", "[BADCHARSET (UTF-8 US-ASCII)] Unknown charset")
            continue
        tient = _critere(mot, mots, vue)
        numerotes = [(numero, message) for numero, message in numerotes if tient(numero, message)]
    return numerotes


def _critere(
    mot: Argument, suite: Iterator[Argument], vue: Sequence[MessageDepose]
) -> Callable[[int, MessageDepose], bool]:
    nom = texte(mot).upper()
    if nom in _SANS_ARGUMENT:
        simple = _SANS_ARGUMENT[nom]
        return lambda _, message: simple(message)
    if nom == "NOT":
        contraire = _critere(next(suite, ""), suite, vue)
        return lambda numero, message: not contraire(numero, message)
    if nom == "UID":
        uids = ensemble(next(suite, None), vue[-1].uid if vue else 0)
        return lambda _, message: uids(message.uid)
    if nom in {"SINCE", "BEFORE"}:
        jour = _jour(texte(next(suite, None)))
        apres = nom == "SINCE"
        return lambda _, message: (message.recu_le.date() >= jour) is apres
    if nom == "HEADER" or nom in _ENTETES:
        entete = texte(next(suite, None)) if nom == "HEADER" else nom
        cherche = texte(next(suite, None)).lower()
        return lambda _, message: any(cherche in valeur.lower() for valeur in _valeurs(message, entete))
    if _INTERVALLE.match(nom):
        numeros = ensemble(nom, len(vue))
        return lambda numero, _: numeros(numero)
    raise RefusImapError("BAD", "Unknown search key")


def _valeurs(message: MessageDepose, nom: str) -> list[str]:
    return [str(valeur) for valeur in email.message_from_bytes(message.octets).get_all(nom, [])]


def _jour(valeur: str) -> date:
    try:
        jour, mois, annee = valeur.split("-")
        return date(int(annee), _MOIS.index(mois.capitalize()) + 1, int(jour))
    except ValueError:
        raise RefusImapError("BAD", "Malformed date") from None


# --- fetching ---


def elements(argument: Argument | None) -> list[str]:
    """Read what is fetched: one name or several. Raises :class:`RefusImapError`."""
    noms = [texte(nom) for nom in (argument if isinstance(argument, list) else [argument])]
    lus = [element for nom in noms for element in _ALIAS.get(nom.upper(), (nom,))]
    for nom in lus:
        if nom.upper() not in {"UID", "FLAGS", "RFC822.SIZE", "INTERNALDATE"} and not _PARTIE.fullmatch(nom):
            raise RefusImapError("BAD", "Unknown fetch item")
    return lus


def lire_element(nom: str, message: MessageDepose, *, recent: bool) -> tuple[bytes, bool]:
    """Give one item of a message as it goes on the wire, and whether asking for it means having seen it."""
    match nom.upper():
        case "UID":
            return b"UID %d" % message.uid, False
        case "FLAGS":
            connus = sorted(message.drapeaux | ({"\\Recent"} if recent else set()))
            return f"FLAGS ({' '.join(connus)})".encode("ascii", "replace"), False
        case "RFC822.SIZE":
            return b"RFC822.SIZE %d" % len(message.octets), False
        case "INTERNALDATE":
            return f'INTERNALDATE "{_instant(message.recu_le)}"'.encode("ascii"), False
        case _:
            return _partie(nom, message)


def _instant(le: datetime) -> str:
    utc = le.astimezone(UTC)
    return f"{utc.day:2d}-{_MOIS[utc.month - 1]}-{utc.year} {utc:%H:%M:%S} +0000"


def _partie(nom: str, message: MessageDepose) -> tuple[bytes, bool]:
    lue = _PARTIE.fullmatch(nom)
    if lue is None:
        raise RefusImapError("BAD", "Unknown fetch item")
    octets = _section(lue["section"].upper(), message.octets)
    origine = ""
    if lue["debut"] is not None:
        debut = int(lue["debut"])
        octets = octets[debut : debut + int(lue["longueur"])]
        origine = f"<{debut}>"
    tete = f"BODY[{lue['section'].upper()}]{origine} {{{len(octets)}}}\r\n"
    return tete.encode("ascii", "replace") + octets, lue["peek"] is None


def _section(section: str, octets: bytes) -> bytes:
    entetes, separation, corps = octets.partition(b"\r\n\r\n")
    if section == "":
        return octets
    if section == "TEXT":
        return corps
    if section == "HEADER":
        return entetes + separation
    noms = section.partition("(")[2].rstrip(")").lower().split()
    garder = not section.startswith("HEADER.FIELDS.NOT")
    champs = re.split(rb"\r\n(?![ \t])", entetes)
    choisis = [c for c in champs if (c.partition(b":")[0].strip().lower().decode("latin-1") in noms) is garder]
    return b"".join(champ + b"\r\n" for champ in choisis) + b"\r\n"
