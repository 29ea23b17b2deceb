"""Login by authorization code with PKCE, renewal and logout, without input or output."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal
from urllib.parse import urlencode

from segur_socles._core.clock import Clock
from segur_socles._core.flow import Flow, Http, Request, Response
from segur_socles.config.environment import Environment
from segur_socles.credentials.secret import Secret
from segur_socles.errors import ConnexionRefuseeError, JetonRefuseError, ReponseInvalideError
from segur_socles.psc.acces import AccesPsc
from segur_socles.psc.codes import SERVICE
from segur_socles.psc.jetons import Attendus, Cles, lire_kid, verifier
from segur_socles.psc.messages import (
    Decouverte,
    JetonsRecus,
    ecrire_formulaire,
    lire_activites,
    lire_decouverte,
    lire_jetons,
    lire_objet,
    lire_retour,
    texte,
)
from segur_socles.psc.types import (
    ConnexionNonAboutie,
    DemandeConnexion,
    JetonsPsc,
    NiveauEidas,
    ResultatConnexion,
    SessionPsc,
)
from segur_socles.trace.record import Resultat as ResultatTrace
from segur_socles.trace.traceur import ActeTrace, Bilan, Traceur

__all__ = ["FluxPsc", "Invite"]

Invite = Literal["login", "none"]
"""``login``: ask again even if a session is open; ``none``: never ask (``login_required`` otherwise)."""

CONNECTER: Final = "psc.connecter"
RAFRAICHIR: Final = "psc.rafraichir"
DECOUVRIR: Final = "psc.decouvrir"

_CACHE: Final = 600.0
"""Seconds that discovery and keys are kept; an unknown key has them read again at once."""


class FluxPsc:
    """Flows of one process. ``acces`` is asked at each call, so that a renewed credential is taken up.

    ``alea(n)`` gives ``n`` unguessable bytes.
    """

    def __init__(
        self,
        environment: Environment,
        acces: Callable[[], AccesPsc],
        traceur: Traceur,
        clock: Clock,
        alea: Callable[[int], bytes],
    ) -> None:
        self._environment = environment
        self._options = environment.options_psc
        self._acces = acces
        self._traceur = traceur
        self._clock = clock
        self._alea = alea
        # Replaced whole, never changed: two threads may read the service twice, and then agree.
        self._cache: Mapping[str, tuple[float, Mapping[str, Any]]] = {}

    def preparer(self, *, prompt: Invite | None = None) -> Flow[DemandeConnexion]:
        """Begin a login: fresh secrets, and the address to send the browser to."""
        acces = self._acces()
        decouverte = yield from self._decouvrir(acces)
        state, nonce = self._alea(32).hex(), self._alea(32).hex()
        verificateur = _base64url(self._alea(64))
        question = {
            "response_type": "code",
            "client_id": acces.client.client_id,
            "redirect_uri": acces.client.redirect_uri,
            "scope": self._options.scope,
            "acr_values": self._options.acr_demande,
            "state": state,
            "nonce": nonce,
            "code_challenge": _base64url(hashlib.sha256(verificateur.encode()).digest()),
            "code_challenge_method": "S256",
            **({"prompt": prompt} if prompt else {}),
        }
        url = _avec(decouverte.autorisation, question)
        return DemandeConnexion(url, Secret(state), Secret(nonce), Secret(verificateur))

    def terminer(self, demande: DemandeConnexion, retour: str) -> Flow[ResultatConnexion]:
        """End a login from the address the browser came back to."""
        acte: ActeTrace[ResultatConnexion] = ActeTrace(SERVICE, CONNECTER, acteur=None, motif=None, bilan=_bilan)
        return (yield from self._traceur.suivre(self._connecter(demande, retour), acte))

    def rafraichir(self, session: SessionPsc) -> Flow[SessionPsc]:
        """Renew the tokens of a session."""
        acte: ActeTrace[SessionPsc] = ActeTrace(SERVICE, RAFRAICHIR, acteur=None, motif=None, bilan=_bilan)
        return (yield from self._traceur.suivre(self._renouveler(session), acte))

    def deconnecter(self, session: SessionPsc, *, etat: str | None = None) -> Flow[Secret]:
        """Give the address that ends the person's session at the service, for the browser to open."""
        acces = self._acces()
        decouverte = yield from self._decouvrir(acces)
        if decouverte.deconnexion is None:
            message = "Pro Santé Connect n'annonce pas d'adresse de déconnexion."
            raise ReponseInvalideError(message, phase="read", sent=True)
        question = {"id_token_hint": session.jetons.identite.reveler()}
        if acces.client.retour_deconnexion is not None:
            question["post_logout_redirect_uri"] = acces.client.retour_deconnexion
        if etat is not None:
            question["state"] = etat
        return Secret(_avec(decouverte.deconnexion, question))

    def _connecter(self, demande: DemandeConnexion, retour: str) -> Flow[ResultatConnexion]:
        acces = self._acces()
        code = lire_retour(retour, demande, acces)  # before anything is sent
        if isinstance(code, ConnexionNonAboutie):
            return code
        decouverte = yield from self._decouvrir(acces)
        champs = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": acces.client.redirect_uri,
            "code_verifier": demande.verificateur.reveler(),
        }
        recus = yield from self._demander(CONNECTER, decouverte, acces, champs)
        if recus.identite is None:
            message = "Pro Santé Connect n'a pas rendu de jeton d'identité (id_token)."
            raise ReponseInvalideError(message, phase="read", sent=True)
        attendus = replace(self._attendus(acces), nonce=demande.nonce, acces=recus.acces, acr=self._options.acr_demande)
        claims = yield from self._verifier(decouverte, acces, recus.identite, attendus)
        userinfo = yield from self._userinfo(decouverte, acces, recus.acces)
        return _session(claims, userinfo, self._jetons(recus, recus.identite))

    def _renouveler(self, session: SessionPsc) -> Flow[SessionPsc]:
        jeton = session.jetons.rafraichissement
        if jeton is None:
            message = "Cette session ne peut pas être rafraîchie : le service n'a pas donné de jeton pour cela."
            raise JetonRefuseError(
                message, service=SERVICE, code="refresh_token_absent", remede="recommencer la connexion"
            )
        acces = self._acces()
        decouverte = yield from self._decouvrir(acces)
        champs = {"grant_type": "refresh_token", "refresh_token": jeton.reveler()}
        recus = yield from self._demander(RAFRAICHIR, decouverte, acces, champs)
        identite = session.jetons.identite
        if recus.identite is not None:
            # OpenID Connect Core §12.2: same issuer, same person; the nonce need not be there.
            attendus = replace(self._attendus(acces), sub=session.sub, acces=recus.acces)
            yield from self._verifier(decouverte, acces, recus.identite, attendus)
            identite = recus.identite
        # Without rotation, the refresh token in hand stays good.
        return replace(
            session, jetons=self._jetons(replace(recus, rafraichissement=recus.rafraichissement or jeton), identite)
        )

    def _attendus(self, acces: AccesPsc) -> Attendus:
        options = self._options
        return Attendus(
            issuer=acces.issuer,
            client_id=acces.client.client_id,
            algorithme=options.algorithme_signature,
            maintenant=self._clock.now(),
            tolerance=options.tolerance_horloge,
        )

    def _decouvrir(self, acces: AccesPsc) -> Flow[Decouverte]:
        objet = yield from self._lire(f"{acces.issuer}{self._options.chemin_decouverte}", acces, "découverte")
        return lire_decouverte(objet, acces, autorisation=self._environment.psc_autorisation)

    def _lire(self, url: str, acces: AccesPsc, quoi: str, *, frais: bool = False) -> Flow[Mapping[str, Any]]:
        """Read a public document of the service, or take it as it was read less than ten minutes ago."""
        maintenant = self._clock.monotonic()
        connu = self._cache.get(url)
        if connu is not None and not frais and maintenant - connu[0] < _CACHE:
            return connu[1]
        requete = Request("GET", url, (("Accept", "application/json"),))
        objet: Mapping[str, Any] = yield Http.of(
            requete,
            read=lambda response: lire_objet(response, quoi=quoi),
            channel=acces.channel,
            label=DECOUVRIR,
            repeatable=True,
        )
        self._cache = {**self._cache, url: (maintenant, objet)}
        return objet

    def _demander(
        self, operation: str, decouverte: Decouverte, acces: AccesPsc, champs: Mapping[str, str]
    ) -> Flow[JetonsRecus]:
        def lire(response: Response) -> JetonsRecus:
            return lire_jetons(lire_objet(response, quoi="jetons", par_certificat=acces.par_certificat))

        requete = ecrire_formulaire(decouverte.jetons, champs, acces, secret_en_tete=self._options.secret_en_tete)
        # Never repeated once sent: a code serves once, and showing it again may end the session it opened.
        recus: JetonsRecus = yield Http.of(requete, read=lire, channel=acces.channel, label=operation)
        return recus

    def _verifier(
        self, decouverte: Decouverte, acces: AccesPsc, jeton: Secret, attendus: Attendus
    ) -> Flow[Mapping[str, Any]]:
        kid = lire_kid(jeton, attendus.algorithme)
        cle = Cles((yield from self._lire(decouverte.cles, acces, "clés"))).trouver(kid)
        if cle is None:  # the service may have renewed its keys since
            cle = Cles((yield from self._lire(decouverte.cles, acces, "clés", frais=True))).trouver(kid)
        return verifier(jeton, cle, attendus)

    def _userinfo(self, decouverte: Decouverte, acces: AccesPsc, jeton: Secret) -> Flow[Mapping[str, Any]]:
        headers = (("Authorization", f"Bearer {jeton.reveler()}"), ("Accept", "application/json"))
        userinfo: Mapping[str, Any] = yield Http.of(
            Request("GET", decouverte.userinfo, headers),
            read=lambda response: lire_objet(response, quoi="UserInfo", par_certificat=acces.par_certificat),
            channel=acces.channel,
            label=CONNECTER,
            repeatable=True,
        )
        return userinfo

    def _jetons(self, recus: JetonsRecus, identite: Secret) -> JetonsPsc:
        maintenant = self._clock.now()
        return JetonsPsc(
            acces=recus.acces,
            identite=identite,
            rafraichissement=recus.rafraichissement,
            expire_le=_echeance(maintenant, recus.duree),
            rafraichissable_jusqu_a=_echeance(maintenant, recus.duree_rafraichissement),
        )


def _session(claims: Mapping[str, Any], userinfo: Mapping[str, Any], jetons: JetonsPsc) -> SessionPsc:
    niveau = NiveauEidas.lire(claims.get("acr"))
    id_nat, nom, prenom = (texte(userinfo, champ) for champ in ("SubjectNameID", "family_name", "given_name"))
    if userinfo.get("sub") != claims["sub"] or id_nat != (texte(claims, "SubjectNameID") or id_nat):
        message = "UserInfo décrit une autre personne que le jeton d'identité ; personne n'est authentifié."
        raise ConnexionRefuseeError(message, controle="sub", remede="recommencer la connexion")
    if id_nat is None or nom is None or prenom is None or niveau is None:
        message = "UserInfo ne donne pas l'identifiant national, le nom ou le prénom de la personne."
        raise ReponseInvalideError(message, phase="read", sent=True)
    return SessionPsc(
        id_nat=id_nat,
        sub=claims["sub"],
        nom=nom,
        prenom=prenom,
        niveau=niveau,
        moyen=texte(userinfo, "authMode") or texte(claims, "authMode"),
        jetons=jetons,
        civilite=texte(userinfo, "codeCivilite"),
        # Without auth_time, the ID token's own date: no later than which the person had logged in.
        authentifie_le=_instant(claims.get("auth_time")) or _instant(claims.get("iat")),
        activites=lire_activites(userinfo),
        donnees=userinfo,
    )


def _bilan(resultat: ResultatConnexion) -> Bilan:
    if isinstance(resultat, ConnexionNonAboutie):
        return Bilan(ResultatTrace.SANS_RESULTAT, resultat.code)
    details = {"activites": len(resultat.activites), "niveau": int(resultat.niveau)}
    return Bilan(ResultatTrace.SUCCES, acteur_id=resultat.id_nat, details=details)


def _echeance(maintenant: datetime, secondes: int | None) -> datetime | None:
    return None if secondes is None else maintenant + timedelta(seconds=secondes)


def _instant(secondes: object) -> datetime | None:
    """Read a NumericDate; one that is no date says nothing."""
    if not isinstance(secondes, int | float) or isinstance(secondes, bool):
        return None
    try:
        return datetime.fromtimestamp(secondes, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def _base64url(octets: bytes) -> str:
    return urlsafe_b64encode(octets).rstrip(b"=").decode("ascii")


def _avec(url: str, question: Mapping[str, str]) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urlencode(question)}"
