"""Tokens of the sandbox's Pro Santé Connect, written by hand on ``cryptography``: the client's library has no part."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

__all__ = ["CleDeSignature", "DefautJeton", "base64url"]


class DefautJeton(StrEnum):
    """What the next ID token is made wrong by: so that an adopter sees it refused."""

    NONCE = "nonce"
    AUD = "aud"
    ISS = "iss"
    AZP = "azp"
    EXP = "exp"
    IAT = "iat"
    ACR = "acr"
    AT_HASH = "at_hash"
    SUB = "sub"
    """UserInfo speaks of another person."""
    SIGNATURE = "signature"
    """Signed by a key that the service does not publish, under the name of one that it does."""
    ALG_NONE = "alg_none"
    ALG_HMAC = "alg_hmac"
    """HMAC keyed by the public key: the confusion of algorithms."""
    KID = "kid"
    """Signed by an unknown key, under its own name."""


_ALTERES: Final[Mapping[DefautJeton, Any]] = {
    DefautJeton.NONCE: "0" * 64,
    DefautJeton.AUD: "un-autre-logiciel",
    DefautJeton.ISS: "https://localhost/auth/realms/autre",
    DefautJeton.AZP: "un-autre-logiciel",
    DefautJeton.EXP: 1_000_000_000,
    DefautJeton.IAT: 4_000_000_000,
    DefautJeton.ACR: "eidas0",
    DefautJeton.AT_HASH: "AAAAAAAAAAAAAAAAAAAAAA",
}


class CleDeSignature:
    """The service's key, made when first needed: most runs of the sandbox log nobody in."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cles: dict[str, rsa.RSAPrivateKey] = {}

    def jwks(self) -> dict[str, Any]:
        """Give the public keys: one for signatures, and one for encryption, which no client may verify with."""
        return {"keys": [self._jwk("sig"), self._jwk("enc")]}

    def signer(self, claims: Mapping[str, Any], defaut: DefautJeton | None = None) -> str:
        """Write a signed token, with a defect if one is asked for."""
        if defaut is not None and defaut in _ALTERES:
            claims = {**claims, defaut.value: _ALTERES[defaut]}
        entete = {"alg": "RS256", "typ": "JWT", "kid": self._kid("sig")}
        match defaut:
            case DefautJeton.ALG_NONE:
                return f"{_texte({**entete, 'alg': 'none'}, claims)}."
            case DefautJeton.ALG_HMAC:
                texte = _texte({**entete, "alg": "HS256"}, claims)
                return f"{texte}.{base64url(hmac.digest(self._modulus('sig'), texte.encode(), 'sha256'))}"
            case DefautJeton.KID:
                return _signe(self._cle("autre"), {**entete, "kid": self._kid("autre")}, claims)
            case DefautJeton.SIGNATURE:
                return _signe(self._cle("autre"), entete, claims)
            case _:
                return _signe(self._cle("sig"), entete, claims)

    def sid(self, jeton: str) -> str | None:
        """Give the session of an ID token of ours, expired or not; ``None`` if we did not sign it."""
        texte, _, signature = jeton.rpartition(".")
        try:
            cle, octets = self._cle("sig").public_key(), _octets(signature)
            cle.verify(octets, texte.encode(), padding.PKCS1v15(), hashes.SHA256())
            sid = json.loads(_octets(texte.partition(".")[2]))["sid"]
        except (InvalidSignature, ValueError, KeyError, TypeError):
            return None
        return sid if isinstance(sid, str) else None

    def _cle(self, usage: str) -> rsa.RSAPrivateKey:
        with self._lock:
            if usage not in self._cles:
                self._cles[usage] = rsa.generate_private_key(65537, 2048)
            return self._cles[usage]

    def _modulus(self, usage: str) -> bytes:
        return self._cle(usage).public_key().public_numbers().n.to_bytes(256)

    def _kid(self, usage: str) -> str:
        return base64url(hashlib.sha256(self._modulus(usage)).digest())

    def _jwk(self, usage: str) -> dict[str, str]:
        algorithme = {"sig": "RS256", "enc": "RSA-OAEP"}[usage]
        n = base64url(self._modulus(usage))
        return {"kty": "RSA", "use": usage, "alg": algorithme, "kid": self._kid(usage), "n": n, "e": "AQAB"}


def base64url(octets: bytes) -> str:
    """Write bytes as tokens want them, without padding."""
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode("ascii")


def _octets(texte: str) -> bytes:
    return base64.urlsafe_b64decode(texte + "=" * (-len(texte) % 4))


def _texte(entete: Mapping[str, Any], claims: Mapping[str, Any]) -> str:
    return ".".join(base64url(json.dumps(partie, separators=(",", ":")).encode()) for partie in (entete, claims))


def _signe(cle: rsa.RSAPrivateKey, entete: Mapping[str, Any], claims: Mapping[str, Any]) -> str:
    texte = _texte(entete, claims)
    return f"{texte}.{base64url(cle.sign(texte.encode(), padding.PKCS1v15(), hashes.SHA256()))}"
