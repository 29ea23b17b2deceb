"""What the directory's refusals mean: HTTP statuses of the gateway, and the OperationOutcome of the FHIR server."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from segur_socles._core.redact import masquer
from segur_socles.errors import JetonRefuseError, ServiceError

__all__ = ["SERVICE", "Probleme", "erreur_de"]

SERVICE: Final = "annuaire"


@dataclass(frozen=True, slots=True)
class _Statut:
    message: str
    remede: str
    retryable: bool = False
    erreur: type[ServiceError] = ServiceError


_PLUS_TARD: Final = "réessayer plus tard ; si cela dure, voir https://status.esante.gouv.fr"
_CLE: Final = _Statut(
    "L'Annuaire Santé refuse la clé d'API.",
    "vérifier la clé et l'abonnement à « API Annuaire Santé en libre accès » sur portal.api.esante.gouv.fr",
    erreur=JetonRefuseError,
)
_INDISPONIBLE: Final = _Statut("L'Annuaire Santé est momentanément indisponible.", _PLUS_TARD, retryable=True)
_AUTRE: Final = _Statut("L'Annuaire Santé a répondu par une erreur.", "transmettre au support le code et le libellé")

_STATUTS: Final = {
    400: _Statut(
        "L'Annuaire Santé refuse un critère de recherche.",
        "vérifier que l'adresse de l'environnement est celle de la version 2 de l'API",
    ),
    401: _CLE,
    403: _CLE,
    404: _Statut(
        "L'Annuaire Santé ne connaît pas cette ressource.",
        "vérifier que l'adresse de l'environnement est celle de la version 2 de l'API",
    ),
    410: _Statut("La suite de la liste n'est plus disponible à l'Annuaire Santé.", "recommencer la recherche"),
    429: _Statut(
        "Trop d'appels à l'Annuaire Santé.", "espacer les appels (17 par seconde et par logiciel)", retryable=True
    ),
    502: _INDISPONIBLE,
    503: _INDISPONIBLE,
    504: _Statut("L'Annuaire Santé a mis trop de temps à répondre.", "préciser la recherche", retryable=True),
}
"""Statuses documented or observed (certain, but for 429: guessed)."""

_SANS_FHIR: Final = {404: _INDISPONIBLE}
"""During its outages the gateway says, in plain text, that nothing is at this address (observed, certain)."""

_CODE: Final = re.compile(r"[\w.:-]{1,60}", re.ASCII)
_LIBELLE_MAX: Final = 300


@dataclass(frozen=True, slots=True)
class Probleme:
    """First issue of an OperationOutcome: ``code`` and ``severite`` (FHIR), ``texte`` free."""

    code: str
    severite: str
    texte: str


def erreur_de(statut: int, probleme: Probleme | None, *, cites: tuple[str, ...]) -> ServiceError:
    """Make the error to raise for a status of 400 or more.

    ``probleme`` is None when the answer is not an OperationOutcome; ``cites`` are the values sent: a label that
    quotes one of them is not repeated in the error.
    """
    connu = _STATUTS.get(statut, _AUTRE) if probleme else _SANS_FHIR.get(statut, _STATUTS.get(statut, _AUTRE))
    return connu.erreur(
        connu.message,
        service=SERVICE,
        code=f"HTTP_{statut}",
        detail_code=probleme.code if probleme and _CODE.fullmatch(probleme.code) else None,
        label=_libelle(probleme.texte, cites) if probleme else None,
        severity=probleme.severite if probleme and _CODE.fullmatch(probleme.severite) else None,
        status=statut,
        retryable=connu.retryable,
        remede=connu.remede,
    )


def _libelle(texte: str, cites: tuple[str, ...]) -> str | None:
    texte = " ".join(texte.split())
    if any(valeur.casefold() in texte.casefold() for valeur in cites):
        return "libellé non repris : il cite les termes recherchés"
    return masquer(texte)[:_LIBELLE_MAX] or None
