"""The ID token and the answers around it, bent one way at a time. Tokens are made with ``cryptography`` alone."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from psc_outils import refus

from segur_socles._core.flow import Response
from segur_socles.credentials.secret import Secret
from segur_socles.errors import (
    ConnexionRefuseeError,
    JetonRefuseError,
    ReponseInvalideError,
    ServiceError,
    TransportError,
)
from segur_socles.psc.jetons import Attendus, Cles, verifier
from segur_socles.psc.messages import lire_jetons, lire_objet

MAINTENANT = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
T = int(MAINTENANT.timestamp())
NONCE = "n" * 64
ACCES = "jeton-d-acces"
ATTENDUS = Attendus(
    issuer="https://psc.example/realms/esante-wallet",
    client_id="dui",
    algorithme="RS256",
    maintenant=MAINTENANT,
    tolerance=60,
    acr="eidas1",
    nonce=Secret(NONCE),
    acces=Secret(ACCES),
)


def b64(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def entier(n: int) -> str:
    return b64(n.to_bytes((n.bit_length() + 7) // 8))


CLE = rsa.generate_private_key(65537, 2048)
COURTE = rsa.generate_private_key(65537, 1024)
COURBE = ec.generate_private_key(ec.SECP256R1())


def jwk(cle: rsa.RSAPrivateKey, kid: str | None = "k1", **plus: str) -> dict[str, Any]:
    nombres = cle.public_key().public_numbers()
    return {"kty": "RSA", "n": entier(nombres.n), "e": "AQAB", **({"kid": kid} if kid else {}), **plus}


BONS: dict[str, Any] = {
    "iss": ATTENDUS.issuer,
    "aud": "dui",
    "azp": "dui",
    "exp": T + 120,
    "iat": T,
    "nonce": NONCE,
    "sub": "f:x:899700000010",
    "acr": "eidas1",
    "at_hash": b64(hashlib.sha256(ACCES.encode()).digest()[:16]),
}


def jeton(claims: dict[str, Any] | None = None, *, cle: rsa.RSAPrivateKey = CLE, **entete: Any) -> Secret:
    entete = {nom: valeur for nom, valeur in ({"alg": "RS256", "kid": "k1"} | entete).items() if valeur is not None}
    parties = (entete, {**BONS, **(claims or {})})
    texte = ".".join(b64(json.dumps(partie).encode()) for partie in parties)
    return Secret(f"{texte}.{b64(cle.sign(texte.encode(), padding.PKCS1v15(), hashes.SHA256()))}")


def juger(token: Secret, *cles: dict[str, Any], attendus: Attendus = ATTENDUS, kid: str | None = "k1") -> Any:
    return verifier(token, Cles({"keys": list(cles) or [jwk(CLE)]}).trouver(kid), attendus)


def test_a_good_token_is_believed() -> None:
    assert juger(jeton())["sub"] == "f:x:899700000010"


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": ["dui"]},
        {"aud": ["dui", "autre"]},
        {"azp": None},
        {"acr": "eidas3"},
        {"at_hash": None},
        {"exp": T - 59},  # a minute of tolerance
        {"iat": T + 60},
    ],
    ids=json.dumps,
)
def test_what_the_protocol_leaves_free_is_believed(claims: dict[str, Any]) -> None:
    assert juger(jeton(claims))


@pytest.mark.parametrize(
    ("controle", "claims"),
    [
        ("iss", {"iss": ATTENDUS.issuer + "/"}),
        ("iss", {"iss": None}),
        ("aud", {"aud": "autre"}),
        ("aud", {"aud": []}),
        ("aud", {"aud": "du"}),
        ("aud", {"aud": {"dui": 1}}),
        ("azp", {"azp": "autre"}),
        ("azp", {"aud": ["dui", "autre"], "azp": None}),
        ("exp", {"exp": T - 60}),
        ("exp", {"exp": None}),
        ("exp", {"exp": str(T + 120)}),
        ("exp", {"exp": True}),
        ("iat", {"iat": T + 61}),
        ("iat", {"iat": None}),
        ("nonce", {"nonce": None}),
        ("nonce", {"nonce": "N" * 64}),
        ("nonce", {"nonce": [NONCE]}),
        ("sub", {"sub": ""}),
        ("sub", {"sub": None}),
        ("at_hash", {"at_hash": b64(bytes(16))}),
        ("at_hash", {"at_hash": 3}),
        ("acr", {"acr": None}),
        ("acr", {"acr": "eidas0"}),
        ("acr", {"acr": 1}),
    ],
    ids=lambda valeur: json.dumps(valeur) if isinstance(valeur, dict) else valeur,
)
def test_a_claim_that_is_wrong_or_missing_is_refused(controle: str, claims: dict[str, Any]) -> None:
    error = refus(ConnexionRefuseeError, lambda: juger(jeton(claims)))
    assert error.controle == controle
    assert NONCE not in str(error)


def test_a_level_lower_than_asked_is_refused() -> None:
    attendus = replace(ATTENDUS, acr="eidas2")
    assert juger(jeton({"acr": "eidas2"}), attendus=attendus)
    assert refus(ConnexionRefuseeError, lambda: juger(jeton(), attendus=attendus)).controle == "acr"


def test_a_renewed_token_must_be_of_the_same_person() -> None:
    attendus = replace(ATTENDUS, nonce=None, acr=None, sub="f:x:899700000010")
    sans = {"nonce": None, "acr": None}
    assert juger(jeton(sans), attendus=attendus)
    autre = {**sans, "sub": "f:x:899700000027"}
    assert refus(ConnexionRefuseeError, lambda: juger(jeton(autre), attendus=attendus)).controle == "sub"


def _altere() -> Secret:
    entete, _, signature = jeton().reveler().split(".")
    return Secret(f"{entete}.{b64(json.dumps({**BONS, 'sub': 'f:x:autre'}).encode())}.{signature}")


FORMES: dict[str, tuple[str, Callable[[], Secret]]] = {
    "no signature": ("alg", lambda: Secret(".".join(jeton(alg="none").reveler().split(".")[:2]) + ".")),
    "none, written otherwise": ("alg", lambda: jeton(alg="NoNe")),
    "another RSA algorithm": ("alg", lambda: jeton(alg="RS512")),
    "no algorithm": ("alg", lambda: jeton(alg=None)),
    "an altered claim": ("signature", _altere),
    "another key": ("signature", lambda: jeton(cle=rsa.generate_private_key(65537, 2048))),
    "an unknown critical header": ("signature", lambda: jeton(crit=["inconnu"], inconnu=1)),
    "two parts": ("jeton", lambda: Secret(jeton().reveler().rpartition(".")[0])),
    "five parts": ("jeton", lambda: Secret(jeton().reveler() + ".a.b")),
    "no JSON": ("jeton", lambda: Secret("YWJj.YWJj.YWJj")),
    "no base64": ("jeton", lambda: Secret("é.é.é")),
    "empty": ("jeton", lambda: Secret("")),
    "a list for a header": ("jeton", lambda: Secret(f"{b64(b'[1]')}.e30.YQ")),
    "deep JSON": ("jeton", lambda: Secret(f"{b64(b'[' * 100_000)}.e30.YQ")),
}


@pytest.mark.parametrize("cas", FORMES)
def test_a_token_of_the_wrong_shape_is_refused(cas: str) -> None:
    controle, faire = FORMES[cas]
    error = refus(ConnexionRefuseeError, lambda: juger(faire()))
    assert error.controle == controle
    assert error.__cause__ is error.__context__ is None  # joserfc's error may hold the token


@pytest.mark.parametrize(
    "cles",
    [
        [jwk(CLE, use="enc")],
        [jwk(CLE, kid="autre")],
        [jwk(COURTE)],
        [{"kty": "oct", "kid": "k1", "k": b64(b"x" * 32)}],
        [{"kty": "RSA", "kid": "k1", "n": 3, "e": "AQAB"}],
        [{"kty": "EC", "kid": "k1", "crv": "P-256", "x": "AA", "y": "AA"}],
        ["k1"],
    ],
    ids=[f"cle-{rang}" for rang in range(7)],  # fresh keys differ from one worker to the next
)
def test_a_key_that_cannot_sign_is_no_key(cles: list[Any]) -> None:
    token = jeton(cle=COURTE) if cles == [jwk(COURTE)] else jeton()
    assert refus(ConnexionRefuseeError, lambda: juger(token, *cles)).controle == "signature"


@pytest.mark.parametrize("jwks", [{}, {"keys": None}, {"keys": {"k1": 1}}], ids=json.dumps)
def test_a_set_of_keys_without_keys_has_none(jwks: dict[str, Any]) -> None:
    assert Cles(jwks).trouver("k1") is None


def test_a_key_for_encryption_is_left_out() -> None:
    assert Cles({"keys": [jwk(CLE, use="enc")]}).trouver("k1") is None
    assert Cles({"keys": [jwk(CLE, use="sig")]}).trouver("k1") is not None


def test_a_nameless_key_serves_when_it_is_alone() -> None:
    assert juger(jeton(kid=None), jwk(CLE, kid=None), kid=None)
    seconde = jwk(rsa.generate_private_key(65537, 2048), kid=None)
    assert Cles({"keys": [jwk(CLE, kid=None), seconde]}).trouver(None) is None


def test_an_elliptic_curve_may_be_chosen() -> None:
    nombres = COURBE.public_key().public_numbers()
    cle = {"kty": "EC", "crv": "P-256", "kid": "k1", "x": b64(nombres.x.to_bytes(32)), "y": b64(nombres.y.to_bytes(32))}
    texte = ".".join(b64(json.dumps(partie).encode()) for partie in ({"alg": "ES256", "kid": "k1"}, BONS))
    r, s = utils.decode_dss_signature(COURBE.sign(texte.encode(), ec.ECDSA(hashes.SHA256())))
    token = Secret(f"{texte}.{b64(r.to_bytes(32) + s.to_bytes(32))}")
    assert juger(token, cle, attendus=replace(ATTENDUS, algorithme="ES256"))
    assert refus(ConnexionRefuseeError, lambda: juger(token, cle)).controle == "alg"
    # The right algorithm in the header, over a key of another kind.
    rsa_dit_ec = replace(ATTENDUS, algorithme="ES256")
    assert refus(ConnexionRefuseeError, lambda: juger(jeton(alg="ES256"), attendus=rsa_dit_ec)).controle == "signature"


# --- answers ---


def reponse(status: int, objet: object) -> Response:
    return Response(status, {}, objet if isinstance(objet, bytes) else json.dumps(objet).encode())


@pytest.mark.parametrize(
    ("status", "corps", "attendu"),
    [
        (200, b"<html>", ReponseInvalideError),
        (200, [1], ReponseInvalideError),
        (200, b"\xff", ReponseInvalideError),
        (200, b"[" * 100_000, ReponseInvalideError),
        (302, b"", TransportError),
        (400, {"error": "invalid_grant"}, JetonRefuseError),
        (401, b"", JetonRefuseError),
        (403, {"error": "insufficient_scope"}, ServiceError),
        (404, b"<html>", TransportError),
        (503, {"error": "temporarily_unavailable"}, TransportError),
        (502, b"Bad Gateway", TransportError),
    ],
)
def test_an_answer_that_is_not_a_success_is_its_error(status: int, corps: object, attendu: type[Exception]) -> None:
    with pytest.raises(attendu) as levee:
        lire_objet(reponse(status, corps), quoi="jetons")
    assert type(levee.value) is attendu
    assert getattr(levee.value, "status", None) == status


def test_what_a_service_describes_is_masked() -> None:
    corps = {"error": "invalid_request", "error_description": "de 2751263220749 74\n avec Bearer abc"}
    with pytest.raises(ServiceError) as levee:
        lire_objet(reponse(400, corps), quoi="jetons")
    assert levee.value.label == "de [masqué] avec Bearer [masqué]"


@pytest.mark.parametrize(
    "change",
    [{"access_token": ""}, {"access_token": 3}, {"token_type": "mac"}, {"token_type": None}, {"access_token": "a\nb"}],
    ids=json.dumps,
)
def test_tokens_that_are_none_are_refused(change: dict[str, Any]) -> None:
    bonne = {"access_token": "a", "token_type": "bearer", "expires_in": 120}
    assert lire_jetons(bonne).duree == 120
    with pytest.raises(ReponseInvalideError):
        lire_jetons({**bonne, **change})


@pytest.mark.parametrize("duree", [0, -1, True, "120", None, 10**12])
def test_a_duration_that_is_none_is_not_announced(duree: object) -> None:
    assert lire_jetons({"access_token": "a", "token_type": "Bearer", "expires_in": duree}).duree is None
