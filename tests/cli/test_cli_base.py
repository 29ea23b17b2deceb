"""The verb that verifies a base: what it prints, its exit codes, and Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from judges import PROJECT
from segur_socles.cli.codes import Sortie
from segur_socles.cli.commandes import app
from segur_socles.ins.base import Champ, Verdict
from segur_socles.personnes.matricule import calculer_cle

COMMANDE = [sys.executable, "-c", "from segur_socles.cli.main import main; main()"]
BASE = """\
IPP;Nom de naissance;Prénoms;Sexe;Né(e) le;COG;Matricule INS;OID;Statut
A1;ECETINSI;PIERRE-ALAIN;M;14/07/2009;63220;109076322083489;1.2.250.1.213.1.4.8;QUAL
A2;TCHITCHI;OLA;F;21/06/1936;63220;;;PROV
"""
FAUTIVE = "A3;CANARI9;ANNE;F;21/06/1937;63220;;;PROV\n"


def verifier(tmp_path: Path, texte: str, *options: str) -> Result:
    fichier = tmp_path / "base.csv"
    fichier.write_text(texte, "utf-8")
    arguments = ["base", "verifier", str(fichier), "--rapport", str(tmp_path / "rapport.csv"), *options]
    return CliRunner(env={"COLUMNS": "200"}).invoke(app, arguments)


def test_a_base_that_holds_is_a_success(tmp_path: Path) -> None:
    resultat = verifier(tmp_path, BASE)
    assert resultat.exit_code == Sortie.SUCCES
    assert "2 lignes, dont 0 déjà décidées" in resultat.stdout
    assert "jamais en masse" in resultat.stdout
    assert "Sans colonne, donc sans contrôle : premier_prenom, cle, attribut," in resultat.stdout
    assert "1 déjà" not in resultat.stdout
    assert "2 lignes, dont 2 déjà décidées" in verifier(tmp_path, BASE).stdout


def test_programs_read_one_object(tmp_path: Path) -> None:
    resultat = verifier(tmp_path, BASE + FAUTIVE, "--json")
    assert resultat.exit_code == Sortie.DONNEE_INVALIDE
    objet = json.loads(resultat.stdout)
    assert objet.pop("rapport").endswith("rapport.csv")
    assert objet == {
        "statut": "a_revoir",
        "lignes": 3,
        "verdicts": {"conforme": 1, "à corriger": 1, "à récupérer": 1},
        "champs": {"nom_naissance": 1},
        "deja_decidees": 0,
        "encodage": "utf-8-sig",
        "separateur": ";",
        "colonnes": {
            "identifiant": 1,
            "nom_naissance": 2,
            "prenoms": 3,
            "sexe": 4,
            "date_naissance": 5,
            "lieu_naissance": 6,
            "matricule": 7,
            "oid": 8,
            "statut": 9,
        },
    }


def test_a_column_may_be_chosen(tmp_path: Path) -> None:
    texte = BASE.replace("Nom de naissance", "Nom").replace(";", ",")
    refus = verifier(tmp_path, texte)
    assert refus.exit_code == Sortie.DONNEE_INVALIDE
    assert "--colonne nom_naissance=EN-TÊTE" in " ".join(refus.output.split())
    assert not (tmp_path / "rapport.csv").exists()
    choix = ("--colonne", "nom_naissance=NOM", "--separateur", "virgule", "--encodage", "utf-8")
    assert verifier(tmp_path, texte, *choix).exit_code == Sortie.SUCCES


@pytest.mark.parametrize("choix", ["nom=NOM", "sexe", "sexe="])
def test_a_choice_badly_written_is_a_usage_error(tmp_path: Path, choix: str) -> None:
    resultat = verifier(tmp_path, BASE, "--colonne", choix)
    assert resultat.exit_code == Sortie.USAGE
    assert "date_controle" in resultat.output


@pytest.mark.parametrize("texte", ["", "\n\n", '"jamais fermé\n'])
def test_a_file_without_headers_is_refused(tmp_path: Path, texte: str) -> None:
    assert verifier(tmp_path, texte, "--json").exit_code == Sortie.DONNEE_INVALIDE


def test_a_folder_is_no_report(tmp_path: Path) -> None:
    (tmp_path / "rapport.csv").mkdir()
    assert verifier(tmp_path, BASE).exit_code == Sortie.CONFIGURATION


def test_nothing_printed_tells_who(tmp_path: Path) -> None:
    for options in ((), ("--json",)):
        assert not any(nom in verifier(tmp_path, BASE + FAUTIVE, *options).output for nom in ("CANARI", "ECETINSI"))
    sans_en_tete = BASE.partition("\n")[2]
    assert "ECETINSI" not in verifier(tmp_path, sans_en_tete).output


def test_the_help_says_what_is_refused() -> None:
    aide = " ".join(CliRunner(env={"COLUMNS": "200"}).invoke(app, ["base", "verifier", "--help"]).output.split())
    assert "Récupérer des INS en masse est interdit" in aide
    assert "la même commande reprend" in aide


@pytest.mark.parametrize(
    "mot", [*Champ, *Verdict, *(f"--{nom}" for nom in ("rapport", "colonne", "encodage", "essai"))]
)
def test_the_page_tells_every_field_verdict_and_option(mot: str) -> None:
    page = (PROJECT / "docs" / "commande.md").read_text("utf-8").partition("base verifier`\n")[2]
    assert any(mot in ligne.split("|")[1] for ligne in page.splitlines() if ligne.startswith("|"))


@pytest.mark.skipif(os.name == "nt", reason="signal POSIX")
def test_ctrl_c_leaves_a_report_that_goes_on(tmp_path: Path) -> None:
    fichier, rapport = tmp_path / "base.csv", tmp_path / "rapport.csv"
    numeros = [f"10907{rang:08d}" for rang in range(1000, 11_000)]
    with fichier.open("w", encoding="utf-8") as flux:
        flux.write(BASE)
        flux.writelines(
            f"D{n};ESSAI;ANNE;F;1937-06-21;63220;{n}{calculer_cle(n)};1.2.250.1.213.1.4.8;QUAL\n" for n in numeros
        )
    commande = [*COMMANDE, "base", "verifier", str(fichier), "--rapport", str(rapport)]
    processus = subprocess.Popen(commande, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    limite = time.monotonic() + 60
    while not (rapport.exists() and rapport.stat().st_size > 5000):
        assert time.monotonic() < limite
        time.sleep(0.005)
    processus.send_signal(signal.SIGINT)
    _, dit = processus.communicate(timeout=30)
    assert processus.returncode == Sortie.INTERROMPU
    assert "Interrompu" in dit.decode()
    deja = rapport.read_bytes().count(b"\r\n") - 1
    suite = subprocess.run([*commande, "--json"], stdout=subprocess.PIPE, check=False, timeout=60)
    objet = json.loads(suite.stdout)
    assert 0 < deja == objet["deja_decidees"] < objet["lignes"] == len(numeros) + 2
