"""From a profession (JDV_J01) to the roles of a VIHF: one or two coded values.

The first says the profession, the second the speciality, which doctors, pharmacists and the professions of
table R85 must give (SEL-MP-037 and the DMP rights matrices, certain). Codes whose role system is published
nowhere (G16, professions in training) are refused rather than guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from segur_socles._core.model import RegleError
from segur_socles.dmp.vihf import Role
from segur_socles.nomenclatures.codes import Code, nomenclature

__all__ = ["AUTOMATE", "roles_de"]

_G15: Final = "1.2.250.1.71.1.2.7"
_PROFESSIONS: Final = "1.2.250.1.213.1.1.4.5"
_PREFIXE: Final = "G15_"


@dataclass(frozen=True, slots=True)
class _Systeme:
    """Where a role comes from: its OID and the name shown beside it."""

    oid: str
    nom: str


_SPECIALITES: Final[Mapping[str, _Systeme]] = {
    "10": _Systeme("1.2.250.1.71.4.2.5", "R01"),
    "21": _Systeme("1.2.250.1.71.4.2.6", "G05"),
}
"""Profession G15 → system of the speciality it must give."""

_DIRECTS: Final[Mapping[str, str]] = {
    "1.2.250.1.213.1.6.1.4": "R94",
    "1.2.250.1.213.1.6.1.109": "R95",
    "1.2.250.1.213.1.1.4.6": "A00",
}
"""Systems whose code is the role itself → name shown."""

_R85: Final = "1.2.250.1.213.1.6.1.107"
_CARACTERISE: Final = Role("99", "1.2.250.1.213.1.6.1.140", "R291", "Autre professionnel")

AUTOMATE: Final = Role("AUTOMATE", "1.2.250.1.213.1.1.4.6", "A00", "Automate")
"""Role of software acting alone (ANS example, certain)."""


def roles_de(profession: Code) -> tuple[Role, ...]:
    """Return the roles of a profession; raise ``RegleError`` when a speciality is missing or none is known."""
    if profession.systeme in _DIRECTS:
        return (Role(profession.code, profession.systeme, _DIRECTS[profession.systeme], profession.libelle),)
    if profession.systeme == _R85:
        return (_CARACTERISE, Role(profession.code, _R85, "R85", profession.libelle))
    if profession.systeme != _PROFESSIONS or not profession.code.startswith(_PREFIXE):
        message = "aucun rôle VIHF n'est publié pour cette profession"
        raise RegleError(
            message, regle="VIHF, rôle de l'utilisateur", remede="faire envoyer le document par un autre professionnel"
        )
    code, _, specialite = profession.code.removeprefix(_PREFIXE).partition("/")
    base = nomenclature("JDV_J01").code(f"{_PREFIXE}{code}").libelle
    premier = Role(code, _G15, "G15", base)
    systeme = _SPECIALITES.get(code)
    if systeme is None:
        return (premier,)
    if not specialite:
        message = "un médecin ou un pharmacien doit indiquer sa spécialité"
        remede = "choisir une profession avec spécialité, par exemple G15_10/SM54"
        raise RegleError(message, regle="VIHF, 2e rôle obligatoire", remede=remede)
    libelle = profession.libelle.removeprefix(f"{base} - ")
    return premier, Role(specialite, systeme.oid, systeme.nom, libelle)
