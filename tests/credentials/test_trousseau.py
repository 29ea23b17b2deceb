from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from segur_socles.credentials.ancres import Ancres
from segur_socles.credentials.signature import CertificatSignature
from segur_socles.credentials.tls import CertificatTls
from segur_socles.credentials.trousseau import Trousseau
from segur_socles.credentials.usages import Contexte, Perimetre, Service, Usage
from segur_socles.errors import CredentialError
from segur_socles.personnes.boite import BoiteStructure
from segur_socles.sandbox.pki import CarteCpsSimulee, Defaut, Emis, PkiDeTest

EG_A, EG_B, EJ = "990000019", "990000027", "990000035"


def tls(emis: Emis, service: Service, contexte: Contexte, ancres: Ancres) -> CertificatTls:
    return CertificatTls.depuis(emis.materiel, service=service, contexte=contexte, ancres=ancres)


@pytest.fixture(scope="module")
def manu(pki: PkiDeTest) -> Emis:
    return pki.auth_cli(f"1{EG_A}", "A", "INSI-MANU")


@pytest.fixture
def trousseau(insi: Emis, sign: Emis, contexte: Contexte, ancres: Ancres) -> Trousseau:
    trousseau = Trousseau()
    trousseau.ajouter(
        EG_A,
        tls(insi, Service.INSI, contexte, ancres),
        tls(insi, Service.DMP, contexte, ancres),
        CertificatSignature.depuis(sign.materiel, contexte=contexte, ancres=ancres),
    )
    return trousseau


def test_credentials_are_per_structure_and_service(trousseau: Trousseau, insi: Emis, sign: Emis) -> None:
    lu = trousseau.certificat_tls(EG_A, Service.DMP)
    assert lu is not None
    assert lu.certificat == insi.certificat
    assert trousseau.certificat_tls(EG_A, Service.MSS) is None
    assert trousseau.certificat_signature(EG_A).certificat == sign.certificat


def test_an_unknown_structure(trousseau: Trousseau) -> None:
    for appel in (
        lambda: trousseau.certificat_tls(EG_B, Service.DMP),
        lambda: trousseau.certificat_signature(EG_B),
        lambda: trousseau.remplacer(EG_B),
    ):
        with pytest.raises(CredentialError, match=f"{EG_B} n'est pas dans le trousseau"):
            appel()


def test_a_structure_that_only_uses_cards(trousseau: Trousseau) -> None:
    trousseau.ajouter(EG_B)
    assert trousseau.certificat_tls(EG_B, Service.INSI) is None
    with pytest.raises(CredentialError, match="pas de certificat de signature"):
        trousseau.certificat_signature(EG_B)


def test_insi_auto_and_manu_are_not_interchangeable(
    trousseau: Trousseau, manu: Emis, contexte: Contexte, ancres: Ancres
) -> None:
    with pytest.raises(CredentialError, match="« INSI-MANU »"):
        trousseau.certificat_tls(EG_A, Service.INSI)
    trousseau.ajouter(EG_A, tls(manu, Service.INSI, contexte, ancres))
    for automate, attendu in ((False, "INSI-MANU"), (True, "INSI-AUTO")):
        lu = trousseau.certificat_tls(EG_A, Service.INSI, automate=automate)
        assert lu is not None
        assert lu.certificat.sujet.cn == attendu


def test_a_certificate_checked_for_another_structure_is_refused(
    trousseau: Trousseau, insi: Emis, contexte: Contexte, ancres: Ancres
) -> None:
    with pytest.raises(CredentialError, match=f"n'a pas été chargé pour la structure {EG_B}"):
        trousseau.ajouter(EG_B, tls(insi, Service.DMP, contexte, ancres))
    with pytest.raises(CredentialError, match="n'est pas dans le trousseau"):
        trousseau.certificat_tls(EG_B, Service.DMP)


def test_the_certificate_of_an_ej_serves_its_eg(pki: PkiDeTest, contexte: Contexte, ancres: Ancres) -> None:
    emis = pki.auth_cli(f"1{EJ}", "EJ", "dui")
    trousseau = Trousseau()
    for eg in (EG_A, EG_B):
        lie = replace(contexte, perimetre=Perimetre(f"1{eg}", frozenset({f"1{EJ}"})))
        trousseau.ajouter(eg, tls(emis, Service.DMP, lie, ancres))
        lu = trousseau.certificat_tls(eg, Service.DMP)
        assert lu is not None
        assert lu.perimetre.struct_idnat == f"1{eg}"


def test_a_second_certificate_for_a_use_is_a_renewal(
    trousseau: Trousseau, pki: PkiDeTest, contexte: Contexte, ancres: Ancres
) -> None:
    nouveau = tls(pki.auth_cli(f"1{EG_A}", "A", "INSI-AUTO"), Service.INSI, contexte, ancres)
    with pytest.raises(CredentialError, match="déjà un certificat"):
        trousseau.ajouter(EG_A, nouveau)
    en_cours = trousseau.certificat_tls(EG_A, Service.INSI, automate=True)
    trousseau.remplacer(EG_A, nouveau)
    assert trousseau.certificat_tls(EG_A, Service.INSI, automate=True) is nouveau
    assert en_cours is not None
    assert en_cours is not nouveau


def test_a_renewal_is_seen_whole(pki: PkiDeTest, contexte: Contexte, ancres: Ancres) -> None:
    """Readers meet the two old certificates or the two new ones, never one of each, in one look."""
    paires = [
        (
            tls(pki.auth_cli(f"1{EG_A}", f"{n}", "dui"), Service.DMP, contexte, ancres),
            CertificatSignature.depuis(pki.sign(f"1{EG_A}", f"{n}").materiel, contexte=contexte, ancres=ancres),
        )
        for n in range(2)
    ]
    trousseau = Trousseau()
    trousseau.ajouter(EG_A, *paires[0])
    fini, melanges = threading.Event(), list[tuple[str | None, str | None]]()

    def lire() -> None:
        while not fini.is_set():
            entree = trousseau._entree(EG_A)
            noms = {c.certificat.sujet.organisation for c in entree.tous}
            if len(noms) != 1 or len(entree.tous) != 2:
                melanges.append((str(noms), None))

    fils = [threading.Thread(target=lire) for _ in range(4)]
    for fil in fils:
        fil.start()
    for tour in range(500):
        trousseau.remplacer(EG_A, *paires[(tour + 1) % 2])
    fini.set()
    for fil in fils:
        fil.join()
    assert melanges == []


def test_a_lot_certificate_serves_air_but_not_the_reverse(
    insi: Emis, sign: Emis, contexte: Contexte, ancres: Ancres
) -> None:
    air = CertificatSignature.depuis(insi.materiel, contexte=contexte, ancres=ancres, usage=Usage.SIGNATURE_AIR)
    seul = Trousseau()
    seul.ajouter(EG_A, air)
    assert seul.certificat_signature(EG_A, Usage.SIGNATURE_AIR) is air
    with pytest.raises(CredentialError, match="pas de certificat de signature"):
        seul.certificat_signature(EG_A)
    lot = CertificatSignature.depuis(sign.materiel, contexte=contexte, ancres=ancres)
    autre = Trousseau()
    autre.ajouter(EG_A, lot)
    assert autre.certificat_signature(EG_A, Usage.SIGNATURE_AIR) is lot
    autre.ajouter(EG_A, air)
    assert autre.certificat_signature(EG_A, Usage.SIGNATURE_AIR) is air


def test_cards(cps: Emis) -> None:
    trousseau, carte = Trousseau(), CarteCpsSimulee(cps)
    with pytest.raises(CredentialError, match="Aucune carte") as caught:
        trousseau.carte("899900063480")
    assert "899900063480" not in str(caught.value)
    trousseau.ajouter_carte(carte)
    assert trousseau.carte("899900063480") is carte
    trousseau.retirer_carte("899900063480")
    with pytest.raises(CredentialError):
        trousseau.carte("899900063480")


def test_what_to_renew(trousseau: Trousseau, insi: Emis) -> None:
    fin = insi.certificat.pas_apres
    assert trousseau.echeances(timedelta(days=30), maintenant=fin - timedelta(days=31)) == []
    echeances = trousseau.echeances(timedelta(days=30), maintenant=fin - timedelta(days=29))
    assert {e.usage for e in echeances} == {"tls_dmp", "tls_insi", "signature_dmp"}
    assert {e.finess_eg for e in echeances} == {EG_A}
    assert {e.pas_apres for e in echeances if e.usage == "tls_dmp"} == {fin}


def test_the_most_urgent_renewal_comes_first(pki: PkiDeTest, contexte: Contexte, ancres: Ancres) -> None:
    trousseau = Trousseau()
    tot = pki.auth_cli(f"1{EG_A}", "X", "dui", defaut=Defaut.EXPIRE)
    veille = replace(contexte, maintenant=tot.certificat.pas_apres - timedelta(days=1))
    trousseau.ajouter(EG_A, tls(pki.auth_cli(f"1{EG_A}", "X", "dui"), Service.DMP, contexte, ancres))
    trousseau.ajouter(EG_A, CertificatTls(tot.materiel, Service.PSC, Perimetre(f"1{EG_A}")))
    trouvees = trousseau.echeances(timedelta(days=5 * 365), maintenant=veille.maintenant)
    assert [e.usage for e in trouvees] == ["tls_psc", "tls_dmp"]


# --- mailboxes ---------------------------------------------------------------------------------------------


def boite(nom: str) -> BoiteStructure:
    return BoiteStructure(adresse=f"{nom}@ehpad.bac-a-sable.mssante.fr", nom="EHPAD")


def test_a_mailbox_serves_its_structure_only() -> None:
    trousseau = Trousseau()
    trousseau.ajouter("990000019")
    trousseau.ajouter("990000027")
    trousseau.ajouter_boite("990000019", boite("infirmerie"))
    assert trousseau.boite("990000019") == boite("infirmerie")
    assert trousseau.boite("990000019", "Infirmerie@ehpad.bac-a-sable.MSSANTE.fr") == boite("infirmerie")
    with pytest.raises(CredentialError, match="pas de boîte"):
        trousseau.boite("990000027")
    with pytest.raises(CredentialError, match="pas cette boîte"):
        trousseau.boite("990000027", boite("infirmerie").adresse)
    with pytest.raises(CredentialError, match="autre structure"):
        trousseau.ajouter_boite("990000027", boite("infirmerie"))


def test_several_mailboxes_are_chosen_by_address() -> None:
    trousseau = Trousseau()
    trousseau.ajouter("990000019")
    for nom in ("infirmerie", "direction", "infirmerie"):  # the last one takes the place of the first
        trousseau.ajouter_boite("990000019", boite(nom))
    assert trousseau.boite("990000019", boite("direction").adresse) == boite("direction")
    with pytest.raises(CredentialError, match="2 boîtes") as echec:
        trousseau.boite("990000019")
    assert "mssante.fr" not in str(echec.value)
    with pytest.raises(CredentialError, match="pas dans le trousseau"):
        trousseau.ajouter_boite("990000027", boite("infirmerie"))
