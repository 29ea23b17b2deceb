"""Faults of a feed: whether the registry had registered when it happened, and what the caller sees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dmp_outils import faute, registre, reponse

from segur_socles._core.flow import Request, Response
from segur_socles.errors import DeadlineError, TransportError


@dataclass(frozen=True)
class Panne:
    enregistre: bool
    reponse: Callable[[Request], Response | Exception]


def _coupure(_: Request) -> Exception:
    return TransportError("dmp.alimenter : réponse perdue.", phase="answer", sent=True)


PANNES = {
    "connexion": Panne(
        enregistre=False,
        reponse=lambda _: TransportError("connexion refusée", phase="connect", sent=False),
    ),
    "perdue-avant": Panne(enregistre=False, reponse=_coupure),
    "perdue-apres": Panne(enregistre=True, reponse=_coupure),
    "delai-apres": Panne(enregistre=True, reponse=lambda _: DeadlineError("délai", phase="answer", sent=True)),
    "503-avant": Panne(
        enregistre=False,
        reponse=lambda _: Response(503, {"content-type": "text/html"}, b"<html>indisponible</html>"),
    ),
    "502-apres": Panne(enregistre=True, reponse=lambda _: Response(502, {"content-type": "text/plain"}, b"")),
    "html-apres": Panne(
        enregistre=True, reponse=lambda _: Response(200, {"content-type": "text/html"}, b"<html>ok</html>")
    ),
    "tronquee-apres": Panne(
        enregistre=True,
        reponse=lambda r: Response(200, {"content-type": "application/soap+xml"}, reponse(r, registre()).content[:-40]),
    ),
    "autre-message-apres": Panne(
        enregistre=True, reponse=lambda r: reponse(r, registre(), relates_to="urn:uuid:un-autre")
    ),
    "panne-serveur-apres": Panne(
        enregistre=True, reponse=lambda r: reponse(r, faute(None, code="Receiver"), status=500)
    ),
    "panne-codee-apres": Panne(
        enregistre=True, reponse=lambda r: reponse(r, faute("DMPInternalError", code="Receiver"), status=500)
    ),
    "panne-codee-avant": Panne(
        enregistre=False, reponse=lambda r: reponse(r, faute("DMPInternalError", code="Receiver"), status=500)
    ),
    "refus-net": Panne(
        enregistre=False,
        reponse=lambda r: reponse(r, faute("DMPInvalidCertificate", code="Receiver"), status=500),
    ),
    "403": Panne(enregistre=False, reponse=lambda _: Response(403, {"content-type": "text/html"}, b"non")),
    "certificat": Panne(enregistre=False, reponse=lambda r: reponse(r, faute("DMPInvalidCertificate"), status=500)),
    "droits": Panne(
        enregistre=False, reponse=lambda r: reponse(r, faute("DMPAccessDeniedByRightsService"), status=500)
    ),
    "occupe": Panne(enregistre=False, reponse=lambda r: reponse(r, registre("Failure", ("XDSRegistryBusy", "Error")))),
    "doublon": Panne(
        enregistre=False,
        reponse=lambda r: reponse(r, registre("Failure", ("XDSDuplicateUniqueIdInRegistry", "Error"))),
    ),
    "partiel": Panne(
        enregistre=False, reponse=lambda r: reponse(r, registre("PartialSuccess", ("XDSMissingDocument", "Error")))
    ),
    "partiel-apres": Panne(
        enregistre=True, reponse=lambda r: reponse(r, registre("PartialSuccess", ("XDSRepositoryError", "Error")))
    ),
    "avertissement": Panne(
        enregistre=True, reponse=lambda r: reponse(r, registre("Success", ("XDSExtraMetadataNotSaved", "Warning")))
    ),
}
