"""The verb that validates: what it prints, its exit codes, what it makes of bad files, and Ctrl-C."""

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

from judges import PROJECT, kit
from segur_socles.cli.codes import Sortie
from segur_socles.cli.commandes import app
from segur_socles.documents.validation.modeles import MODELES
from segur_socles.documents.validation.rapport import Etape

COMMANDE = [sys.executable, "-c", "from segur_socles.cli.main import main; main()"]


def validate(*arguments: str | Path, **variables: str) -> Result:
    env = {"COLUMNS": "200", "CISIS_KIT": "", **variables}
    return CliRunner(env=env).invoke(app, ["validate", *map(str, arguments)])


@pytest.fixture
def conforme() -> Path:
    return kit("ExemplesCDA", "DOC_NON_STRUCTURE_CDA-R2-N1.xml")


@pytest.fixture
def fautif(tmp_path: Path, conforme: Path) -> Path:
    fichier = tmp_path / "fautif.xml"
    fichier.write_bytes(conforme.read_bytes().replace(b'languageCode code="fr-FR"', b'languageCode code="fr"'))
    return fichier


def test_a_document_that_conforms_is_a_success(conforme: Path) -> None:
    resultat = validate(conforme)
    assert resultat.exit_code == Sortie.SUCCES
    assert "✓" in resultat.stdout
    assert "N1 : conforme, 1 avertissement" in resultat.stdout
    assert "le PDF ne se déclare pas PDF/A" in resultat.stdout
    assert "documents" not in resultat.stdout  # no sum for one


def test_a_fault_says_where_which_rule_and_what_to_do(fautif: Path) -> None:
    resultat = validate(fautif)
    assert resultat.exit_code == Sortie.DONNEE_INVALIDE
    lignes = [ligne.strip() for ligne in resultat.stdout.splitlines()]
    debut = lignes.index("erreur valeur non admise  [CI-SIS, structuration minimale]")
    assert lignes[debut + 1].startswith("En-tête › langue › attribut code  ligne ")
    assert lignes[debut + 2] == "→ valeurs admises : fr-FR"


def test_a_bad_file_does_not_stop_the_others(tmp_path: Path, conforme: Path, fautif: Path) -> None:
    vide, bruit = tmp_path / "vide.xml", tmp_path / "bruit.xml"
    vide.write_bytes(b"")
    bruit.write_bytes(os.urandom(1000))
    resultat = validate(tmp_path / "absent.xml", tmp_path, vide, bruit, fautif, conforme)
    assert resultat.exit_code == Sortie.DONNEE_INVALIDE
    assert "absent.xml  illisible : fichier introuvable" in resultat.stdout
    assert "illisible : c'est un dossier ; donner ses fichiers" in resultat.stdout
    assert "vide.xml  refusé : 1 erreur" in resultat.stdout
    assert "N1 : conforme" in resultat.stdout
    assert "6 documents, dont 5 à corriger." in resultat.stdout


def test_a_huge_file_is_refused_without_being_read_whole(tmp_path: Path) -> None:
    enorme = tmp_path / "enorme.xml"
    with enorme.open("wb") as flux:
        flux.truncate(4 * 1024**3)  # sparse: it takes no room
    resultat = validate(enorme, "--json")
    (document,) = json.loads(resultat.stdout)["documents"]
    assert "dépasse la taille permise" in document["constats"][0]["message"]


def test_programs_read_one_object(conforme: Path, fautif: Path, tmp_path: Path) -> None:
    resultat = validate(conforme, fautif, tmp_path / "absent.xml", "--json")
    assert resultat.exit_code == Sortie.DONNEE_INVALIDE
    objet = json.loads(resultat.stdout)
    bon, mauvais, absent = objet["documents"]
    assert (objet["statut"], objet["kit"]) == ("a_corriger", None)
    assert (bon["conforme"], bon["modele"], bon["erreurs"], bon["avertissements"]) == (True, "N1", 0, 1)
    assert mauvais["etapes"] == ["regles"]
    (erreur,) = [c for c in mauvais["constats"] if c["gravite"] == "erreur"]
    assert erreur.pop("ligne") > 0
    assert erreur == {
        "etape": "regles",
        "gravite": "erreur",
        "champ": "En-tête › langue › attribut code",
        "emplacement": "/ClinicalDocument/languageCode/@code",
        "message": "valeur non admise",
        "regle": "CI-SIS, structuration minimale",
        "remede": "valeurs admises : fr-FR",
    }
    assert absent == {"fichier": str(tmp_path / "absent.xml"), "conforme": False, "illisible": "fichier introuvable"}


@pytest.mark.long
def test_the_kit_adds_the_official_rules(fautif: Path, tmp_path: Path) -> None:
    pytest.importorskip("saxonche", reason="juge absent : saxonche ; pip install saxonche")
    arguments = ("validate", str(fautif), "--json")
    env = {"CISIS_KIT": str(kit()), "XDG_CACHE_HOME": str(tmp_path)}
    resultat = CliRunner(env=env).invoke(app, arguments)
    (document,) = json.loads(resultat.stdout)["documents"]
    assert document["etapes"] == [e.value for e in Etape if e is not Etape.SPEC]
    assert any(c["etape"] == "structmin" and c["gravite"] == "erreur" for c in document["constats"])
    assert list(tmp_path.rglob("*.xsl"))


def test_what_is_no_kit_is_a_setting_to_correct(conforme: Path, tmp_path: Path) -> None:
    resultat = validate(conforme, "--kit", tmp_path)
    assert resultat.exit_code == Sortie.CONFIGURATION
    assert "schematrons" in resultat.output


def test_a_missing_extra_says_what_to_install(conforme: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "saxonche", None)
    resultat = validate(conforme, "--kit", kit())
    assert resultat.exit_code == Sortie.CONFIGURATION
    assert "pip install 'segur-socles[validation]'" in " ".join(resultat.output.split())


def test_ctrl_c_ends_cleanly_and_keeps_what_was_judged(conforme: Path) -> None:
    fichiers = [str(conforme)] * 3000
    processus = subprocess.Popen(
        [*COMMANDE, "validate", *fichiers], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert processus.stdout is not None
    premiere = processus.stdout.readline()
    time.sleep(0.2)
    processus.send_signal(signal.SIGINT)
    _, erreurs = processus.communicate(timeout=30)
    assert processus.returncode == Sortie.INTERROMPU
    assert "N1 : conforme" in premiere
    assert "Traceback" not in erreurs
    assert "Interrompu" in erreurs


@pytest.mark.parametrize("mot", [*(m.nom for m in MODELES.values()), "--kit", "CISIS_KIT", "--json", *Etape])
def test_the_page_tells_every_model_step_and_option(mot: str) -> None:
    assert f"`{mot}`" in (PROJECT / "docs" / "valider.md").read_text("utf-8")


@pytest.mark.parametrize("dernier", ["conforme", "fautif", "absent"])
def test_the_count_stands_apart_and_conforming_documents_take_one_line_each(
    conforme: Path, fautif: Path, tmp_path: Path, dernier: str
) -> None:
    """One blank line before the count, and no other but after findings: a thousand good files stay readable."""
    absent = tmp_path / "absent.xml"
    fichier = {"conforme": conforme, "fautif": fautif, "absent": absent}[dernier]
    lignes = [ligne.strip() for ligne in validate(absent, absent, fichier).stdout.split("\n")]
    assert [ligne.split()[-1] for ligne in lignes[:2]] == ["introuvable", "introuvable"]
    assert (lignes[-4] == "", lignes[-3], lignes[-2][:11]) == (False, "", "3 documents")
