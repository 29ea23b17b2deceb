"""The registration with Pro Santé Connect as a profile file gives it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from psc_outils import appeler, connexion

from segur_socles.credentials.profil import lire_profil
from segur_socles.errors import ChampInvalideError, ConfigurationError, CredentialError
from segur_socles.psc.types import SessionPsc
from segur_socles.sandbox.profil import ecrire_profil
from segur_socles.sandbox.sandbox import Sandbox

ID_NAT = "899700000019"
REDIRECT_URI = "https://dui.bac-a-sable.invalid/connexion/retour"


@pytest.fixture
def profil(bac: Sandbox, tmp_path: Path) -> Path:
    """A profile as the sandbox writes it, by certificate."""
    return ecrire_profil(bac, tmp_path).profil


def changer(profil: Path, ancien: str, nouveau: str) -> None:
    texte = profil.read_text("utf-8")
    assert texte.count(ancien) == 1
    profil.write_text(texte.replace(ancien, nouveau), "utf-8")


def table(profil: Path, nom: str) -> dict[str, Any]:
    lue: dict[str, Any] = tomllib.loads(profil.read_text("utf-8"))[nom]
    return lue


def test_certificate_of_a_profile_opens_a_login(bac: Sandbox, profil: Path) -> None:
    assert table(profil, "psc") == {
        "client_id": "dui.bac-a-sable.invalid",
        "redirect_uri": REDIRECT_URI,
        "retour_deconnexion": "https://dui.bac-a-sable.invalid/au-revoir",
        "certificat": "psc.p12",
        "mot_de_passe": "fichier:p12.txt",
        "porteur": "1990000019",
    }
    config = lire_profil(profil)
    assert config.environment == bac.environment
    session = appeler("sync", bac, connexion(bac), config=config)
    assert isinstance(session, SessionPsc)
    assert session.id_nat == ID_NAT


def test_secret_of_a_profile_opens_a_login(bac: Sandbox, tmp_path: Path) -> None:
    client = bac.client_psc_secret
    bac.trousseau.definir_client_psc(client)
    profil = ecrire_profil(bac, tmp_path).profil
    assert table(profil, "psc")["secret"] == "fichier:secret-psc.txt"
    assert not (tmp_path / "psc.p12").exists()
    assert client.secret is not None
    assert client.secret.reveler() not in profil.read_text("utf-8")
    assert (tmp_path / "secret-psc.txt").stat().st_mode & 0o777 == 0o600
    assert appeler("sync", bac, connexion(bac), config=lire_profil(profil)).id_nat == ID_NAT


def test_secret_from_a_variable(profil: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    avant, _, apres = profil.read_text("utf-8").partition("[psc]")
    inscription = f'[psc]\nclient_id = "dui"\nredirect_uri = "{REDIRECT_URI}"\nsecret = "env:SECRET_PSC"\n\n'
    profil.write_text(f"{avant}{inscription}[annuaire]{apres.partition('[annuaire]')[2]}", "utf-8")
    with pytest.raises(ConfigurationError, match="« SECRET_PSC » n'est pas définie") as caught:
        lire_profil(profil)
    assert caught.value.champ == "psc.secret"
    monkeypatch.setenv("SECRET_PSC", "s3cret")
    client = lire_profil(profil).trousseau.client_psc()
    assert client.secret is not None
    assert (client.client_id, client.secret.reveler(), client.certificat) == ("dui", "s3cret", None)
    assert client.retour_deconnexion is None


def test_uncertain_points_are_settings_of_the_profile(profil: Path) -> None:
    changer(profil, "[logiciel]", '[environment.options_psc]\nacr_demande = "eidas2"\n\n[logiciel]')
    changer(profil, "[annuaire]", "[environment.options_annuaire]\ntaille_page = 50\n\n[annuaire]")
    environment = lire_profil(profil).environment
    assert (environment.options_psc.acr_demande, environment.options_annuaire.taille_page) == ("eidas2", 50)


def test_profile_without_these_services(profil: Path) -> None:
    avant, _, apres = profil.read_text("utf-8").partition("[psc]")
    profil.write_text(f"{avant}[[structures]]{apres.partition('[[structures]]')[2]}", "utf-8")
    trousseau = lire_profil(profil).trousseau
    with pytest.raises(CredentialError, match="pas d'identifiants Pro Santé Connect"):
        trousseau.client_psc()
    with pytest.raises(CredentialError, match="Aucune clé d'API"):
        trousseau.cle_annuaire()


@pytest.mark.parametrize(
    ("ancien", "nouveau", "champ"),
    [
        ('porteur = "1990000019"', "", "psc.porteur"),
        ('certificat = "psc.p12"', 'secret = "fichier:p12.txt"', "psc.porteur"),
        ('cle = "fichier:cle-annuaire.txt"', 'cle = "en-clair"', "annuaire.cle"),
        ('cle = "fichier:cle-annuaire.txt"', "", "annuaire.cle"),
        ('porteur = "1990000019"', 'porteur = "1990000019"\nsecret = "en-clair"', "psc.secret"),
    ],
    ids=["no holder", "a holder for a secret", "a key in clear", "no key", "a secret in clear"],
)
def test_wrong_setting_is_named(profil: Path, ancien: str, nouveau: str, champ: str) -> None:
    changer(profil, ancien, nouveau)
    with pytest.raises(ChampInvalideError, match=champ) as caught:
        lire_profil(profil)
    assert "en-clair" not in str(caught.value)


def test_secret_and_certificate_together_are_refused(profil: Path) -> None:
    changer(profil, 'porteur = "1990000019"', 'porteur = "1990000019"\nsecret = "fichier:p12.txt"')
    with pytest.raises(ConfigurationError, match="exactement l'un des deux"):
        lire_profil(profil)


def test_certificate_of_another_holder_is_refused(profil: Path) -> None:
    changer(profil, 'porteur = "1990000019"', 'porteur = "1990000001"')
    with pytest.raises(CredentialError, match="délivré à une autre structure"):
        lire_profil(profil)


def test_return_address_is_judged(profil: Path) -> None:
    changer(profil, f'"{REDIRECT_URI}"', '"http://dui.example/retour"')
    with pytest.raises(ConfigurationError, match="redirect_uri"):
        lire_profil(profil)
