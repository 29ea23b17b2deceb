"""A profile file: MSSanté in it, and what is said of a secret that cannot be read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from segur_socles.credentials.profil import lire_profil
from segur_socles.credentials.secret import Secret
from segur_socles.credentials.usages import Service
from segur_socles.errors import ChampInvalideError, ConfigurationError, CredentialError
from segur_socles.personnes.boite import TypeBoite
from segur_socles.sandbox.donnees import EHPAD, FOYER
from segur_socles.sandbox.profil import ecrire_profil
from segur_socles.sandbox.sandbox import Sandbox

EG = "990000019"
INFIRMERIE = "infirmerie@ehpad.bac-a-sable.mssante.fr"
DIRECTION = "direction@ehpad.bac-a-sable.mssante.fr"
BOITE = f'adresse = "{INFIRMERIE}"'


@pytest.fixture(scope="module")
def bac() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def profil(bac: Sandbox, tmp_path: Path) -> Path:
    return ecrire_profil(bac, tmp_path).profil


def changer(profil: Path, ancien: str, nouveau: str) -> None:
    texte = profil.read_text("utf-8")
    assert texte.count(ancien) == 1
    profil.write_text(texte.replace(ancien, nouveau), "utf-8")


def ajouter(profil: Path, texte: str) -> None:
    profil.write_text(profil.read_text("utf-8") + texte, "utf-8")


# --- secure mail ---


def test_secure_mail_is_read_as_it_was_written(bac: Sandbox, profil: Path) -> None:
    config = lire_profil(profil)
    assert config.environment.operateurs_mss == bac.environment.operateurs_mss != ()
    assert config.trousseau.boites(EG) == bac.trousseau.boites(EG)
    boite = config.trousseau.boite(EG)
    assert (boite.adresse, boite.type) == (INFIRMERIE, TypeBoite.ORGANISATIONNELLE)
    lu = config.trousseau.certificat_tls(EG, Service.MSS)
    assert lu is not None
    assert lu.certificat.empreinte == bac.certificats(EHPAD).mss.certificat.empreinte


def test_several_mailboxes_of_one_structure(profil: Path) -> None:
    ajouter(profil, f'\n[[structures.boites]]\nadresse = "{DIRECTION}"\nnom = "EHPAD, direction"\n')
    trousseau = lire_profil(profil).trousseau
    assert [boite.adresse for boite in trousseau.boites(EG)] == [INFIRMERIE, DIRECTION]
    assert trousseau.boite(EG, DIRECTION).type is TypeBoite.ORGANISATIONNELLE


def test_a_mailbox_of_two_structures_is_refused(profil: Path) -> None:
    boites = f'boites = [{{ {BOITE}, nom = "Foyer" }}]'
    ajouter(profil, f'\n[[structures]]\nfiness_eg = "{FOYER.finess_eg}"\n{boites}\n')
    with pytest.raises(CredentialError, match="celle d'une autre structure"):
        lire_profil(profil)


def test_uncertain_points_of_secure_mail_are_settings(profil: Path) -> None:
    changer(profil, "[logiciel]", "[environment.options_mss]\ndelai = 30.0\n\n[logiciel]")
    assert lire_profil(profil).environment.options_mss.delai == 30.0


@pytest.mark.parametrize(
    ("ancien", "nouveau", "champ"),
    [
        (BOITE, 'adresse = "infirmerie@inconnu.mssante.fr"', "structures.0.boites.0.adresse"),
        (BOITE, 'adresse = "279035121518989@patient.mssante.fr"', "structures.0.boites.0.adresse"),
        (BOITE, 'adresse = "infirmerie@example.org"', "structures.0.boites.0.adresse"),
        ('type = "ORG"', 'type = "FAX"', "structures.0.boites.0.type"),
        ('smtp = "', 'smtp = "sans-port"\n#"', "environment.operateurs_mss.0.smtp"),
    ],
    ids=["no operator serves it", "a citizen's", "outside the space", "unknown kind", "no port"],
)
def test_wrong_setting_of_secure_mail_is_named(profil: Path, ancien: str, nouveau: str, champ: str) -> None:
    changer(profil, ancien, nouveau)
    with pytest.raises(ChampInvalideError) as caught:
        lire_profil(profil)
    assert caught.value.champs == (champ,)
    assert "279035121518989" not in str(caught.value)


def test_a_certificate_of_another_structure_is_refused(bac: Sandbox, profil: Path) -> None:
    etranger = bac.ajouter_structure(FOYER).mss
    texte = (profil.parent / "p12.txt").read_text("utf-8")
    (profil.parent / "mss.p12").write_bytes(etranger.p12(Secret(texte)))
    with pytest.raises(CredentialError, match="délivré à une autre structure"):
        lire_profil(profil)


# --- secrets in files ---


def test_a_missing_secret_is_no_pem(profil: Path) -> None:
    (profil.parent / "p12.txt").unlink()
    with pytest.raises(ConfigurationError, match=r"Le fichier de secret « p12\.txt » ne peut pas être lu") as caught:
        lire_profil(profil)
    dit = str(caught.value) + str(caught.value.remede)
    assert "PEM" not in dit
    assert "vérifier le chemin" in dit


def test_a_secret_that_is_no_text_is_not_quoted(profil: Path) -> None:
    (profil.parent / "cle-annuaire.txt").write_bytes(b"s3cret-\xff")
    with pytest.raises(ConfigurationError, match="n'est pas un texte en UTF-8") as caught:
        lire_profil(profil)
    assert caught.value.champ == "annuaire.cle"
    assert caught.value.__context__ is None
    assert "s3cret" not in str(caught.value)


def test_a_password_may_have_accents(bac: Sandbox, profil: Path) -> None:
    emis, secret = bac.certificats(EHPAD), "clé à molette"
    for nom, e in {
        "insi-manu": emis.insi_manu,
        "insi-auto": emis.insi_auto,
        "dmp": emis.dmp,
        "mss": emis.mss,
        "signature": emis.signature,
    }.items():
        (profil.parent / f"{nom}.p12").write_bytes(e.p12(Secret(secret)))
    (profil.parent / "autre.txt").write_text(f"{secret}\n", "utf-8")
    avant, _, structures = profil.read_text("utf-8").partition("[[structures]]")
    profil.write_text(f"{avant}[[structures]]{structures.replace('p12.txt', 'autre.txt')}", "utf-8")
    assert lire_profil(profil).trousseau.certificat_tls(EG, Service.MSS) is not None


def test_a_missing_authority_is_asked_as_pem(profil: Path) -> None:
    (profil.parent / "ancres.pem").unlink()
    with pytest.raises(ConfigurationError, match="PEM") as caught:
        lire_profil(profil)
    assert caught.value.champ == "environment.ancres"
