from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from segur_socles.credentials.usages import Contexte, Perimetre, Usage, controler, exiger
from segur_socles.errors import CredentialError, CredentialExpiredError, Gravite
from segur_socles.sandbox.pki import Defaut, Emis, PkiDeTest

TOUS_TLS = [Usage.TLS_INSI, Usage.TLS_DMP, Usage.TLS_MSS, Usage.TLS_PSC]


@pytest.mark.parametrize("usage", TOUS_TLS)
def test_an_auth_cli_certificate_serves_tls_only(usage: Usage, insi: Emis, sign: Emis, contexte: Contexte) -> None:
    assert exiger(insi.certificat, usage, contexte, quoi="x") == ()
    with pytest.raises(CredentialError, match="clientAuth"):
        exiger(sign.certificat, usage, contexte, quoi="x")


def test_a_sign_certificate_serves_the_dmp_only(insi: Emis, sign: Emis, contexte: Contexte) -> None:
    assert exiger(sign.certificat, Usage.SIGNATURE_DMP, contexte, quoi="x") == ()
    with pytest.raises(CredentialError, match="nonRepudiation, emailProtection"):
        exiger(insi.certificat, Usage.SIGNATURE_DMP, contexte, quoi="x")


def test_air_only_warns_about_the_key_usage(insi: Emis, contexte: Contexte) -> None:
    (constat,) = exiger(insi.certificat, Usage.SIGNATURE_AIR, contexte, quoi="x")
    assert constat.gravite is Gravite.AVERTISSEMENT
    assert constat.champ == "certificat.usages"
    assert "nonRepudiation" in constat.message


@pytest.mark.parametrize("cn", ["INSI-AUTO", "INSI-MANU"])
def test_insi_admits_two_names(pki: PkiDeTest, contexte: Contexte, cn: str) -> None:
    assert exiger(pki.auth_cli("1990000019", "X", cn).certificat, Usage.TLS_INSI, contexte, quoi="x") == ()


@pytest.mark.parametrize("cn", ["insi-auto", "INSI_AUTO", "INSI-AUTO ", "INSI-AUTOMATE", "dui.example.fr"])
def test_insi_admits_no_other_name(pki: PkiDeTest, contexte: Contexte, cn: str) -> None:
    certificat = pki.auth_cli("1990000019", "X", cn).certificat
    with pytest.raises(CredentialError, match="CN = INSI-AUTO ou INSI-MANU") as caught:
        exiger(certificat, Usage.TLS_INSI, contexte, quoi="insi.p12")
    assert "insi.p12" in caught.value.message
    assert exiger(certificat, Usage.TLS_DMP, contexte, quoi="x") == ()


def test_a_test_certificate_is_refused_in_production(insi: Emis, contexte: Contexte) -> None:
    with pytest.raises(CredentialError, match="certificat de test en production"):
        exiger(insi.certificat, Usage.TLS_INSI, replace(contexte, production=True), quoi="x")


def test_a_production_certificate_is_refused_elsewhere(insi: Emis, contexte: Contexte) -> None:
    reel = replace(insi.certificat, emetteur_cn="AC IGC-SANTE ELEMENTAIRE ORGANISATIONS")
    with pytest.raises(CredentialError, match="certificat de production hors de la production"):
        exiger(reel, Usage.TLS_INSI, contexte, quoi="x")
    assert exiger(reel, Usage.TLS_INSI, replace(contexte, production=True), quoi="x") == ()


@pytest.mark.parametrize("defaut", [Defaut.AUTRE_AC, Defaut.AUTO_SIGNE])
def test_another_issuer_is_refused(pki: PkiDeTest, contexte: Contexte, defaut: Defaut) -> None:
    certificat = pki.auth_cli("1990000019", "X", "INSI-AUTO", defaut=defaut).certificat
    with pytest.raises(CredentialError, match="émetteur attendu : AC IGC-SANTE ELEMENTAIRE ORGANISATIONS"):
        exiger(certificat, Usage.TLS_INSI, contexte, quoi="x")


def test_an_authority_of_persons_is_not_that_of_organisations(cps: Emis, sign: Emis, contexte: Contexte) -> None:
    assert exiger(cps.certificat, Usage.SIGNATURE_CARTE, replace(contexte, perimetre=None), quoi="x") == ()
    with pytest.raises(CredentialError, match="l'autorité qui l'a émis"):
        exiger(cps.certificat, Usage.SIGNATURE_DMP, contexte, quoi="x")
    with pytest.raises(CredentialError, match="FORT PERSONNES"):
        exiger(sign.certificat, Usage.SIGNATURE_CARTE, contexte, quoi="x")


def test_dates_alone_make_an_expired_error(insi: Emis, contexte: Contexte) -> None:
    bornes = insi.certificat.pas_avant, insi.certificat.pas_apres
    for instant in bornes:
        assert exiger(insi.certificat, Usage.TLS_INSI, replace(contexte, maintenant=instant), quoi="x") == ()
    apres = replace(contexte, maintenant=bornes[1] + timedelta(seconds=1))
    with pytest.raises(CredentialExpiredError, match=f"expiré depuis le {bornes[1]:%d/%m/%Y}"):
        exiger(insi.certificat, Usage.TLS_INSI, apres, quoi="x")
    avant = replace(contexte, maintenant=bornes[0] - timedelta(seconds=1))
    with pytest.raises(CredentialExpiredError, match="pas encore valable"):
        exiger(insi.certificat, Usage.TLS_INSI, avant, quoi="x")
    with pytest.raises(CredentialError) as caught:
        exiger(insi.certificat, Usage.TLS_INSI, replace(apres, production=True), quoi="x")
    assert type(caught.value) is CredentialError


def test_the_ou_is_that_of_the_structure_or_of_a_linked_one(insi: Emis, contexte: Contexte) -> None:
    lie = replace(contexte, perimetre=Perimetre("1990000027", frozenset({"1990000019"})))
    assert exiger(insi.certificat, Usage.TLS_INSI, lie, quoi="x") == ()
    autre = replace(contexte, perimetre=Perimetre("1990000027", frozenset({"1990000035"})))
    with pytest.raises(CredentialError, match="délivré à une autre structure"):
        exiger(insi.certificat, Usage.TLS_INSI, autre, quoi="x")


@pytest.mark.parametrize("ou", ["10B0127189", "339172288100052"])
def test_shapes_of_the_ou(pki: PkiDeTest, contexte: Contexte, ou: str) -> None:
    certificat = pki.auth_cli(ou, "X", "INSI-AUTO").certificat
    assert exiger(certificat, Usage.TLS_INSI, replace(contexte, perimetre=Perimetre(ou)), quoi="x") == ()


def test_an_ou_that_names_no_structure(pki: PkiDeTest, contexte: Contexte) -> None:
    certificat = pki.auth_cli("990000019", "X", "INSI-AUTO").certificat
    with pytest.raises(CredentialError, match="ne porte pas d'identifiant de structure"):
        exiger(certificat, Usage.TLS_INSI, contexte, quoi="x")


@pytest.mark.parametrize("identifiant", ["", "990000019", "19900000190", "2990000019", "1990000o19", "33391722881000"])
def test_a_perimeter_wants_a_struct_idnat(identifiant: str) -> None:
    with pytest.raises(CredentialError, match="ni « 1 » \\+ FINESS"):
        Perimetre(identifiant)


def test_everything_wrong_is_told_at_once(pki: PkiDeTest, contexte: Contexte) -> None:
    certificat = pki.auth_cli("1990000027", "X", "dui", defaut=Defaut.MAUVAIS_USAGE).certificat
    constats = controler(certificat, Usage.TLS_INSI, contexte)
    assert [c.champ for c in constats] == ["certificat.usages", "certificat.cn", "certificat.ou"]
    assert all(c.remede for c in constats)
    with pytest.raises(CredentialError) as caught:
        exiger(certificat, Usage.TLS_INSI, contexte, quoi="x")
    assert str(caught.value).count("\n  - ") == 3
