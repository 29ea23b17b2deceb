"""Reading what the directory answers: FHIR R4 bundles in, frozen values out.

Everything is optional and anything may be of an unexpected shape: what cannot be read is left out, except what
says whether the answer is complete (the bundle itself, its total, its next page).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from segur_socles._core.flow import Response
from segur_socles.errors import ReponseInvalideError
from segur_socles.mss.annuaire.codes import Probleme, erreur_de
from segur_socles.mss.annuaire.ressources import LECTEURS, liste, texte
from segur_socles.mss.annuaire.types import FicheAnnuaire

__all__ = ["Page", "invalide", "lire_page"]

_ERREUR_HTTP: Final = 400
_SUCCES: Final = 200
_LIEN: Final = re.compile(r"[!-~]{1,8192}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Page:
    """One page: resources that match, those that come with them, ``total`` of matches, address of the next page."""

    trouvees: tuple[FicheAnnuaire, ...] = ()
    jointes: tuple[FicheAnnuaire, ...] = ()
    total: int | None = None
    suivante: str | None = None


def lire_page(response: Response, *, base: str, cites: tuple[str, ...]) -> Page:
    """Read a page of results.

    Raises :class:`ServiceError` for a refusal, :class:`ReponseInvalideError` for anything but a bundle of results,
    and for a next page that is not on the service itself: the key would leave with it.
    """
    contenu = _json(response.content)
    if response.status >= _ERREUR_HTTP:
        raise erreur_de(response.status, _probleme(contenu), cites=cites)
    if response.status != _SUCCES or not isinstance(contenu, dict) or contenu.get("resourceType") != "Bundle":
        raise invalide("n'est pas une liste FHIR", status=response.status)
    trouvees: list[FicheAnnuaire] = []
    jointes: list[FicheAnnuaire] = []
    for fiche, jointe in _fiches(contenu):
        (jointes if jointe else trouvees).append(fiche)
    total = contenu.get("total")
    return Page(
        tuple(trouvees),
        tuple(jointes),
        total if isinstance(total, int) and not isinstance(total, bool) else None,
        _suivante(contenu, base),
    )


def invalide(quoi: str, *, status: int | None = None) -> ReponseInvalideError:
    """Make the error for an answer that cannot be relied on."""
    remede = "réessayer plus tard ; si cela dure, préciser la recherche ou prévenir le support de l'annuaire"
    message = f"La réponse de l'Annuaire Santé {quoi}."
    return ReponseInvalideError(message, phase="read", sent=True, outcome_unknown=False, status=status, remede=remede)


def _fiches(bundle: dict[str, Any]) -> Iterator[tuple[FicheAnnuaire, bool]]:
    """Give each resource we know how to read, and whether it only comes with another one."""
    for entree in liste(bundle.get("entry")):
        ressource, recherche = entree.get("resource"), entree.get("search")
        if not isinstance(ressource, dict):
            continue
        lecteur = LECTEURS.get(texte(ressource.get("resourceType")) or "")
        mode = recherche.get("mode") if isinstance(recherche, dict) else None
        if lecteur is not None and mode != "outcome":
            yield lecteur(ressource), mode == "include"


def _suivante(bundle: dict[str, Any], base: str) -> str | None:
    # By relation, never by rank: "next" comes first in some answers (samples, certain).
    url = next((lien.get("url") for lien in liste(bundle.get("link")) if lien.get("relation") == "next"), None)
    if url is None:
        return None
    if not isinstance(url, str) or not _LIEN.fullmatch(url) or not _chez_lui(url, base):
        raise invalide("renvoie à une autre adresse pour sa suite, qui n'est pas suivie")
    return url


def _chez_lui(url: str, base: str) -> bool:
    try:
        ici, la = urlsplit(base), urlsplit(url)
        meme = (ici.scheme, ici.hostname, ici.port or 443) == (la.scheme, la.hostname, la.port or 443)
    except ValueError:
        return False
    dessous = la.path == ici.path or la.path.startswith(f"{ici.path}/")
    return meme and dessous and not la.username and ".." not in la.path.lower().replace("%2e", ".")


def _json(octets: bytes) -> object:
    try:
        return json.loads(octets)
    except (ValueError, RecursionError):
        return None


def _probleme(contenu: object) -> Probleme | None:
    if not isinstance(contenu, dict) or contenu.get("resourceType") != "OperationOutcome":
        return None
    for issue in liste(contenu.get("issue")):
        details = issue.get("details")
        libelle = texte(issue.get("diagnostics")) or (texte(details.get("text")) if isinstance(details, dict) else None)
        return Probleme(texte(issue.get("code")) or "", texte(issue.get("severity")) or "", libelle or "")
    return Probleme("", "", "")
