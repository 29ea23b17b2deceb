"""Pro Santé Connect as the sandbox plays it: code flow with PKCE, UserInfo, renewal and logout; strict.

The login page asks nothing: the e-CPS of the chosen person answers at once. Paths are those of the national service.
Like there, the login page is on another host than the issuer (here ``127.0.0.1`` and ``localhost``).
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from http.cookies import CookieError, SimpleCookie
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import parse_qsl, unquote_plus, urlencode

from cryptography.hazmat.primitives import hashes

from segur_socles.credentials.certificat import Certificat
from segur_socles.credentials.usages import Contexte, Perimetre, Usage, controler
from segur_socles.personnes.professionnel import Acteur, Professionnel
from segur_socles.sandbox.psc.comptes import ComptePsc, claims_userinfo
from segur_socles.sandbox.psc.jetons import CleDeSignature, DefautJeton, base64url
from segur_socles.sandbox.psc.registre import (
    DUREE_ACCES,
    DUREE_RAFRAICHISSEMENT,
    Accord,
    LogicielEnregistre,
    Registre,
    SessionOuverte,
)
from segur_socles.sandbox.service import Monde, ReponseSandbox, RequeteSandbox

__all__ = ["AUTORISATION", "COOKIE", "ROYAUME", "ServicePsc"]

ROYAUME: Final = "/auth/realms/esante-wallet"
AUTORISATION: Final = "/auth"
COOKIE: Final = "sandbox-ecps"
"""Names the person whose e-CPS answers; without it, the demonstration's professional."""

_OIDC: Final = f"{ROYAUME}/protocol/openid-connect"
_DECOUVERTE: Final = f"{ROYAUME}/.well-known/wallet-openid-configuration"
_JETONS: Final = f"{_OIDC}/token"
_USERINFO: Final = f"{_OIDC}/userinfo"
_CLES: Final = f"{_OIDC}/certs"
_DECONNEXION: Final = f"{_OIDC}/logout"
_LIMITE: Final = 64 * 1024
_NONCE_MIN: Final = 32
"""Characters of a state or a nonce that is hard to guess."""


class RefusPsc(Exception):  # noqa: N818 - a refusal of the protocol, as in the other services
    """The request is refused: OAuth code, description (never a value), HTTP status."""

    def __init__(self, code: str, description: str, statut: int = 400) -> None:
        super().__init__(code)
        self.code = code
        self.description = description
        self.statut = statut


class ServicePsc:
    """A strict Pro Santé Connect. ``port()`` gives the port it listens on."""

    nom = "psc"
    operations = MappingProxyType(
        {
            _DECOUVERTE: "psc.decouvrir",
            _CLES: "psc.cles",
            AUTORISATION: "psc.autoriser",
            _JETONS: "psc.jetons",
            _USERINFO: "psc.userinfo",
            _DECONNEXION: "psc.deconnecter",
        }
    )

    def __init__(self, monde: Monde, port: Callable[[], int]) -> None:
        self._monde = monde
        self._port = port
        self._cle = CleDeSignature()
        self._registre = Registre()
        self._logiciels: dict[str, LogicielEnregistre] = {}
        self._comptes: dict[str, ComptePsc] = {}
        self._defaut: DefautJeton | None = None
        self._refus: str | None = None

    # --- what a test sets ---

    def enregistrer(self, logiciel: LogicielEnregistre) -> None:
        """Register a software, or replace it."""
        self._logiciels[logiciel.client_id] = logiciel

    def ajouter(self, acteur: Acteur) -> None:
        """Give an e-CPS to a professional, or one more activity; the first person added is the default one."""
        connu = self._comptes.get(acteur.professionnel.id_nat, ComptePsc(acteur.professionnel))
        self._comptes[connu.id_nat] = connu.avec(acteur)

    def ajouter_sans_activite(self, professionnel: Professionnel) -> None:
        """Give an e-CPS to a person for whom no activity is declared."""
        self._comptes[professionnel.id_nat] = ComptePsc(professionnel)

    def alterer(self, defaut: DefautJeton) -> None:
        """Make the next ID token wrong."""
        self._defaut = defaut

    def refuser_la_prochaine(self, code: str = "access_denied") -> None:
        """Have the next login end as if the person refused, or with another OAuth error."""
        self._refus = code

    @property
    def issuer(self) -> str:
        """Issuer, on ``localhost``."""
        return f"https://localhost:{self._port()}{ROYAUME}"

    @property
    def autorisation(self) -> str:
        """Login page, on ``127.0.0.1``."""
        return f"https://127.0.0.1:{self._port()}{AUTORISATION}"

    # --- the service ---

    async def traiter(self, requete: RequeteSandbox) -> ReponseSandbox:
        """Answer a request; a refusal is OAuth JSON, or goes back to the software by the browser."""
        routes: Mapping[tuple[str, str], Callable[[RequeteSandbox, bytes], ReponseSandbox]] = {
            ("GET", _DECOUVERTE): lambda *_: _json(200, self._annonce()),
            ("GET", _CLES): lambda *_: _json(200, self._cle.jwks()),
            ("GET", AUTORISATION): self._autoriser,
            ("POST", _JETONS): self._donner_jetons,
            ("GET", _USERINFO): self._decrire,
            ("POST", _USERINFO): self._decrire,
            ("GET", _DECONNEXION): self._deconnecter,
        }
        if requete.operation is None:
            return ReponseSandbox(404)
        route = routes.get((requete.methode, requete.chemin))
        if route is None:
            return ReponseSandbox(405)
        corps = await requete.lire(_LIMITE)
        try:
            return route(requete, corps)
        except RefusPsc as refus:
            requete.code = refus.code
            requete.verifier("demande", ok=False, detail=refus.description)
            return _json(refus.statut, {"error": refus.code, "error_description": refus.description})

    def _annonce(self) -> dict[str, Any]:
        base = self.issuer.removesuffix(ROYAUME)
        return {
            "issuer": self.issuer,
            "authorization_endpoint": self.autorisation,
            "token_endpoint": f"{base}{_JETONS}",
            "userinfo_endpoint": f"{base}{_USERINFO}",
            "jwks_uri": f"{base}{_CLES}",
            "end_session_endpoint": f"{base}{_DECONNEXION}",
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "acr_values_supported": ["0", "0"],  # as the national document: not to be relied upon
            "id_token_signing_alg_values_supported": ["RS256", "HS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "tls_client_auth"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
            "tls_client_certificate_bound_access_tokens": True,
            "mtls_endpoint_aliases": {"token_endpoint": f"{base}{_JETONS}"},
        }

    def _autoriser(self, requete: RequeteSandbox, _corps: bytes) -> ReponseSandbox:
        lus = _parametres(requete.parametres)
        logiciel = self._logiciels.get(lus.get("client_id", ""))
        if not requete.verifier("client_id", logiciel is not None, "inconnu") or logiciel is None:
            raise RefusPsc("invalid_client", "client_id inconnu")
        retour = lus.get("redirect_uri", "")
        # Never sent back to an address that was not declared: it would hand the code to anyone.
        if not requete.verifier("redirect_uri", retour in logiciel.redirect_uris, "n'est pas déclarée"):
            raise RefusPsc("invalid_redirect_uri", "redirect_uri n'est pas déclarée")
        base = {"iss": self.issuer, **({"state": lus["state"]} if "state" in lus else {})}
        refus, self._refus = self._refus, None
        for controle, tenu in _regles(lus):
            if not requete.verifier(controle, tenu, "absent ou refusé") and refus is None:
                refus = "invalid_request"
        compte = self._compte(requete)
        if refus is None and lus.get("prompt") == "none":
            refus = "login_required"  # no session is kept: every login is a fresh one
        if refus is None and not requete.verifier("e-CPS", compte is not None, "personne inconnue"):
            refus = "access_denied"
        if refus is not None or compte is None:
            requete.code = refus
            return _redirection(retour, {**base, "error": refus or "access_denied"})
        accord = Accord(logiciel, compte, retour, lus["nonce"], lus["code_challenge"], self._monde.clock.now())
        return _redirection(retour, {**base, "code": self._registre.emettre_code(accord)})

    def _compte(self, requete: RequeteSandbox) -> ComptePsc | None:
        try:
            cookie = SimpleCookie(requete.entetes.get("cookie", "")).get(COOKIE)
        except CookieError:
            cookie = None
        if cookie is None:
            return next(iter(self._comptes.values()), None)
        return self._comptes.get(cookie.value)

    def _donner_jetons(self, requete: RequeteSandbox, corps: bytes) -> ReponseSandbox:
        lus = _parametres(corps.decode("ascii", "replace"))
        logiciel, empreinte = self._authentifier(requete, lus)
        maintenant = self._monde.clock.now()
        if lus.get("grant_type") == "refresh_token":
            session = self._registre.par_rafraichissement(lus.get("refresh_token", ""), maintenant)
            bonne = session is not None and session.accord.logiciel == logiciel and session.empreinte == empreinte
            if not requete.verifier("refresh_token", bonne, "inconnu, remplacé, périmé ou d'un autre") or not session:
                raise RefusPsc("invalid_grant", "Token is not active")
            return _json(200, self._emettre(session, nonce=None))
        if lus.get("grant_type") != "authorization_code":
            raise RefusPsc("unsupported_grant_type", "authorization_code ou refresh_token")
        code = lus.get("code", "")
        accord = self._registre.accord(code, maintenant)
        if not requete.verifier("code", accord is not None, "inconnu, périmé ou déjà utilisé") or accord is None:
            raise RefusPsc("invalid_grant", "Code not valid")
        if not requete.verifier("code de ce logiciel", accord.logiciel == logiciel, "d'un autre logiciel"):
            raise RefusPsc("invalid_grant", "Code not valid")
        if not requete.verifier("redirect_uri", lus.get("redirect_uri") == accord.redirect_uri, "a changé"):
            raise RefusPsc("invalid_grant", "Incorrect redirect_uri")
        defi = base64url(hashlib.sha256(lus.get("code_verifier", "").encode()).digest())
        if not requete.verifier("PKCE", secrets.compare_digest(defi, accord.defi), "code_verifier faux"):
            raise RefusPsc("invalid_grant", "PKCE verification failed")
        session = SessionOuverte(str(self._monde.ids.uuid()), accord, empreinte)
        self._registre.ouvrir(code, session)
        return _json(200, self._emettre(session, nonce=accord.nonce))

    def _emettre(self, session: SessionOuverte, *, nonce: str | None) -> dict[str, Any]:
        accord, maintenant = session.accord, self._monde.clock.now()
        emis = int(maintenant.timestamp())
        communs = {
            "exp": emis + int(DUREE_ACCES.total_seconds()),
            "iat": emis,
            "auth_time": int(accord.le.timestamp()),
            "iss": self.issuer,
            "sub": accord.compte.sub,
            "azp": accord.logiciel.client_id,
            "session_state": session.sid,
            "sid": session.sid,
            "acr": "eidas2",  # asked eidas1, the service may answer more: as in production since 2026
            "authMode": "MOBILE",
            "SubjectNameID": accord.compte.id_nat,
            "preferred_username": accord.compte.id_nat,
            **({"nonce": nonce} if nonce else {}),
        }
        lien = {"cnf": {"x5t#S256": session.empreinte}} if session.empreinte else {}
        numeros = [str(self._monde.ids.uuid()) for _ in range(2)]
        session.acces = self._cle.signer(
            {**communs, "jti": numeros[0], "typ": "Bearer", "scope": "openid scope_all", **lien}
        )
        session.acces_jusqu_a = maintenant + DUREE_ACCES
        session.rafraichissement = secrets.token_urlsafe(48)
        session.rafraichissement_jusqu_a = maintenant + DUREE_RAFRAICHISSEMENT
        moitie = hashlib.sha256(session.acces.encode()).digest()[:16]
        identite = {
            **communs,
            "jti": numeros[1],
            "typ": "ID",
            "aud": accord.logiciel.client_id,
            "at_hash": base64url(moitie),
        }
        defaut = self._defaut
        if defaut is not DefautJeton.SUB:  # that one is played by UserInfo
            self._defaut = None
        return {
            "access_token": session.acces,
            "expires_in": int(DUREE_ACCES.total_seconds()),
            "refresh_token": session.rafraichissement,
            "refresh_expires_in": int(DUREE_RAFRAICHISSEMENT.total_seconds()),
            "token_type": "Bearer",
            "id_token": self._cle.signer(identite, defaut),
            "session_state": session.sid,
            "scope": "openid scope_all",
            "not-before-policy": 0,
        }

    def _authentifier(self, requete: RequeteSandbox, lus: Mapping[str, str]) -> tuple[LogicielEnregistre, str | None]:
        """Tell which software calls, and the thumbprint of its certificate if it has one."""
        client_id, secret = _basic(requete) or (lus.get("client_id", ""), lus.get("client_secret"))
        logiciel = self._logiciels.get(client_id)
        if not requete.verifier("client_id", logiciel is not None, "inconnu") or logiciel is None:
            raise RefusPsc("invalid_client", "Invalid client or Invalid client credentials", 401)
        if logiciel.secret is None:
            bon = secret is None and self._certificat(requete, client_id)
        else:
            bon = secret is not None and secrets.compare_digest(secret.encode(), logiciel.secret.encode())
        if not requete.verifier("authentification du logiciel", bon, "certificat ou secret refusé"):
            raise RefusPsc("invalid_client", "Invalid client or Invalid client credentials", 401)
        return logiciel, _empreinte(requete) if logiciel.secret is None else None

    def _certificat(self, requete: RequeteSandbox, client_id: str) -> bool:
        brut = requete.certificat_client
        if brut is None:
            return False
        certificat = Certificat.depuis(brut, quoi="certificat client")
        requete.structure = certificat.sujet.struct_idnat
        structure = self._monde.structures.get(requete.structure or "")
        if structure is None:
            return False
        perimetre = Perimetre(structure.struct_idnat, frozenset(i for i in structure.idnats_lies if i[0] in "13"))
        contexte = Contexte(production=False, maintenant=self._monde.clock.now(), perimetre=perimetre)
        # The CN is that of the registration (probable).
        return certificat.sujet.cn == client_id and not controler(certificat, Usage.TLS_PSC, contexte)

    def _decrire(self, requete: RequeteSandbox, _corps: bytes) -> ReponseSandbox:
        genre, _, jeton = requete.entetes.get("authorization", "").partition(" ")
        session = self._registre.par_acces(jeton, self._monde.clock.now()) if genre.lower() == "bearer" else None
        bon = session is not None and session.empreinte in (None, _empreinte(requete))
        if not requete.verifier("jeton d'accès", bon, "inconnu, périmé ou lié à un autre certificat") or not session:
            raise RefusPsc("invalid_token", "Token verification failed", 401)
        compte = session.accord.compte
        if self._defaut is DefautJeton.SUB:
            self._defaut = None
            compte = next(autre for autre in self._comptes.values() if autre != compte)
        return _json(200, claims_userinfo(compte))

    def _deconnecter(self, requete: RequeteSandbox, _corps: bytes) -> ReponseSandbox:
        lus = _parametres(requete.parametres)
        sid = self._cle.sid(lus.get("id_token_hint", ""))
        session = self._registre.par_sid(sid) if sid else None
        if not requete.verifier("id_token_hint", session is not None, "inconnu ou d'une session finie") or not session:
            raise RefusPsc("invalid_request", "Invalid parameter: id_token_hint")
        retour = lus.get("post_logout_redirect_uri")
        declare = retour is None or retour in session.accord.logiciel.retours
        if not requete.verifier("post_logout_redirect_uri", declare, "n'est pas déclarée"):
            raise RefusPsc("invalid_request", "Invalid redirect uri")
        self._registre.fermer(session.sid)
        if retour is None:
            return ReponseSandbox(200, "Session terminée.".encode(), {"content-type": "text/plain; charset=utf-8"})
        return _redirection(retour, {"state": lus["state"]} if "state" in lus else {})


def _regles(lus: Mapping[str, str]) -> tuple[tuple[str, bool], ...]:
    return (
        ("response_type", lus.get("response_type") == "code"),
        ("scope", lus.get("scope") == "openid scope_all"),
        ("acr_values", lus.get("acr_values") == "eidas1"),
        ("state", len(lus.get("state", "")) >= _NONCE_MIN),
        ("nonce", len(lus.get("nonce", "")) >= _NONCE_MIN),
        ("code_challenge", bool(lus.get("code_challenge"))),
        ("code_challenge_method", lus.get("code_challenge_method") == "S256"),
    )


def _parametres(texte: str) -> dict[str, str]:
    try:
        paires = parse_qsl(texte, keep_blank_values=True, max_num_fields=40)
    except ValueError:
        raise RefusPsc("invalid_request", "trop de paramètres") from None
    if len({nom for nom, _ in paires}) != len(paires):
        raise RefusPsc("invalid_request", "paramètre répété")
    return dict(paires)


def _basic(requete: RequeteSandbox) -> tuple[str, str] | None:
    genre, _, couple = requete.entetes.get("authorization", "").partition(" ")
    if genre.lower() != "basic":
        return None
    try:
        client_id, _, secret = base64.b64decode(couple, validate=True).decode().partition(":")
    except ValueError:
        raise RefusPsc("invalid_client", "en-tête Authorization illisible", 401) from None
    return unquote_plus(client_id), unquote_plus(secret)


def _empreinte(requete: RequeteSandbox) -> str | None:
    """Give the thumbprint of the client certificate as RFC 8705 §3.1 writes it."""
    certificat = requete.certificat_client
    return None if certificat is None else base64url(certificat.fingerprint(hashes.SHA256()))


def _json(statut: int, objet: Mapping[str, Any]) -> ReponseSandbox:
    entetes = {"content-type": "application/json", "cache-control": "no-store"}
    return ReponseSandbox(statut, json.dumps(objet).encode(), entetes)


def _redirection(adresse: str, parametres: Mapping[str, str]) -> ReponseSandbox:
    question = f"{'&' if '?' in adresse else '?'}{urlencode(parametres)}" if parametres else ""
    return ReponseSandbox(302, entetes={"location": f"{adresse}{question}", "cache-control": "no-store"})
