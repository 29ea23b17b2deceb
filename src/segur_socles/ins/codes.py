"""INSi's fault codes: what each means to the user, and whether trying again can help.

Only what is public is here; the full list is in SEL-MP-043. An unknown code gives a generic error that keeps
everything the service said. The code decides, not Sender or Receiver: INSi has sent a passing outage under
Sender (certain).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from segur_socles._core.redact import masquer
from segur_socles._core.soap import Fault
from segur_socles.errors import AuthentificationError, CertificatRefuseError, ServiceError

__all__ = ["CODES", "CodeInsi", "code_inattendu", "code_sain", "erreur_de", "libelle_sain"]

SERVICE: Final = "insi"


@dataclass(frozen=True, slots=True)
class CodeInsi:
    """One known code: the message and remedy shown, whether it passes with time, the error that reports it."""

    message: str
    remede: str
    retryable: bool = False
    erreur: type[ServiceError] = ServiceError


_INDISPONIBLE: Final = CodeInsi(
    "INSi est momentanément indisponible.",
    "réessayer plus tard ; ne pas en conclure que la personne est inconnue",
    retryable=True,
)
_DROITS: Final = CodeInsi(
    "INSi refuse l'accès à ce logiciel.",
    "vérifier le numéro d'autorisation du CNDA (Logiciel.numero_autorisation_insi) et l'environnement appelé",
    erreur=AuthentificationError,
)
_INCONNU: Final = CodeInsi(
    "INSi a répondu par une erreur que la bibliothèque ne connaît pas.",
    "transmettre au support d'INSi les codes et l'identifiant du message",
)

CODES: Final[dict[str, CodeInsi]] = {
    "desir_550": _DROITS,  # certain
    "desir_560": CodeInsi(  # certain
        "INSi refuse le certificat présenté : niveau d'accès insuffisant.",
        "utiliser un certificat IGC-Santé dont le CN est exactement INSI-AUTO ou INSI-MANU, sur l'environnement "
        "(qualification ou production) pour lequel il est émis",
        erreur=CertificatRefuseError,
    ),
    "desir_1020": _INDISPONIBLE,  # certain
    "insi_102": _INDISPONIBLE,  # certain; also what the qualification platform answers for unknown people
    "insi_24": CodeInsi(  # probable
        "INSi refuse le format du sexe.",
        "renseigner le sexe : M ou F",
    ),
    "siram_40": _INDISPONIBLE,  # certain
    "siram_100": _DROITS,  # certain
}
"""Code in lower case → meaning. Detail codes (desir, insi) say more than the gateway's (siram), and come first."""

_ERREUR: Final = "{urn:siram}Erreur"
_CODE: Final = re.compile(r"[\w.:-]{1,60}", re.ASCII)
_FAMILLE: Final = re.compile(r"(?:siram|desir|insi)_[0-9]{1,5}", re.ASCII | re.IGNORECASE)
_LIBELLE_MAX: Final = 300


def erreur_de(fault: Fault, *, message_id: str, cites: tuple[str, ...]) -> ServiceError:
    """Turn a SOAP fault into the error to raise.

    ``cites`` are the values sent: a label that quotes one of them is not repeated in the error.
    """
    detail = None if fault.detail is None else next(fault.detail.iter(_ERREUR), None)
    siram = code_sain(fault.subcode or fault.code, cites)
    detail_code = code_sain(detail.get("code", ""), cites) if detail is not None else None
    connu = CODES.get((detail_code or "").lower()) or CODES.get((siram or "").lower()) or _INCONNU
    dit = "" if detail is None else detail.text or ""
    return connu.erreur(
        connu.message,
        service=SERVICE,
        code=siram or detail_code or "INCONNU",
        detail_code=detail_code,
        label=libelle_sain(dit, cites) or libelle_sain(fault.reason() or "", cites),
        severity=code_sain(detail.get("severite", ""), cites) if detail is not None else None,
        status=fault.status,
        correlation_id=code_sain(detail.get("messageID", ""), cites)
        if detail is not None and detail.get("messageID")
        else message_id,
        retryable=connu.retryable,
        remede=connu.remede,
    )


def code_inattendu(code: str, libelle: str, *, message_id: str, cites: tuple[str, ...]) -> ServiceError:
    """Make the error for a result code that is none of those a search has ever given."""
    return ServiceError(
        "INSi a répondu par un code de résultat que la bibliothèque ne connaît pas.",
        service=SERVICE,
        code=code_sain(code, cites) or "INCONNU",
        label=libelle_sain(libelle, cites),
        correlation_id=message_id,
        remede=_INCONNU.remede,
    )


def code_sain(valeur: str, cites: tuple[str, ...]) -> str | None:
    """Keep what looks like a code and quotes nobody: anything else might be content.

    What is made like a national code says nothing of anyone, even when somebody is called Ira (``siram_40``).
    """
    if _FAMILLE.fullmatch(valeur):
        return valeur
    sain = _CODE.fullmatch(valeur) and masquer(valeur) == valeur and not _cite(valeur, cites)
    return valeur if sain else None


def _cite(texte: str, cites: tuple[str, ...]) -> bool:
    return any(valeur.casefold() in texte.casefold() for valeur in cites)


def libelle_sain(texte: str, cites: tuple[str, ...]) -> str | None:
    """Keep a label, masked; one that quotes what was sent is not repeated."""
    texte = " ".join(texte.split())
    if _cite(texte, cites):
        return "libellé non repris : il cite ce qui a été envoyé"
    return masquer(texte[:_LIBELLE_MAX]) or None
