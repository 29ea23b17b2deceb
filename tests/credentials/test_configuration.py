"""Taking up the revocation lists of the day, without losing what the process holds."""

from __future__ import annotations

import pytest

from segur_socles.credentials.configuration import Configuration
from segur_socles.credentials.tls import CertificatTls
from segur_socles.credentials.usages import Service
from segur_socles.errors import CredentialError, CredentialExpiredError
from segur_socles.sandbox.pki import Ac, PkiDeTest
from segur_socles.sandbox.sandbox import Sandbox


@pytest.fixture
def bac() -> Sandbox:
    return Sandbox()


def test_new_lists_are_taken_up(bac: Sandbox) -> None:
    with bac:
        config = bac.config
    emis = bac.certificats(bac.acteur.structure).dmp
    tls = config.trousseau.certificat_tls(bac.acteur.structure.finess_eg, Service.DMP)
    assert isinstance(tls, CertificatTls)
    at = config.clock.now()
    config.ancres.verifier(emis.certificat, at=at, quoi="dmp")
    bac.revoquer(emis.certificat)
    config.ancres.verifier(emis.certificat, at=at, quoi="dmp")

    nouvelle = config.avec_listes(*(bac.pki.crl(ac) for ac in (Ac.RACINE, Ac.ORGANISATIONS)))
    with pytest.raises(CredentialExpiredError, match="révoqué"):
        nouvelle.ancres.verifier(emis.certificat, at=at, quoi="dmp")
    assert nouvelle.trousseau is config.trousseau
    assert nouvelle.environment.urls == config.environment.urls
    assert tls.channel(nouvelle.ancres).key != tls.channel(config.ancres).key


def test_pem_and_der_lists_are_the_same(bac: Sandbox) -> None:
    with bac:
        config = bac.config
    der = config.avec_listes(*(bac.pki.crl(ac) for ac in (Ac.RACINE, Ac.ORGANISATIONS)))
    pem = config.avec_listes(der.environment.listes_revocation.encode())
    assert pem == der
    assert not pem.ancres.revocation.vide
    assert config.avec_listes().ancres.revocation.vide


def test_a_list_of_someone_else_is_refused(bac: Sandbox) -> None:
    with bac:
        config: Configuration = bac.config
    with pytest.raises(CredentialError, match="ne l'a signée"):
        config.avec_listes(PkiDeTest.creer().crl(Ac.RACINE))
