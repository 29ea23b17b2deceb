"""The Annuaire Santé as the sandbox plays it: the gateway that wants a key, and the FHIR server behind it."""

from __future__ import annotations

import json
import re
import threading
from collections import OrderedDict
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import parse_qsl

from segur_socles._core.mtom import media_type_of
from segur_socles.credentials.secret import Secret
from segur_socles.sandbox.annuaire.donnees import FICHES, Fiche
from segur_socles.sandbox.annuaire.fhir import ecrire, type_de
from segur_socles.sandbox.annuaire.recherche import Recherche, RefusAnnuaire, lire_recherche
from segur_socles.sandbox.service import Monde, ReponseSandbox, RequeteSandbox

__all__ = ["BASE", "ServiceAnnuaire"]

BASE: Final = "/fhir/v2"
_CHEMIN: Final = re.compile(r"/fhir/v2/([a-zA-Z]{0,30})(/_search)?")
_PAGE: Final = f"{BASE}/_page"
_FORMULAIRE: Final = "application/x-www-form-urlencoded"
_LIMITE: Final = 64 * 1024
_SUITES_GARDEES: Final = 1000
_RESSOURCES: Final = ("Practitioner", "PractitionerRole", "Organization")


@dataclass(frozen=True, slots=True)
class _Suite:
    """A page to come: the search it belongs to, what it found, and where to go on."""

    recherche: Recherche
    trouvees: tuple[Fiche, ...]
    debut: int


class ServiceAnnuaire:
    """A strict directory. What the national service refuses gets its own words; another refusal ``SANDBOX_…``.

    Traps of the national service are kept: ``next`` stands before ``self``, a search by text has no ``total``, and
    ordinary addresses answer to a search of mailboxes.
    """

    nom = "annuaire"
    operations = MappingProxyType(
        {
            _PAGE: "annuaire.page",
            **{f"{BASE}/{r}{fin}": f"annuaire.{r.lower()}" for r in _RESSOURCES for fin in ("", "/_search")},
        }
    )

    def __init__(self, monde: Monde, cle: Secret) -> None:
        self._monde = monde
        self._cle = cle
        self._fiches: tuple[Fiche, ...] = FICHES
        self._suites: OrderedDict[str, _Suite] = OrderedDict()
        self._lock = threading.Lock()

    def ajouter(self, *fiches: Fiche) -> None:
        """Publish more people, situations or structures. Threads may call it while the sandbox runs."""
        with self._lock:
            self._fiches = (*self._fiches, *fiches)

    async def traiter(self, requete: RequeteSandbox) -> ReponseSandbox:
        """Answer a search or the next page of one."""
        corps = await requete.lire(_LIMITE)
        if not requete.verifier("clé d'API", Secret(requete.entetes.get("esante-api-key", "")) == self._cle, "refusée"):
            requete.code = "SANDBOX_CLE"
            return _json(401, {"message": "Unauthorized", "http_status_code": 401}, "application/json")
        try:
            contenu = self._chercher(requete, corps)
        except RefusAnnuaire as refus:
            requete.code = refus.code
            requete.verifier("recherche", ok=False, detail=f"HTTP {refus.statut}")
            issue = {"severity": "error", "code": refus.code, "diagnostics": refus.texte}
            return _json(refus.statut, {"resourceType": "OperationOutcome", "issue": [issue]})
        if contenu is None:
            requete.verifier("chemin", ok=False, detail="hors de l'API")
            return ReponseSandbox(404, b"No context-path matches the request URI.", {"content-type": "text/plain"})
        requete.verifier("recherche", ok=True)
        return _json(200, contenu)

    def _chercher(self, requete: RequeteSandbox, corps: bytes) -> dict[str, Any] | None:
        chemin = _CHEMIN.fullmatch(requete.chemin)
        if requete.chemin != _PAGE and chemin is None:
            return None
        parametres = _parametres(requete, corps, formulaire=chemin is not None and chemin[2] is not None)
        if chemin is None:
            return self._suite(requete, dict(parametres))
        recherche = lire_recherche(chemin[1], parametres)
        return self._page(requete, _Suite(recherche, tuple(recherche.trouver(self._fiches)), 0))

    def _suite(self, requete: RequeteSandbox, parametres: dict[str, str]) -> dict[str, Any]:
        with self._lock:
            suite = self._suites.get(parametres.get("id", ""))
        if suite is None:
            raise RefusAnnuaire(410, "processing", "Search ID does not exist and may have expired")
        return self._page(requete, suite)

    def _page(self, requete: RequeteSandbox, suite: _Suite) -> dict[str, Any]:
        recherche = suite.recherche
        base = f"https://{requete.entetes.get('host', '')}{BASE}"
        fin = suite.debut + recherche.compte
        trouvees = suite.trouvees[suite.debut : fin]
        liens = [{"relation": "self", "url": f"{base}{requete.chemin.removeprefix(BASE)}?{requete.parametres}"}]
        if fin < len(suite.trouvees):
            jeton = self._garder(_Suite(recherche, suite.trouvees, fin))
            liens.insert(0, {"relation": "next", "url": f"{base}/_page?id={jeton}"})
        jointes = recherche.joindre(trouvees, self._fiches)
        entrees = [
            {"fullUrl": f"{base}/{type_de(f)}/{f.id}", "resource": ecrire(f), "search": {"mode": mode}}
            for mode, fiches in (("match", trouvees), ("include", jointes))
            for f in fiches
        ]
        contenu: dict[str, Any] = {
            "resourceType": "Bundle",
            "id": str(self._monde.ids.uuid()),
            "type": "searchset",
            "total": len(suite.trouvees),
            "entry": entrees,
            "link": liens,
        }
        if recherche.textuelle and suite.trouvees:
            del contenu["total"]
        if not entrees:
            del contenu["entry"]
        return contenu

    def _garder(self, suite: _Suite) -> str:
        jeton = self._monde.ids.uuid().hex
        with self._lock:
            self._suites[jeton] = suite
            while len(self._suites) > _SUITES_GARDEES:
                self._suites.popitem(last=False)
        return jeton


def _parametres(requete: RequeteSandbox, corps: bytes, *, formulaire: bool) -> list[tuple[str, str]]:
    if requete.methode != ("POST" if formulaire else "GET"):
        raise RefusAnnuaire(405, "SANDBOX_METHODE", "GET, ou POST sur …/_search")
    brut = requete.parametres
    if formulaire:
        if media_type_of(requete.type_de_contenu)[0] != _FORMULAIRE:
            raise RefusAnnuaire(415, "SANDBOX_CONTENT_TYPE", f"{_FORMULAIRE} attendu")
        brut = "&".join(part for part in (brut, corps.decode("utf-8", "replace")) if part)
    if "|" in brut:
        raise RefusAnnuaire(400, "SANDBOX_ENCODAGE", "la barre verticale s'écrit %7C")
    return parse_qsl(brut, keep_blank_values=True)


def _json(statut: int, contenu: dict[str, Any], type_: str = "application/fhir+json") -> ReponseSandbox:
    corps = json.dumps(contenu, ensure_ascii=False).encode()
    return ReponseSandbox(statut, corps, {"content-type": f"{type_};charset=utf-8"})
