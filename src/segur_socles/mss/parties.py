"""Writing the body of a mail, to the byte: quoted-printable texts, base64 files, the parts between their boundaries.

Nothing here depends on the folding of the standard library, and no line is longer than 76 characters.
"""

from __future__ import annotations

import re
import string
from base64 import b64encode
from collections.abc import Sequence
from typing import Final

from segur_socles._core.model import invalide
from segur_socles.errors import Constat
from segur_socles.mss.entetes import champ, nom_de_piece

__all__ = ["fichier", "message", "texte_brut"]

_LIGNE: Final = 76
_SAUT: Final = re.compile("\r\n|\r|\n")
_CONTROLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_LITTERAUX: Final = frozenset(string.ascii_letters + string.digits + string.punctuation + " \t") - {"="}
_QP: Final = tuple(c if (c := chr(octet)) in _LITTERAUX else f"={octet:02X}" for octet in range(256))


def texte_brut(texte: str) -> bytes:
    """Write a ``text/plain`` part in UTF-8. Raises :class:`ChampInvalideError` on a control character."""
    lignes = _SAUT.split(texte)
    if any(_CONTROLE.search(ligne) for ligne in lignes):
        constat = Constat("texte", "caractère de contrôle", "RFC 5322 §2.3", "retirer ce caractère du texte")
        raise invalide("Message", (constat,))
    entetes = champ("Content-Type", 'text/plain; charset="utf-8"') + champ(
        "Content-Transfer-Encoding", "quoted-printable"
    )
    return entetes + b"\r\n" + "\r\n".join(map(_quoted_printable, lignes)).encode("ascii")


def fichier(type_mime: str, nom: str, octets: bytes) -> bytes:
    """Write an attached file in base64."""
    code = b64encode(octets)
    lignes = b"\r\n".join(code[debut : debut + _LIGNE] for debut in range(0, len(code), _LIGNE))
    return nom_de_piece(type_mime, nom) + champ("Content-Transfer-Encoding", "base64") + b"\r\n" + lignes


def message(entetes: Sequence[bytes], type_mime: str, frontiere: str, parties: Sequence[bytes]) -> bytes:
    """Put headers and parts together.

    The boundary begins with ``=_``, which neither base64 nor quoted-printable can contain.
    """
    trait = f"--=_{frontiere}".encode("ascii")
    fin = [champ("MIME-Version", "1.0"), champ("Content-Type", f'{type_mime}; boundary="=_{frontiere}"'), b"\r\n"]
    corps = [morceau for partie in parties for morceau in (trait, b"\r\n", partie, b"\r\n")]
    return b"".join([*entetes, *fin, *corps, trait, b"--\r\n"])


def _quoted_printable(ligne: str) -> str:
    codes = [_QP[octet] for octet in ligne.encode()]
    if codes and codes[-1] in " \t":
        codes[-1] = f"={ord(codes[-1]):02X}"  # blanks at the end of a line are lost on the way
    lignes = [""]
    for code in codes:
        if len(lignes[-1]) + len(code) >= _LIGNE:
            lignes[-1] += "="
            lignes.append("")
        lignes[-1] += code
    return "\r\n".join(lignes)
