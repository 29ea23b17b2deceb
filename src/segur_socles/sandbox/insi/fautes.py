"""The SOAP faults of the sandbox's INSi: official codes where they are public, else ``SANDBOX_…``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from segur_socles._core.xml import NS, attr, text

__all__ = ["FAUTES", "Faute", "RefusInsi", "ecrire_faute"]

_INDISPONIBLE: Final = "Le service est temporairement inaccessible. Veuillez renouveler votre demande ultérieurement."
_SIRAM_NON_PUBLIE: Final = "SANDBOX_SIRAM_NON_PUBLIE"
"""Stands where the gateway's code of a fault was never published."""


@dataclass(frozen=True, slots=True)
class Faute:
    """One fault: SOAP code, gateway code (subcode), severity, technical label, message to the user."""

    valeur: str
    siram: str
    severite: str
    libelle: str
    message: str


FAUTES: Final = {
    # Read in answers of the qualification platform that integrators published (certain).
    "desir_550": Faute(
        "Sender",
        "siram_100",
        "erreur",
        "Numéro d'autorisation du logiciel inconnu.",
        "L'accès par ce progiciel au service n'est pas autorisé.",
    ),
    "insi_102": Faute(
        "Receiver",
        "siram_40",
        "fatal",  # not a value of the schema, and what the platform sends
        "L'appel au service de recherche avec les traits d'identité renvoie une erreur technique.",
        _INDISPONIBLE,
    ),
    "desir_1020": Faute(
        "Sender",  # though the fault is the service's: as recorded
        "siram_40",
        "fatale",
        "Le service appelé est temporairement indisponible",
        _INDISPONIBLE,
    ),
    # Codes published without the rest of the fault: SOAP code, severity and subcode are guessed.
    "desir_560": Faute(
        "Sender",
        _SIRAM_NON_PUBLIE,
        "erreur",
        "Niveau d'accès insuffisant",
        "Vous ne disposez pas des droits suffisants pour accéder à ce service",
    ),
    "insi_24": Faute(
        "Sender",
        _SIRAM_NON_PUBLIE,
        "erreur",
        "Le format du sexe est incorrect.",
        "Le sexe doit être renseigné : M ou F.",
    ),
}


class RefusInsi(Exception):  # noqa: N818 - a way out of the checks, caught by the service; never leaves it
    """A check failed: ``code`` is official, or begins with ``SANDBOX_`` and ``detail`` says what was wrong."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail

    @property
    def faute(self) -> Faute:
        """The fault to answer."""
        connue = FAUTES.get(self.code)
        if connue is not None:
            return connue
        message = f"Refus propre au bac à sable (le code du service national n'est pas public) : {self.detail}"
        return Faute("Sender", self.code, "erreur", self.detail, message)


def ecrire_faute(refus: RefusInsi, message_id: str | None) -> bytes:
    """Write the fault; the MessageID of the request is echoed in its detail."""
    faute = refus.faute
    echo = f' messageID="{attr(message_id)}"' if message_id else ""
    subcode = f'<env:Value xmlns:siram="urn:siram">siram:{text(faute.siram)}</env:Value>'
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<env:Envelope xmlns:env="{NS["soap"]}"><env:Body><env:Fault>'
        f"<env:Code><env:Value>env:{faute.valeur}</env:Value>"
        f"<env:Subcode>{subcode}</env:Subcode></env:Code>"
        f'<env:Reason><env:Text xml:lang="fr">{text(faute.message)}</env:Text></env:Reason>'
        f'<env:Detail><siram:Erreur xmlns:siram="urn:siram" code="{attr(refus.code)}" severite="{attr(faute.severite)}"'
        f"{echo}>{text(faute.libelle)}</siram:Erreur></env:Detail>"
        "</env:Fault></env:Body></env:Envelope>"
    ).encode()
