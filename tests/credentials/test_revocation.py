from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from segur_socles.credentials.ancres import Ancres
from segur_socles.credentials.revocation import Revocation
from segur_socles.errors import CredentialError, CredentialExpiredError
from segur_socles.sandbox.pki import Ac, Emis, PkiDeTest

MAINTENANT = datetime.now(UTC)


@pytest.fixture
def jeune() -> PkiDeTest:
    """Make a PKI of its own: what is revoked here does not leak into other tests."""
    return PkiDeTest.creer()


def organisations(pki: PkiDeTest) -> Revocation:
    return Revocation([pki.certificat_ac(Ac.ORGANISATIONS)])


def test_a_revoked_certificate_is_told_from_the_others(jeune: PkiDeTest) -> None:
    bon, revoque = (jeune.auth_cli("1990000019", "X", "dui").certificat for _ in range(2))
    jeune.revoquer(revoque)
    revocation = organisations(jeune)
    revocation.ajouter(jeune.crl(Ac.ORGANISATIONS))
    revocation.verifier(bon, MAINTENANT)
    with pytest.raises(CredentialExpiredError, match="révoqué par l'autorité « TEST AC IGC-SANTE"):
        revocation.verifier(revoque, MAINTENANT)


def test_without_a_list_nothing_is_sure(jeune: PkiDeTest) -> None:
    certificat = jeune.auth_cli("1990000019", "X", "dui").certificat
    with pytest.raises(CredentialError, match="aucune liste") as caught:
        organisations(jeune).verifier(certificat, MAINTENANT)
    assert not isinstance(caught.value, CredentialExpiredError)


def test_a_list_has_dates(jeune: PkiDeTest) -> None:
    certificat = jeune.auth_cli("1990000019", "X", "dui").certificat
    revocation = organisations(jeune)
    revocation.ajouter(jeune.crl(Ac.ORGANISATIONS))
    crl = x509.load_der_x509_crl(jeune.crl(Ac.ORGANISATIONS))
    assert crl.next_update_utc is not None
    revocation.verifier(certificat, crl.next_update_utc)
    for instant in (crl.next_update_utc + timedelta(seconds=1), crl.last_update_utc - timedelta(seconds=1)):
        with pytest.raises(CredentialError, match="n'est pas à jour"):
            revocation.verifier(certificat, instant)


def test_the_newer_list_wins_whatever_the_order(jeune: PkiDeTest) -> None:
    certificat = jeune.auth_cli("1990000019", "X", "dui").certificat
    ancienne, nouvelle = jeune.crl(Ac.ORGANISATIONS, perimee=True), jeune.crl(Ac.ORGANISATIONS)
    for ordre in ([ancienne, nouvelle], [nouvelle, ancienne]):
        revocation = Revocation([jeune.certificat_ac(Ac.ORGANISATIONS)], ordre)
        revocation.verifier(certificat, MAINTENANT)


def test_pem_bundles_and_der(jeune: PkiDeTest) -> None:
    certificat = jeune.auth_cli("1990000019", "X", "dui").certificat
    Ancres.charger(jeune.ancres_pem.encode(), listes_revocation=jeune.listes_pem.encode()).revocation.verifier_chaine(
        [certificat, jeune.certificat_ac(Ac.ORGANISATIONS), jeune.certificat_ac(Ac.RACINE)], MAINTENANT
    )


def test_a_revoked_authority_is_found_in_the_chain(jeune: PkiDeTest) -> None:
    certificat, autorite = jeune.auth_cli("1990000019", "X", "dui").certificat, jeune.certificat_ac(Ac.ORGANISATIONS)
    jeune.revoquer(autorite)
    with pytest.raises(CredentialExpiredError, match="« TEST AC RACINE"):
        jeune.ancres().revocation.verifier_chaine([certificat, autorite], MAINTENANT)


def test_a_list_signed_by_someone_else(jeune: PkiDeTest, pki: PkiDeTest) -> None:
    with pytest.raises(CredentialError, match="aucune des autorités données ne l'a signée") as caught:
        organisations(jeune).ajouter(pki.crl(Ac.ORGANISATIONS))
    assert "intermédiaire" in (caught.value.remede or "")


def test_a_changed_list(jeune: PkiDeTest) -> None:
    crl = bytearray(jeune.crl(Ac.ORGANISATIONS))
    crl[-1] ^= 1
    with pytest.raises(CredentialError, match="ne l'a signée"):
        organisations(jeune).ajouter(bytes(crl))


@pytest.mark.parametrize("contenu", [b"", b"bonjour", b"-----BEGIN X509 CRL-----\nAA\n-----END X509 CRL-----"])
def test_what_is_not_a_list(jeune: PkiDeTest, contenu: bytes) -> None:
    with pytest.raises(CredentialError, match="illisible"):
        organisations(jeune).ajouter(contenu)


def test_a_delta_list_is_not_enough(jeune: PkiDeTest) -> None:
    autorite = jeune._autorite(Ac.ORGANISATIONS)
    delta = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(autorite.certificat.subject)
        .last_update(MAINTENANT)
        .next_update(MAINTENANT + timedelta(days=1))
        .add_extension(x509.DeltaCRLIndicator(1), critical=True)
        .sign(autorite.cle, hashes.SHA256())
        .public_bytes(Encoding.DER)
    )
    with pytest.raises(CredentialError, match="partielle"):
        organisations(jeune).ajouter(delta)


def test_a_list_for_one_point_is_whole(jeune: PkiDeTest) -> None:
    autorite = jeune._autorite(Ac.ORGANISATIONS)
    point = x509.IssuingDistributionPoint(
        full_name=[x509.UniformResourceIdentifier("http://crl.invalid/o.crl")],
        relative_name=None,
        only_contains_user_certs=False,
        only_contains_ca_certs=False,
        only_some_reasons=None,
        indirect_crl=False,
        only_contains_attribute_certs=False,
    )
    crl = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(autorite.certificat.subject)
        .last_update(MAINTENANT)
        .next_update(MAINTENANT + timedelta(days=1))
        .add_extension(point, critical=True)
        .sign(autorite.cle, hashes.SHA256())
        .public_bytes(Encoding.PEM)
    )
    revocation = organisations(jeune)
    revocation.ajouter(crl)
    revocation.verifier(jeune.auth_cli("1990000019", "X", "dui").certificat, MAINTENANT + timedelta(hours=1))


# --- anchors ---


def test_anchors_are_authorities_with_a_root(jeune: PkiDeTest, insi: Emis) -> None:
    with pytest.raises(CredentialError, match="n'est pas celui d'une autorité"):
        Ancres([insi.certificat])
    with pytest.raises(CredentialError, match="aucune autorité racine"):
        Ancres([jeune.certificat_ac(Ac.ORGANISATIONS)])


def test_a_chain_goes_up_to_the_root_even_from_a_trusted_intermediate(insi: Emis, ancres: Ancres) -> None:
    chaine = ancres.verifier(insi.certificat, at=MAINTENANT, quoi="x")
    assert [c.sujet.cn for c in chaine] == [Ac.ORGANISATIONS, Ac.RACINE]


def test_the_root_alone_needs_the_intermediate_of_the_file(insi: Emis, pki: PkiDeTest) -> None:
    racine = Ancres([pki.certificat_ac(Ac.RACINE)])
    with pytest.raises(CredentialError, match="aucune autorité connue ne l'a émis"):
        racine.verifier(insi.certificat, at=MAINTENANT, quoi="x")
    chaine = racine.verifier(insi.certificat, chaine=insi.materiel.chaine, at=MAINTENANT, quoi="x")
    assert [c.sujet.cn for c in chaine] == [Ac.ORGANISATIONS, Ac.RACINE]


def test_an_expired_leaf_is_an_expired_error(insi: Emis, ancres: Ancres) -> None:
    with pytest.raises(CredentialExpiredError, match="expiré à cette date"):
        ancres.verifier(insi.certificat, at=insi.certificat.pas_apres + timedelta(days=1), quoi="x")
