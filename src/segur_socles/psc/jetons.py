"""The ID token: signature by a key of the service, then every claim, before anyone is believed.

joserfc reads and verifies; the algorithm is the configured one and no other, whatever the token or the service say.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from segur_socles.credentials.secret import Secret
from segur_socles.errors import ConnexionRefuseeError
from segur_socles.psc.messages import objet_json
from segur_socles.psc.types import NiveauEidas

if TYPE_CHECKING:
    from joserfc.jwk import ECKey, RSAKey

__all__ = ["Attendus", "Cles", "lire_kid", "verifier"]

_TAILLE_RSA: Final = 2048
_REMEDE: Final = "recommencer la connexion ; si cela dure, prévenir l'ANS (editeurs Pro Santé Connect)"
_HORLOGE: Final = "recommencer la connexion ; vérifier que l'horloge du serveur est à l'heure (NTP)"


@dataclass(frozen=True, slots=True)
class Attendus:
    """What a token must say. ``nonce`` and ``acces`` are ``None`` on a refresh, ``sub`` on a login."""

    issuer: str
    client_id: str
    algorithme: str
    maintenant: datetime
    tolerance: int
    acr: str | None = None
    nonce: Secret | None = None
    acces: Secret | None = None
    sub: str | None = None


class Cles:
    """Public signature keys of the service, by ``kid``. Keys of another kind, or too weak, are left out."""

    def __init__(self, jwks: Mapping[str, Any]) -> None:
        listees = jwks.get("keys")
        self._cles = [cle for brute in (listees if isinstance(listees, list) else ()) if (cle := _cle(brute))]

    def trouver(self, kid: object) -> RSAKey | ECKey | None:
        """Give the key named ``kid``; without a name, the only key if there is but one."""
        if kid is None:
            return self._cles[0] if len(self._cles) == 1 else None
        return next((cle for cle in self._cles if cle.kid == kid), None)


def _cle(brute: object) -> RSAKey | ECKey | None:
    from joserfc.errors import JoseError
    from joserfc.jwk import ECKey, RSAKey

    if not isinstance(brute, dict) or brute.get("use", "sig") != "sig":
        return None
    try:
        if brute.get("kty") == "EC":
            return ECKey.import_key(brute)
        if brute.get("kty") != "RSA":
            return None
        if _bits(brute.get("n")) < _TAILLE_RSA:
            return None
        return RSAKey.import_key(brute)
    except (JoseError, ValueError, TypeError):
        return None


def _bits(n: object) -> int:
    return int.from_bytes(_base64url(n)).bit_length() if isinstance(n, str) else 0


def _base64url(valeur: str) -> bytes:
    return base64.urlsafe_b64decode(valeur + "=" * (-len(valeur) % 4))


def lire_kid(jeton: Secret, algorithme: str) -> object:
    """Give the ``kid`` of a token, which must be signed with ``algorithme``: ``none`` and HMAC never pass."""
    entete = _objet(jeton.reveler().split(".")[0])
    if entete is None or jeton.reveler().count(".") != 2:  # noqa: PLR2004 - a JWS has three parts
        raise _refus("jeton", "il n'est pas un JWT signé")
    if entete.get("alg") != algorithme:
        raise _refus("alg", f"il n'est pas signé en {algorithme}")
    return entete.get("kid")


def verifier(jeton: Secret, cle: RSAKey | ECKey | None, attendus: Attendus) -> Mapping[str, Any]:
    """Verify an ID token and give its claims. Raises :class:`ConnexionRefuseeError`, which names the check."""
    lire_kid(jeton, attendus.algorithme)
    if cle is None:
        raise _refus("signature", "sa clé n'est pas de celles que le service publie")
    claims = _claims(jeton, cle, attendus.algorithme)
    for controle, tenu, quoi, remede in _regles(claims, attendus):
        if not tenu:
            raise _refus(controle, quoi, remede)
    return claims


def _claims(jeton: Secret, cle: RSAKey | ECKey, algorithme: str) -> Mapping[str, Any]:
    from joserfc import jws
    from joserfc.errors import JoseError

    try:
        octets = jws.deserialize_compact(jeton.reveler(), cle, algorithms=[algorithme]).payload
    except (JoseError, ValueError, TypeError):
        octets = None
    claims = objet_json(octets) if octets is not None else None
    if claims is None:  # outside the handler: joserfc's error may hold the token
        raise _refus("signature", "sa signature n'est pas valide")
    return claims


def _regles(claims: Mapping[str, Any], attendus: Attendus) -> Sequence[tuple[str, bool, str, str]]:
    """Give the checks in order: name, whether it holds, what is wrong otherwise, remedy."""
    audiences = claims.get("aud")
    audiences = [audiences] if isinstance(audiences, str) else audiences
    destine = isinstance(audiences, list) and attendus.client_id in audiences
    seul = isinstance(audiences, list) and len(audiences) == 1
    present = attendus.maintenant.timestamp()
    sub = claims.get("sub")
    niveau = NiveauEidas.lire(claims.get("acr"))
    demande = NiveauEidas.lire(attendus.acr)
    return (
        ("iss", claims.get("iss") == attendus.issuer, "il vient d'un autre émetteur", _REMEDE),
        ("aud", destine, "il est destiné à un autre logiciel", _REMEDE),
        # OpenID Connect Core §3.1.3.7: with several audiences, azp must say who asked.
        ("azp", _azp(claims, attendus, seul=seul), "il a été demandé par un autre logiciel", _REMEDE),
        ("exp", _nombre(claims.get("exp")) > present - attendus.tolerance, "il est périmé, ou sans échéance", _HORLOGE),
        (
            "iat",
            0 < _nombre(claims.get("iat")) <= present + attendus.tolerance,
            "sa date d'émission manque ou est dans le futur",
            _HORLOGE,
        ),
        ("nonce", _nonce(claims, attendus.nonce), "il ne répond pas à cette demande (nonce)", _REMEDE),
        (
            "sub",
            isinstance(sub, str) and bool(sub) and attendus.sub in (None, sub),
            "il ne désigne personne, ou une autre personne",
            _REMEDE,
        ),
        ("at_hash", _at_hash(claims, attendus), "le jeton d'accès n'est pas celui qu'il accompagne", _REMEDE),
        (
            "acr",
            demande is None or (niveau is not None and niveau >= demande),
            "le niveau d'authentification est absent, inconnu ou plus bas que demandé",
            "demander à la personne de se connecter avec sa carte CPS ou son application e-CPS",
        ),
    )


def _azp(claims: Mapping[str, Any], attendus: Attendus, *, seul: bool) -> bool:
    azp = claims.get("azp")
    return seul if azp is None else azp == attendus.client_id


def _nonce(claims: Mapping[str, Any], nonce: Secret | None) -> bool:
    recu = claims.get("nonce")
    return nonce is None or (isinstance(recu, str) and Secret(recu) == nonce)


def _at_hash(claims: Mapping[str, Any], attendus: Attendus) -> bool:
    recu = claims.get("at_hash")
    if recu is None or attendus.acces is None:
        return True
    # The left half of the hash that goes with the algorithm: SHA-256 for the three that are admitted.
    moitie = hashlib.sha256(attendus.acces.reveler().encode()).digest()[:16]
    attendu = base64.urlsafe_b64encode(moitie).rstrip(b"=")
    return isinstance(recu, str) and hmac.compare_digest(recu.encode(), attendu)


def _nombre(valeur: object) -> float:
    return valeur if isinstance(valeur, int | float) and not isinstance(valeur, bool) else 0.0


def _objet(partie: str) -> dict[str, Any] | None:
    try:
        return objet_json(_base64url(partie))
    except ValueError:
        return None


def _refus(controle: str, quoi: str, remede: str = _REMEDE) -> ConnexionRefuseeError:
    message = f"Le jeton d'identité est refusé : {quoi} ; personne n'est authentifié."
    return ConnexionRefuseeError(message, controle=controle, remede=remede)
