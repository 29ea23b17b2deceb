"""Between values and the bytes of OpenID Connect: discovery, return of the browser, tokens, UserInfo."""

from __future__ import annotations

import hmac
import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, quote_plus, urlencode, urlsplit

from segur_socles._core.body import BytesBody
from segur_socles._core.flow import Request, Response
from segur_socles.credentials.secret import Secret
from segur_socles.errors import ConnexionRefuseeError, ReponseInvalideError, ServiceError, TransportError
from segur_socles.psc.acces import AccesPsc
from segur_socles.psc.activites import ActivitePsc
from segur_socles.psc.codes import erreur_de
from segur_socles.psc.types import ConnexionNonAboutie, DemandeConnexion

__all__ = [
    "Decouverte",
    "JetonsRecus",
    "ecrire_formulaire",
    "lire_activites",
    "lire_decouverte",
    "lire_jetons",
    "lire_objet",
    "lire_retour",
    "objet_json",
    "texte",
]

_RECOMMENCER: Final = "recommencer la connexion depuis le début"
_SUCCES: Final = 200
_ERREUR_SERVEUR: Final = 500
_NON_AUTORISE: Final = 401


@dataclass(frozen=True, slots=True)
class Decouverte:
    """Endpoints announced by the service; those of mutual TLS where it has them and a certificate is used."""

    autorisation: str
    jetons: str
    userinfo: str
    cles: str
    deconnexion: str | None


@dataclass(frozen=True, slots=True)
class JetonsRecus:
    """Answer of the token endpoint. Durations in seconds, ``None`` if not announced."""

    acces: Secret
    identite: Secret | None
    rafraichissement: Secret | None
    duree: int | None
    duree_rafraichissement: int | None


def lire_objet(response: Response, *, quoi: str, par_certificat: bool = False) -> Mapping[str, Any]:
    """Read a JSON object, or raise what the answer means instead.

    Raises:
        ServiceError: the service says no, with an OAuth code.
        TransportError: it failed (5xx), or is no Pro Santé Connect (4xx without an OAuth code).
        ReponseInvalideError: a success that is not the JSON object of the protocol.
    """
    objet = objet_json(response.content)
    if response.status == _SUCCES and objet is not None:
        return objet
    if response.status == _SUCCES:
        message = f"Pro Santé Connect, {quoi} : la réponse n'est pas un objet JSON."
        raise ReponseInvalideError(message, phase="read", sent=True, status=_SUCCES)
    code = texte(objet or {}, "error") or ("invalid_token" if response.status == _NON_AUTORISE else None)
    if code is not None and response.status < _ERREUR_SERVEUR:
        raise erreur_de(
            code, texte(objet or {}, "error_description"), status=response.status, par_certificat=par_certificat
        )
    message = f"Pro Santé Connect, {quoi} : le serveur a répondu HTTP {response.status}, sans code d'erreur lisible."
    raise TransportError(
        message,
        phase="answer",
        sent=True,
        outcome_unknown=response.status >= _ERREUR_SERVEUR,
        status=response.status,
        remede="réessayer plus tard ; si cela dure, vérifier l'adresse de l'environnement",
    )


def lire_decouverte(objet: Mapping[str, Any], acces: AccesPsc, *, autorisation: str | None) -> Decouverte:
    """Read the discovery document; its issuer must be the configured one, to the character.

    ``autorisation`` is the login page that the environment expects, if it says one. Aliases for mutual TLS are taken
    endpoint by endpoint (RFC 8705 §5). The runner refuses any host that the environment does not name; addresses for
    the browser, which it does not see, are compared here.
    """
    connus = {_hote(url) for url in (acces.issuer, autorisation) if url is not None}
    alias = objet.get("mtls_endpoint_aliases") if acces.par_certificat else None

    def adresse(nom: str) -> str:
        url = (texte(alias, nom) if isinstance(alias, dict) else None) or texte(objet, nom)
        if url is None or urlsplit(url).scheme != "https":
            message = f"Pro Santé Connect n'annonce pas d'adresse https pour « {nom} »."
            raise ReponseInvalideError(message, phase="read", sent=True)
        return url

    def pour_le_navigateur(nom: str) -> str:
        url = adresse(nom)
        if _hote(url) not in connus:
            message = "Pro Santé Connect annonce une page d'un autre hôte ; le navigateur n'y est pas envoyé."
            raise ConnexionRefuseeError(message, controle=nom, remede="vérifier Environment.psc et psc_autorisation")
        return url

    if objet.get("issuer") != acces.issuer:
        message = "Le service qui répond n'est pas l'émetteur attendu (issuer) ; personne n'est authentifié."
        raise ConnexionRefuseeError(message, controle="iss", remede="vérifier Environment.psc, au caractère près")
    page = pour_le_navigateur("authorization_endpoint")
    if autorisation is not None and page != autorisation:
        message = "La page de connexion annoncée n'est pas celle de l'environnement ; le navigateur n'y est pas envoyé."
        raise ConnexionRefuseeError(message, controle="authorization_endpoint", remede="vérifier psc_autorisation")
    deconnexion = pour_le_navigateur("end_session_endpoint") if "end_session_endpoint" in objet else None
    return Decouverte(page, adresse("token_endpoint"), adresse("userinfo_endpoint"), adresse("jwks_uri"), deconnexion)


def _hote(url: str) -> str:
    # The authority whole, user part and odd characters included: a browser may read these otherwise than we do.
    return urlsplit(url).netloc.lower().removesuffix(":443")


def lire_retour(retour: str, demande: DemandeConnexion, acces: AccesPsc) -> str | ConnexionNonAboutie:
    """Read the address the browser came back to (or its query): ``state``, then ``iss``, then ``error``, then ``code``.

    Raises :class:`ConnexionRefuseeError` when the return is not that of ``demande``, :class:`ServiceError` when it
    tells an error that is none of the person's doing.
    """
    question = urlsplit(retour).query if "?" in retour else retour
    paires = parse_qsl(question, keep_blank_values=True)
    lus = dict(paires)
    if len(lus) != len(paires):
        message = "Le retour de connexion répète un paramètre ; il est refusé."
        raise ConnexionRefuseeError(message, controle="parametres", remede=_RECOMMENCER)
    if not hmac.compare_digest(lus.get("state", "").encode(), demande.state.reveler().encode()):
        message = "Le retour de connexion n'est pas celui de la demande (state) ; il est refusé."
        remede = f"{_RECOMMENCER}, dans un seul onglet ; la demande se garde dans la session du visiteur"
        raise ConnexionRefuseeError(message, controle="state", remede=remede)
    if lus.get("iss", acces.issuer) != acces.issuer:
        message = "Le retour de connexion vient d'un autre émetteur (iss) ; il est refusé."
        raise ConnexionRefuseeError(message, controle="iss", remede=_RECOMMENCER)
    if "error" in lus:
        return ConnexionNonAboutie.de(lus["error"]) or _refus(lus, acces)
    if not lus.get("code"):
        message = "Le retour de connexion ne porte ni code ni erreur ; il est refusé."
        raise ConnexionRefuseeError(message, controle="code", remede=_RECOMMENCER)
    return lus["code"]


def _refus(lus: Mapping[str, str], acces: AccesPsc) -> ConnexionNonAboutie:
    error: ServiceError = erreur_de(
        lus["error"], lus.get("error_description"), status=None, par_certificat=acces.par_certificat
    )
    raise error


def ecrire_formulaire(url: str, champs: Mapping[str, str], acces: AccesPsc, *, secret_en_tete: bool) -> Request:
    """Write a request to the token endpoint, with the software's authentication (certificate or secret)."""
    client = acces.client
    headers = [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json")]
    champs = dict(champs)
    if client.secret is not None and secret_en_tete:
        # RFC 6749 §2.3.1: both parts are form-encoded before they are joined.
        couple = f"{quote_plus(client.client_id)}:{quote_plus(client.secret.reveler())}"
        headers.append(("Authorization", f"Basic {b64encode(couple.encode()).decode()}"))
    else:
        champs["client_id"] = client.client_id
        if client.secret is not None:
            champs["client_secret"] = client.secret.reveler()
    return Request("POST", url, tuple(headers), BytesBody(urlencode(champs).encode()))


def lire_jetons(objet: Mapping[str, Any]) -> JetonsRecus:
    """Read the answer of the token endpoint. Raises :class:`ReponseInvalideError` if it is not one."""
    acces = _jeton(objet, "access_token")
    if acces is None or str(objet.get("token_type", "")).lower() != "bearer":
        message = "Pro Santé Connect n'a pas rendu de jeton d'accès au porteur (Bearer)."
        raise ReponseInvalideError(message, phase="read", sent=True)
    return JetonsRecus(
        acces,
        _jeton(objet, "id_token"),
        _jeton(objet, "refresh_token"),
        _duree(objet, "expires_in"),
        _duree(objet, "refresh_expires_in"),
    )


def lire_activites(userinfo: Mapping[str, Any]) -> tuple[ActivitePsc, ...]:
    """Give every activity of every exercise; none when ``SubjectRefPro`` is absent or empty (both were seen).

    Raises :class:`ReponseInvalideError` if it has not the shape it should: dropping an activity would be silent.
    """
    reference = userinfo.get("SubjectRefPro") or {}
    return tuple(
        _activite(exercice, activite)
        for exercice in _objets(reference, "exercices")
        for activite in _objets(exercice, "activities")
    )


def _activite(exercice: Mapping[str, Any], activite: Mapping[str, Any]) -> ActivitePsc:
    return ActivitePsc(
        profession=texte(exercice, "codeProfession"),
        categorie=texte(exercice, "codeCategorieProfessionnelle"),
        savoir_faire=texte(exercice, "codeSavoirFaire"),
        civilite_exercice=texte(exercice, "codeCiviliteDexercice"),
        nom_exercice=texte(exercice, "nomDexercice"),
        prenom_exercice=texte(exercice, "prenomDexercice"),
        secteur=texte(activite, "codeSecteurDactivite"),
        mode_exercice=texte(activite, "codeModeExercice"),
        role=texte(activite, "codeRole"),
        finess_eg=texte(activite, "numeroFinessSite"),
        # The lower-case "e" is the service's own spelling.
        finess_ej=texte(activite, "numeroFinessetablissementJuridique"),
        siret=texte(activite, "numeroSiretSite"),
        struct_idnat=texte(activite, "ancienIdentifiantDeLaStructure"),
        raison_sociale=texte(activite, "raisonSocialeSite") or texte(activite, "enseigneCommercialeSite"),
    )


def texte(objet: Mapping[str, Any], nom: str) -> str | None:
    """Give a text, ``None`` if it is absent or empty: the service writes "no value" as an empty text (certain)."""
    valeur = objet.get(nom)
    return valeur.strip() or None if isinstance(valeur, str) else None


def _objets(objet: object, nom: str) -> list[Mapping[str, Any]]:
    liste = (objet.get(nom) or []) if isinstance(objet, dict) else None
    if not isinstance(liste, list) or not all(isinstance(item, dict) for item in liste):
        message = f"Pro Santé Connect : « {nom} » n'a pas la forme attendue."
        raise ReponseInvalideError(message, phase="read", sent=True)
    return liste


def _jeton(objet: Mapping[str, Any], nom: str) -> Secret | None:
    valeur = texte(objet, nom)
    if valeur is None:
        return None
    if not all("!" <= c <= "~" for c in valeur):  # it goes into a header
        message = f"Pro Santé Connect : « {nom} » contient un caractère interdit."
        raise ReponseInvalideError(message, phase="read", sent=True)
    return Secret(valeur)


def _duree(objet: Mapping[str, Any], nom: str) -> int | None:
    valeur = objet.get(nom)
    return valeur if isinstance(valeur, int) and not isinstance(valeur, bool) and 0 < valeur < _DIX_ANS else None


_DIX_ANS: Final = 10 * 366 * 86400


def objet_json(octets: bytes) -> dict[str, Any] | None:
    """Read a JSON object; ``None`` for anything else."""
    try:
        objet = json.loads(octets)
    except (ValueError, RecursionError):
        return None
    return objet if isinstance(objet, dict) else None
