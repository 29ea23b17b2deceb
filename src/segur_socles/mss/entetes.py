"""Writing the headers of a mail, to the byte.

The standard library's folding depends on its version, folds right after ``Subject:`` and turns a long list of codes
into encoded words: what goes over the wire is written here instead (RFC 5322, 2047 and 2231).
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import quote

from segur_socles._core.model import invalide
from segur_socles.errors import ChampInvalideError, Constat

__all__ = ["champ", "champ_adresses", "champ_boite", "champ_texte", "nom_de_piece", "sans_accents", "sans_controle"]

LIGNE: Final = 998
"""Characters of a line at most, CRLF excluded (RFC 5322 §2.1.1)."""

_MOT_CODE: Final = 75
_LIGNE_CODEE: Final = 76
_OUVRE, _FERME = "=?utf-8?q?", "?="

_CONTROLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_ATEXT: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_ATOMES: Final = re.compile(rf"{_ATEXT}(?: {_ATEXT})*")
_JETON: Final = re.compile(r"[A-Za-z0-9_.-]+")

# What stands for itself in a Q encoded word: in a free text, and in a display name (RFC 2047 §5 (1) and (3)).
_Q_TEXTE: Final = frozenset(string.ascii_letters + string.digits + string.punctuation) - frozenset("=?_")
_Q_NOM: Final = frozenset(string.ascii_letters + string.digits + "!*+-/")

_EQUIVALENTS: Final = str.maketrans(
    {
        **dict(zip("ØøŁłĐđ", "OoLlDd", strict=True)),
        **dict.fromkeys("’\u02bc«»", "'"),
        **dict.fromkeys("‑–—", "-"),
        **dict.fromkeys("\u00a0\u202f", " "),
    }
    | {"Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe", "ẞ": "SS", "ß": "ss", "…": "..."}
)


def sans_accents(texte: str) -> str:
    """Write a text in ASCII: no diacritic, no ligature; what has no equivalent becomes ``_``."""
    decompose = unicodedata.normalize("NFD", texte.translate(_EQUIVALENTS))
    return "".join(c if c.isascii() else "_" for c in decompose if not unicodedata.combining(c))


def sans_controle(nom: str, valeur: str) -> str:
    """Return ``valeur``; a control character, which could begin another header, is refused."""
    if _CONTROLE.search(valeur):
        raise _refus(nom, "caractère de contrôle ou saut de ligne", "RFC 5322 §2.2", "retirer ce caractère")
    return valeur


def champ(nom: str, valeur: str) -> bytes:
    """Write a header that programs read: ASCII, never folded. Raises :class:`ChampInvalideError`."""
    ligne = f"{nom}: {sans_controle(nom, valeur)}"
    if not ligne.isascii():
        raise _refus(nom, "seuls les caractères ASCII sont admis", "RFC 5322 §2.2", "retirer accents et symboles")
    if len(ligne) > LIGNE:
        raise _refus(nom, f"en-tête de plus de {LIGNE} caractères", "RFC 5322 §2.1.1", "répartir en plusieurs messages")
    return f"{ligne}\r\n".encode("ascii")


def champ_texte(nom: str, valeur: str) -> bytes:
    """Write a header that people read: as it is in ASCII, else as encoded words, folded between them."""
    if _tel_quel(nom, sans_controle(nom, valeur)):
        return champ(nom, valeur)
    return _plier(nom, [*_mots_codes(valeur, _Q_TEXTE, _LIGNE_CODEE - len(nom) - 2)])


def champ_adresses(nom: str, adresses: Sequence[str]) -> bytes:
    """Write bare addresses, one a line: the only place where folding changes nothing for any reader."""
    for adresse in adresses:
        champ(nom, adresse)
    return _plier(nom, [f"{adresse}," for adresse in adresses[:-1]] + list(adresses[-1:]))


def champ_boite(nom: str, affichage: str, adresse: str) -> bytes:
    """Write a mailbox with its display name: ``Hopital C <resultats@hopital.mssante.fr>``."""
    if _tel_quel(nom, sans_controle(nom, affichage)):
        return champ(nom, f"{affichage if _ATOMES.fullmatch(affichage) else _entre_guillemets(affichage)} <{adresse}>")
    champ(nom, adresse)
    # The address begins a line of its own: one that holds an encoded word is limited to 76 characters.
    return _plier(nom, [*_mots_codes(affichage, _Q_NOM, _LIGNE_CODEE - len(nom) - 2), f"<{adresse}>"])


def nom_de_piece(type_mime: str, nom: str) -> bytes:
    """Write the type and the disposition of an attached file under its name.

    One ``filename*`` parameter carries the exact name (RFC 2231); the ASCII ``name`` is for readers that know
    nothing of it. Both ``filename`` and ``filename*`` would make some readers drop the exact one.
    """
    court = re.sub(r'["\\]', "_", sans_accents(sans_controle("filename", nom)))
    exact = f'filename="{nom}"' if _JETON.fullmatch(nom) else f"filename*=UTF-8''{quote(nom, safe='')}"
    return champ("Content-Type", f'{type_mime}; name="{court}"') + champ("Content-Disposition", f"attachment; {exact}")


def _tel_quel(nom: str, valeur: str) -> bool:
    # "=?" would be read as the beginning of an encoded word; half a line leaves room for an address and for escapes.
    return valeur.isascii() and "=?" not in valeur and len(nom) + len(valeur) < LIGNE // 2


def _entre_guillemets(texte: str) -> str:
    return '"' + texte.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _plier(nom: str, morceaux: Sequence[str]) -> bytes:
    return f"{nom}: ".encode("ascii") + "\r\n ".join(morceaux).encode("ascii") + b"\r\n"


def _mots_codes(texte: str, permis: frozenset[str], place: int) -> Iterator[str]:
    """Cut ``texte`` into encoded words, never inside a character; ``place`` is what the first line leaves."""
    reste, mot = min(place, _MOT_CODE), ""
    for signe in texte:
        code = _q(signe, permis)
        if len(_OUVRE) + len(mot) + len(code) + len(_FERME) > reste:
            yield f"{_OUVRE}{mot}{_FERME}"
            reste, mot = _MOT_CODE, ""
        mot += code
    yield f"{_OUVRE}{mot}{_FERME}"


def _q(signe: str, permis: frozenset[str]) -> str:
    if signe == " ":
        return "_"
    return signe if signe in permis else "".join(f"={octet:02X}" for octet in signe.encode())


def _refus(nom: str, message: str, regle: str, remede: str) -> ChampInvalideError:
    return invalide("Message", (Constat(nom, message, regle, remede),))
