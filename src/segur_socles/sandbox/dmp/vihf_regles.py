"""What the DMP of the sandbox demands of the content of a VIHF: a table of rules.

Sources: GIE SESAM-Vitale samples, ANS example of April 2026 (where they differ, both are accepted); the lifetime
of an assertion is not published: five minutes is the sandbox's own rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.x509.oid import NameOID

from segur_socles.dmp.vihf import Vihf
from segur_socles.errors import ChampInvalideError
from segur_socles.nomenclatures.codes import nomenclature
from segur_socles.personnes.matricule import MatriculeIns
from segur_socles.sandbox.dmp.refus import CodeDmp

__all__ = ["FRAICHEUR", "INDIRECTE", "REGLES", "RENFORCEE", "Presentation", "Regle"]

FRAICHEUR: Final = timedelta(minutes=5)
"""How far IssueInstant may be from the sandbox's clock, either way."""

INDIRECTE: Final = "INDIRECTE"
RENFORCEE: Final = "INDIRECTE_RENFORCEE"

_VERSIONS: Final = frozenset({"3.0", "4.0"})
_CLASSES: Final = "urn:oasis:names:tc:SAML:2.0:ac:classes:"
_NCNAME: Final = re.compile(r"[A-Za-z_][\w.-]*")
_PS_IDNAT: Final = re.compile(r"8[0-9]{11}|0[0-9A-Z]{9}|[1-6][0-9A-Z]+/.+")

_OID_SECTEURS: Final = ("1.2.250.1.71.4.2.4", "1.2.250.1.213.1.1.4.6")
_OID_USAGES: Final = "1.2.250.1.213.1.1.4.248"
_USAGES: Final = frozenset({"normal", "bris_de_glace", "centre_15"})

_G15: Final = "1.2.250.1.71.1.2.7"
_PROFESSIONS: Final = frozenset({
    _G15,
    "1.2.250.1.213.1.6.1.4",  # R94, social
    "1.2.250.1.213.1.6.1.109",  # R95, title users
    "1.2.250.1.213.1.6.1.140",  # R291, characterised by the second value
    "1.2.250.1.213.1.1.4.6",  # A00, non-human and others
})  # fmt: skip
_SPECIALITES: Final = {
    ("10", _G15): "1.2.250.1.71.4.2.5",  # doctors: R01
    ("21", _G15): "1.2.250.1.71.4.2.6",  # pharmacists: G05
    ("99", "1.2.250.1.213.1.6.1.140"): "1.2.250.1.213.1.6.1.107",  # R85
}
"""Profession → code system of the second role it must come with."""

_BLANC: Final = re.compile(r"(?<!\\),\s+")
_NOMS_COURTS: Final = {"GN": NameOID.GIVEN_NAME, "SN": NameOID.SURNAME, "T": NameOID.TITLE}


@dataclass(frozen=True, slots=True)
class Presentation:
    """A VIHF, the certificate that signed it, the instant it was presented, and the homologation known."""

    vihf: Vihf
    certificat: x509.Certificate
    maintenant: datetime
    homologation: str


@dataclass(frozen=True, slots=True)
class Regle:
    """One rule: its name in the journal, the refusal, and the test."""

    controle: str
    code: CodeDmp
    texte: str
    respectee: Callable[[Presentation], bool]


def _issuer(p: Presentation) -> bool:
    # Names are compared, not strings: some writers put a blank after the commas.
    try:
        lu = x509.Name.from_rfc4514_string(_BLANC.sub(",", p.vihf.emetteur), _NOMS_COURTS)
    except ValueError:
        return False
    return lu == p.certificat.subject


def _frais(p: Presentation) -> bool:
    return abs(p.maintenant - p.vihf.emis_le) <= FRAICHEUR


def _non_expire(p: Presentation) -> bool:
    return p.vihf.expire_le is None or p.maintenant < p.vihf.expire_le


def _secteur(p: Presentation) -> bool:
    code, _, systeme = p.vihf.secteur.partition("^")
    return systeme in _OID_SECTEURS and code in nomenclature("JDV_J02")


def _profession(p: Presentation) -> bool:
    return 1 <= len(p.vihf.roles) <= 2 and p.vihf.roles[0].systeme in _PROFESSIONS and bool(p.vihf.roles[0].code)  # noqa: PLR2004 - profession, speciality


def _specialite(p: Presentation) -> bool:
    attendu = _SPECIALITES.get((p.vihf.roles[0].code, p.vihf.roles[0].systeme)) if p.vihf.roles else None
    return attendu is None or any(role.systeme == attendu and role.code for role in p.vihf.roles[1:])


def _usage(p: Presentation) -> bool:
    return p.vihf.usage is not None and p.vihf.usage.systeme == _OID_USAGES and p.vihf.usage.code in _USAGES


def _ins(p: Presentation) -> bool:
    patient = p.vihf.patient
    if patient is None or patient.type_id != "NH":
        return False
    try:
        MatriculeIns.lire(patient.id, patient.autorite)
    except ChampInvalideError:
        return False
    return True


_C: Final = CodeDmp.VIHF_CONTENU

REGLES: Final = (
    Regle("VIHF : ID", _C, "ID doit être un NCName", lambda p: bool(_NCNAME.fullmatch(p.vihf.id))),
    Regle("VIHF : frais", CodeDmp.VIHF_PERIME, "IssueInstant à plus de cinq minutes de l'heure du serveur", _frais),
    Regle("VIHF : non expiré", CodeDmp.VIHF_PERIME, "NotOnOrAfter est passé", _non_expire),
    Regle("VIHF : Issuer = sujet du certificat", _C, "Issuer n'est pas le sujet du certificat de signature", _issuer),
    Regle("VIHF : VIHF_Version", _C, "VIHF_Version absente ou inconnue", lambda p: p.vihf.version in _VERSIONS),
    Regle(
        "VIHF : Authentification_mode",
        _C,
        "Authentification_mode : INDIRECTE ou INDIRECTE_RENFORCEE attendu",
        lambda p: p.vihf.mode in (INDIRECTE, RENFORCEE),
    ),
    Regle(
        "VIHF : utilisateur",
        _C,
        "NameID n'est pas un identifiant national de professionnel",
        lambda p: bool(_PS_IDNAT.fullmatch(p.vihf.utilisateur)),
    ),
    Regle("VIHF : nom de l'utilisateur", _C, "subject-id absent", lambda p: bool(p.vihf.nom)),
    Regle(
        "VIHF : contexte d'authentification",
        _C,
        "AuthnContextClassRef absent ou inconnu",
        lambda p: p.vihf.contexte.startswith(_CLASSES) and p.vihf.contexte != _CLASSES,
    ),
    Regle("VIHF : Secteur_Activite", _C, "Secteur_Activite absent ou hors de la nomenclature", _secteur),
    Regle("VIHF : rôle", _C, "rôle absent, ou hors des nomenclatures de professions", _profession),
    Regle("VIHF : spécialité", CodeDmp.VIHF_SPECIALITE, "la spécialité manque pour cette profession", _specialite),
    Regle("VIHF : purposeofuse", _C, "purposeofuse absent ou inconnu", _usage),
    Regle("VIHF : INS", CodeDmp.VIHF_PATIENT, "resource-id n'est pas un INS valide (valeur^^^&OID&ISO^NH)", _ins),
    Regle("VIHF : Ressource_URN", _C, "Ressource_URN = urn:dmp attendu", lambda p: p.vihf.ressource == "urn:dmp"),
    Regle("VIHF : LPS_Nom", _C, "LPS_Nom absent", lambda p: bool(p.vihf.lps_nom)),
    Regle("VIHF : LPS_Version", _C, "LPS_Version absente", lambda p: bool(p.vihf.lps_version)),
    Regle(
        "VIHF : homologation",
        _C,
        "LPS_ID_HOMOLOGATION_DMP absent, ou inconnu du bac à sable",
        lambda p: p.vihf.lps_homologation == p.homologation,
    ),
)
