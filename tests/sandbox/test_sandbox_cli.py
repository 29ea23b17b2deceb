"""``segur-socles sandbox up`` as another process sees it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from segur_socles.cli.sandbox import app
from segur_socles.config.environment import Nature
from segur_socles.credentials.profil import lire_profil
from segur_socles.credentials.usages import Service

LANCER = "from segur_socles.cli.sandbox import app; app()"


def up(*options: str | Path) -> Any:
    return CliRunner().invoke(app, ["up", "--duree", "0", *map(str, options)])


def test_says_where_it_listens(tmp_path: Path) -> None:
    resultat = up("--dossier", tmp_path / "bac", "--panne", "latency:insi")
    assert resultat.exit_code == 0
    for attendu in ("https://127.0.0.1:", "ancres.pem", "profil.toml", "source ", "latency", "Ctrl-C", "arrêté"):
        assert attendu in resultat.output
    lignes = [ligne.strip() for ligne in resultat.output.splitlines()]
    for serveur in ("SMTP", "IMAP"):
        assert any(re.fullmatch(rf"MSSanté \({serveur}\) +127\.0\.0\.1:[0-9]+", ligne) for ligne in lignes)
    assert "Boîte du profil    infirmerie@ehpad.bac-a-sable.mssante.fr" in lignes
    assert "Autre boîte        urgences@ch-essai.bac-a-sable.mssante.fr" in lignes


def test_json_is_one_object(tmp_path: Path) -> None:
    resultat = up("--dossier", tmp_path, "--json")
    annonce = json.loads(resultat.stdout)
    assert annonce["statut"] == "pret"
    assert set(annonce["adresses"]) == {
        "insi_certificat",
        "insi_carte",
        "dmp",
        "psc",
        "annuaire",
        "mss_smtp",
        "mss_imap",
    }
    assert annonce["boites"]["profil"] == ["infirmerie@ehpad.bac-a-sable.mssante.fr"]
    assert "soins@sad-essai.bac-a-sable.mssante.fr" in annonce["boites"]["autres"]
    assert not set(annonce["boites"]["profil"]) & set(annonce["boites"]["autres"])


def test_profile_can_be_loaded(tmp_path: Path) -> None:
    annonce = json.loads(up("--dossier", tmp_path, "--json").stdout)
    configuration = lire_profil(Path(annonce["profil"]))
    assert configuration.environment.nature is Nature.BAC_A_SABLE
    assert configuration.environment.dmp == annonce["adresses"]["dmp"]
    (operateur,) = configuration.environment.operateurs_mss
    assert (operateur.smtp, operateur.imap) == (annonce["adresses"]["mss_smtp"], annonce["adresses"]["mss_imap"])
    for service in (Service.INSI, Service.DMP, Service.MSS):
        assert configuration.trousseau.certificat_tls("990000019", service) is not None
    assert [b.adresse for b in configuration.trousseau.boites("990000019")] == annonce["boites"]["profil"]
    variables = Path(annonce["variables"]).read_text("utf-8")
    for nom in ("dmp", "mss_smtp", "mss_imap"):
        assert f"export SEGUR_{nom.upper()}={annonce['adresses'][nom]}\n" in variables


@pytest.mark.skipif(os.name == "nt", reason="les droits POSIX n'existent pas")
def test_keys_are_private(tmp_path: Path) -> None:
    up("--dossier", tmp_path)
    secrets = [*tmp_path.glob("*.p12"), tmp_path / "p12.txt", tmp_path / "cle-annuaire.txt"]
    assert len(secrets) == 8
    assert {chemin.stat().st_mode & 0o777 for chemin in secrets} == {0o600}


def test_unknown_fault(tmp_path: Path) -> None:
    resultat = up("--dossier", tmp_path, "--panne", "incendie")
    assert resultat.exit_code == 6
    assert "503-then-ok" in resultat.output


def test_port_in_use(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as occupee:
        resultat = up("--dossier", tmp_path, "--port", str(occupee.getsockname()[1]), "--json")
    assert resultat.exit_code == 6
    assert json.loads(resultat.stdout)["erreur"]["champ"] == "port"


def test_unwritable_folder(tmp_path: Path) -> None:
    (tmp_path / "fichier").write_text("")
    assert up("--dossier", tmp_path / "fichier").exit_code == 6


@pytest.mark.skipif(os.name == "nt", reason="les signaux POSIX n'existent pas")
@pytest.mark.parametrize("nom", [signal.SIGINT, signal.SIGTERM])
def test_signal_stops_it_cleanly(tmp_path: Path, nom: signal.Signals) -> None:
    commande = [sys.executable, "-W", "error", "-c", LANCER, "up", "--dossier", str(tmp_path), "--json"]
    with subprocess.Popen(commande, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as programme:
        assert programme.stdout is not None
        annonce = json.loads(programme.stdout.readline())
        programme.send_signal(nom)
        reste, erreurs = programme.communicate(timeout=15)
    assert annonce["statut"] == "pret"
    assert (programme.returncode, reste, erreurs) == (0, "", "")
