"""What an OAuth error of Pro Santé Connect means, and what to do.

Codes are those of RFC 6749, RFC 6750 and OpenID Connect, as Keycloak answers them (ANS page on errors, certain for
those it lists).
"""

from __future__ import annotations

import re
from typing import Final

from segur_socles._core.redact import masquer
from segur_socles.errors import AuthentificationError, CertificatRefuseError, JetonRefuseError, ServiceError

__all__ = ["SERVICE", "erreur_de"]

SERVICE: Final = "psc"

_CODE: Final = re.compile(r"[A-Za-z0-9_.-]{1,60}")
_LIBELLE_MAX: Final = 200

_LOGICIEL: Final = frozenset({"invalid_client", "unauthorized_client"})
_JETON: Final = {
    "invalid_grant": (
        "le code ou le jeton n'est plus accepté",
        "recommencer la connexion ; si cela dure, vérifier que l'adresse de retour est celle qui est déclarée à l'ANS",
    ),
    "invalid_token": (
        "le jeton d'accès est refusé : périmé, ou présenté sans le certificat auquel il est lié, ou avec un autre",
        "rafraîchir la session ou recommencer la connexion, avec le même certificat",
    ),
}


def erreur_de(code: str, description: str | None, *, status: int | None, par_certificat: bool) -> ServiceError:
    """Make the error of an OAuth code. A code that has not the shape of one is not kept."""
    code = code if _CODE.fullmatch(code) else "code_illisible"
    label = _libelle(description)
    if code in _JETON:
        sens, remede = _JETON[code]
        return JetonRefuseError(
            f"Pro Santé Connect : {sens} ({code}).",
            service=SERVICE,
            code=code,
            label=label,
            status=status,
            remede=remede,
        )
    if code in _LOGICIEL:
        quoi = "certificat" if par_certificat else "secret"
        genre = CertificatRefuseError if par_certificat else AuthentificationError
        message = f"Pro Santé Connect n'a pas reconnu le logiciel, identifié par son {quoi} ({code})."
        remede = f"vérifier client_id et {quoi} (dates comprises), et que c'est le bon environnement"
        return genre(message, service=SERVICE, code=code, label=label, status=status, remede=remede)
    message = f"Pro Santé Connect a refusé la demande ({code})."
    remede = "vérifier les réglages du logiciel auprès de l'ANS"
    return ServiceError(message, service=SERVICE, code=code, label=label, status=status, remede=remede)


def _libelle(description: str | None) -> str | None:
    return masquer(" ".join(description.split()))[:_LIBELLE_MAX] or None if description else None
