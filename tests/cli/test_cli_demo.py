"""The demonstration as people run it: what it writes, what it says when the input is bad, its exit codes."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from judges import PROJECT, agency_rules
from segur_socles.cli.codes import Sortie
from segur_socles.cli.commandes import app
from segur_socles.credentials.trousseau import Trousseau
from segur_socles.documents.validation.valider import valider
from segur_socles.sandbox.sandbox import Sandbox
from segur_socles.trace.sinks import verifier_chaine

RESIDENTE = json.loads((PROJECT / "examples" / "residente.json").read_text("utf-8"))
SANS_ECART: Any = {}
PRODUITS = {
    *("dlu.xml", "dlu.html", "dlu.pdf", "message.eml", "IHE_XDM.ZIP", "rapport.html"),
    *("journal.jsonl", "traces.jsonl", "echanges"),
}
ADMISSIONS = ["insi.rechercher"] * 4  # the hospital's own patients, long before
OPERATIONS = [
    *ADMISSIONS,
    *("psc.connecter", "insi.rechercher", "insi.rechercher", "dmp.tester_existence", "dmp.alimenter"),
    *("annuaire.verifier_boite", "annuaire.rechercher_par_rpps", "mss.envoyer"),
    *("mss.relever", "mss.accuser", "mss.marquer_lu", "mss.relever"),
    *("psc.connecter", "dmp.rechercher", "dmp.lire"),
]
SECOND_ESSAI = (
    len(ADMISSIONS) + 2
)  # the resident is known under her second first name, the other client under the first
ARRET = {"rapport.html", "journal.jsonl", "traces.jsonl", "echanges"}
"""What a story that stops before the document leaves: what was asked, and why it stopped."""
COMMANDE = [sys.executable, "-c", "from segur_socles.cli.main import main; main()"]


def demo(tmp_path: Path, record: Path | dict[str, Any] | None = None, *options: str) -> Result:
    arguments = ["demo", "--out", str(tmp_path / "sortie"), *options]
    if isinstance(record, dict):
        path = tmp_path / "dossier.json"
        path.write_text(json.dumps(record), "utf-8")
        record = path
    if record is not None:
        arguments += ["--record", str(record)]
    return CliRunner(env={"COLUMNS": "200"}).invoke(app, arguments)


def sortie(tmp_path: Path) -> set[str]:
    dossier = tmp_path / "sortie"
    return {p.name for p in dossier.iterdir()} if dossier.exists() else set()


def lignes(tmp_path: Path, nom: str) -> list[dict[str, Any]]:
    return [json.loads(ligne) for ligne in (tmp_path / "sortie" / nom).read_text("utf-8").splitlines()]


def operations(tmp_path: Path, moment: str) -> list[str]:
    return [t["operation"] for t in lignes(tmp_path, "traces.jsonl") if t["moment"] == moment]


def changed(**chemins: Any) -> dict[str, Any]:
    """The example with some fields replaced (``usager__traits__sexe``), or removed when given ``...``."""
    record: dict[str, Any] = json.loads(json.dumps(RESIDENTE))
    for chemin, valeur in chemins.items():
        *parents, dernier = chemin.split("__")
        cible: Any = record
        for parent in parents:
            cible = cible[int(parent) if parent.isdigit() else parent]
        if valeur is ...:
            del cible[dernier]
        else:
            cible[dernier] = valeur
    return record


@pytest.mark.besoin("S4-14", "S4-22", "S4-27")
def test_it_plays_the_main_job_and_writes_what_it_says(tmp_path: Path) -> None:
    result = demo(tmp_path)
    assert result.exit_code == 0, result.output
    for texte in (
        *("1er prénom seul → code 01", "2e prénom seul → code 00", "OLA CATARINA BELLA", "CATARINA BELLA"),
        *(
            "carte d'identité",
            "prénom utilisé conservé : OLA",
            "Identité qualifiée",
            "Le DMP est ouvert",
            "agit pour EHPAD DU BAC A SABLE",
        ),
        *(
            "pris en charge par l'opérateur pour 2 destinataires",
            "L'usager est reconnu",
            "lecture du document, bris de glace",
        ),
        *("confirme que le message a été traité", "aux 3 endroits où il a été lu"),
        *("Document enregistré dans le DMP", "Bilan", "rien n'a été vérifié auprès des services nationaux"),
    ):
        assert texte in result.output, texte
    assert sortie(tmp_path) == PRODUITS
    assert valider((tmp_path / "sortie" / "dlu.xml").read_bytes()).erreurs == ()  # our own rules accept what we write
    assert operations(tmp_path, "avant") == operations(tmp_path, "apres") == OPERATIONS
    journal = lignes(tmp_path, "journal.jsonl")
    assert all(verdict["ok"] for e in journal for verdict in e["verdicts"])
    assert verifier_chaine(tmp_path / "sortie" / "traces.jsonl") == 2 * len(OPERATIONS)
    # The browser's own exchanges, and those of the mail, are not HTTP exchanges of ours.
    envoyes = [e for e in journal if e["service"] != "mss" and e["operation"] != "psc.autoriser"]
    assert len(list((tmp_path / "sortie" / "echanges").glob("*-requete.http"))) == len(envoyes)
    modes = {p.name: p.stat().st_mode & 0o077 for p in (tmp_path / "sortie").iterdir() if p.name != "journal.jsonl"}
    assert set(modes) == PRODUITS - {"journal.jsonl"}
    assert not any(modes.values()), "a person's data is for its owner only"


@pytest.mark.besoin("S1-21", "S4-22")
@pytest.mark.exigence("CI-SIS/DLU-2022.01")
def test_the_second_record_plays_whole_too(tmp_path: Path) -> None:
    pytest.importorskip("saxonche", reason="juge absent : saxonche ; pip install saxonche")
    result = demo(tmp_path, PROJECT / "examples" / "usager_sad.json")
    assert result.exit_code == 0, result.output
    for texte in (
        *(
            "1er prénom seul → code 00",
            "décidé par Théo TÉMOIN",
            "passeport",
            "prénom utilisé conservé : Zoé",
            "L'usager est reconnu",
        ),
        *("Identité qualifiée", "Le DMP est ouvert", "Document enregistré dans le DMP"),
    ):
        assert texte in result.output, texte
    assert valider((tmp_path / "sortie" / "dlu.xml").read_bytes()).erreurs == ()
    assert "écart accepté" not in result.output
    assert sortie(tmp_path) == PRODUITS
    assert operations(tmp_path, "apres") == [o for i, o in enumerate(OPERATIONS) if i != SECOND_ESSAI]
    assert all(verdict["ok"] for e in lignes(tmp_path, "journal.jsonl") for verdict in e["verdicts"])
    rapport = agency_rules().validate(tmp_path / "sortie" / "dlu.xml")
    assert (rapport.profile, [f.message for f in rapport.errors()]) == ("DLU", [])


def test_json_output_is_one_object_and_nothing_else(tmp_path: Path) -> None:
    result = demo(tmp_path, None, "--json")
    answer = json.loads(result.stdout)
    assert (answer["statut"], len(answer["etapes"])) == ("ok", 8)


@pytest.mark.long
def test_a_second_run_replaces_its_own_files_and_leaves_the_others(tmp_path: Path) -> None:
    (tmp_path / "sortie").mkdir()
    (tmp_path / "sortie" / "mes-notes.txt").write_text("à moi")
    for _ in range(2):
        assert demo(tmp_path).exit_code == 0
    assert sortie(tmp_path) == PRODUITS | {"mes-notes.txt"}


OPPOSITION_MSS = RESIDENTE["consentements"][0] | {
    "objet": "mss_professionnel", "nature": "opposition", "le": "2026-10-01"
}  # fmt: skip


def test_a_second_person_never_stands_beside_the_files_of_a_first(tmp_path: Path) -> None:
    assert demo(tmp_path).exit_code == 0
    (tmp_path / "sortie" / "echanges" / "a-moi.txt").write_text("à moi")
    assert demo(tmp_path, changed(qualification=...)).exit_code == Sortie.IDENTITE
    assert sortie(tmp_path) == ARRET
    assert (tmp_path / "sortie" / "echanges" / "a-moi.txt").exists()
    assert "a pas abouti" in (tmp_path / "sortie" / "rapport.html").read_text("utf-8")


# record → (exit code, what the message must name)
MAUVAIS: dict[str, tuple[Callable[[], Any], Sortie, tuple[str, ...]]] = {
    "champ absent": (
        lambda: changed(usager__traits__sexe=...), Sortie.DONNEE_INVALIDE, ("usager.traits.sexe", "obligatoire")),
    "champ inconnu": (lambda: changed(usager__taille=1.6), Sortie.DONNEE_INVALIDE, ("usager.taille", "inconnu")),
    "date impossible": (
        lambda: changed(usager__traits__date_naissance="1936-06-31"), Sortie.DONNEE_INVALIDE,
        ("usager.traits.date_naissance", "calendrier")),
    "nom avec chiffre": (
        lambda: changed(usager__traits__nom_naissance="TCHITCHI9"), Sortie.DONNEE_INVALIDE,
        ("usager.traits.nom_naissance", "SEL-MP-043")),
    "profession inconnue": (
        lambda: changed(auteur__profession="G15_99"), Sortie.DONNEE_INVALIDE, ("auteur.profession", "JDV_J01")),
    "contact sans nom": (
        lambda: changed(usager__entourage__0__nom=""), Sortie.DONNEE_INVALIDE, ("usager.entourage.0.nom",)),
    "caractère de contrôle": (
        lambda: changed(soins__commentaire="a\x07b"), Sortie.DONNEE_INVALIDE, ("soins.commentaire", "contrôle")),
    "traitement mal typé": (
        lambda: changed(soins__traitements__items__0__medicament=12), Sortie.DONNEE_INVALIDE,
        ("soins.traitements.items.0.medicament",)),
    "sans décision": (lambda: changed(qualification=...), Sortie.IDENTITE, ("qualification", "pièce d'identité")),
    "écart non accepté": (
        lambda: changed(qualification__differences_acceptees={}), Sortie.IDENTITE, ("traits.prenoms", "prénoms")),
    "autre écart accepté": (
        lambda: changed(qualification__differences_acceptees={"prenoms": "CATARINA"}), Sortie.IDENTITE,
        ("traits.prenoms", "pas celle d'INSi")),
    "identité douteuse": (lambda: changed(usager__attribut="douteuse"), Sortie.IDENTITE, ("douteuse",)),
    "personne inconnue d'INSi": (
        lambda: changed(usager__traits__nom_naissance="INCONNUE"), Sortie.IDENTITE, ("aucune identité",)),
    "médecin sans spécialité": (
        lambda: changed(auteur__profession="G15_10"), Sortie.DROITS, ("acteur.professionnel.profession",)),
    "sans boîte": (lambda: changed(boite=...), Sortie.DONNEE_INVALIDE, ("boite", "MSSanté")),
    "carnet sans urgences": (lambda: changed(carnet=[]), Sortie.DONNEE_INVALIDE, ("carnet", "urgences")),
    "boîte hors de l'espace": (
        lambda: changed(boite__adresse="a@example.org"), Sortie.DONNEE_INVALIDE, ("boite.adresse", "mssante.fr")),
    "boîte d'un citoyen": (
        lambda: changed(carnet__0__adresse="236066322083656@patient.mssante.fr"), Sortie.DONNEE_INVALIDE,
        ("carnet.0.adresse", "ECO.2.2.6")),
}  # fmt: skip


@pytest.mark.parametrize("cas", MAUVAIS)
def test_bad_records_stop_with_one_clear_message(tmp_path: Path, cas: str) -> None:
    fabrique, code, mots = MAUVAIS[cas]
    result = demo(tmp_path, fabrique())
    assert result.exit_code == code, result.output
    message = result.output[result.output.index("Arrêt") :]
    for mot in mots:
        assert mot in message
    assert "→" in message, "a remedy"
    assert "Traceback" not in result.output
    assert isinstance(result.exception, SystemExit)
    attendus = ARRET if code is Sortie.IDENTITE else set()
    assert sortie(tmp_path) == attendus, "what was done is kept, and nothing else"
    assert not any(secret in message for secret in ("TCHITCHI", "1936", "236066322083656"))


PERSONNE_AU_DMP_FERME = {
    "usager__traits": {"nom_naissance": "ADRTROIS", "prenoms": ["DOMINIQUE"], "sexe": "F",
                       "date_naissance": "1997-02-26", "lieu_naissance": "2A020"},
    "qualification__differences_acceptees": SANS_ECART,
}  # fmt: skip
NON_DEPOSE = {"dmp.alimenter", "dmp.rechercher", "dmp.lire"}
NON_ENVOYE = {"mss.relever", "mss.accuser", "mss.marquer_lu"}

# A door that is closed → (record, what is said, operations that are not done or that are traced as refused)
PORTES: dict[str, tuple[dict[str, Any], str, set[str]]] = {
    "DMP fermé": (PERSONNE_AU_DMP_FERME, "fermé", NON_DEPOSE),
    "opposition au DMP": ({"consentements__1__nature": "opposition"}, "opposé", NON_DEPOSE - {"dmp.alimenter"}),
    "urgences inconnues de l'annuaire": (
        {"carnet__0__adresse": "nulle.part@ch-essai.bac-a-sable.mssante.fr"}, "pas publiée dans l'annuaire",
        {"mss.accuser", "mss.marquer_lu"}),
    "opposition à la messagerie": (
        {"consentements": [*RESIDENTE["consentements"], OPPOSITION_MSS]}, "Envoi non autorisé", NON_ENVOYE),
    "sans information": ({"consentements": []}, "aucune information", NON_ENVOYE | NON_DEPOSE - {"dmp.alimenter"}),
}  # fmt: skip


@pytest.mark.parametrize("porte", PORTES)
def test_a_closed_door_is_said_and_the_story_goes_on_through_the_others(tmp_path: Path, porte: str) -> None:
    changements, dit, absentes = PORTES[porte]
    result = demo(tmp_path, changed(**changements))
    assert result.exit_code == 0, result.output
    assert dit in " ".join(result.output.split())
    assert set(operations(tmp_path, "apres")) == set(OPERATIONS) - absentes
    refus = [t for t in lignes(tmp_path, "traces.jsonl") if t["resultat"] == "refus_droits"]
    assert bool(refus) == (porte not in ("DMP fermé", "urgences inconnues de l'annuaire"))
    assert "rapport.html" in sortie(tmp_path)


@pytest.mark.parametrize(
    ("contenu", "code", "mots"),
    [
        (None, Sortie.CONFIGURATION, "n'existe pas"),
        (b"", Sortie.DONNEE_INVALIDE, "JSON mal form"),
        (b'{"usager": ', Sortie.DONNEE_INVALIDE, "JSON mal form"),
        (b"\xff\xfe\x00", Sortie.CONFIGURATION, "UTF-8"),
        (b"[]", Sortie.DONNEE_INVALIDE, "objet"),
        (b"[" * 100_000, Sortie.DONNEE_INVALIDE, "imbrication"),
        (b'{"version": ' + b"9" * 5000 + b"}", Sortie.DONNEE_INVALIDE, "démesuré"),
        (b'{"version": 1, "version": 1}', Sortie.DONNEE_INVALIDE, "deux fois"),
    ],
)
def test_unreadable_records(tmp_path: Path, contenu: bytes | None, code: Sortie, mots: str) -> None:
    path = tmp_path / "dossier.json"
    if contenu is not None:
        path.write_bytes(contenu)
    result = demo(tmp_path, path)
    assert (result.exit_code, mots in result.output) == (code, True), result.output
    assert sortie(tmp_path) == set()


def test_record_that_is_a_folder(tmp_path: Path) -> None:
    result = demo(tmp_path, tmp_path)
    assert (result.exit_code, "répertoire" in result.output) == (Sortie.CONFIGURATION, True)


def test_output_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "sortie").write_text("un fichier")
    result = demo(tmp_path)
    assert (result.exit_code, "rien n'a été envoyé" in result.output) == (Sortie.CONFIGURATION, True)
    assert (tmp_path / "sortie").read_text() == "un fichier"


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder that refuses even the administrator")
def test_unwritable_folder(tmp_path: Path) -> None:
    result = demo(tmp_path, None, "--out", "/proc/sortie")
    assert (result.exit_code, "rien n'a été envoyé" in result.output) == (Sortie.CONFIGURATION, True), result.output


def test_missing_credentials_are_a_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Trousseau, "ajouter", lambda *_: None)
    result = demo(tmp_path)
    assert (result.exit_code, "trousseau" in result.output) == (Sortie.CONFIGURATION, True), result.output
    assert sortie(tmp_path) == set()


def test_wrong_certificate_is_a_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start = Sandbox.start

    def start_and_revoke(self: Sandbox) -> None:
        start(self)
        self.revoquer(self.certificats(self.acteur.structure).insi_manu.certificat)

    monkeypatch.setattr(Sandbox, "start", start_and_revoke)
    result = demo(tmp_path)
    assert (result.exit_code, "refusé notre certificat" in result.output) == (Sortie.CONFIGURATION, True)
    assert sortie(tmp_path) == ARRET
    rapport = (tmp_path / "sortie" / "rapport.html").read_text("utf-8")
    assert "s'est arrêtée avant la fin" in rapport.replace("&#x27;", "'").replace("&#39;", "'")


def test_a_defect_of_ours_gives_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Sandbox) -> None:
        raise ZeroDivisionError("TCHITCHI")

    monkeypatch.setattr(Sandbox, "start", broken)
    result = demo(tmp_path)
    assert (result.exit_code, "Erreur inattendue (ZeroDivisionError" in result.output) == (Sortie.INATTENDU, True)
    assert "TCHITCHI" not in result.output
    answer = json.loads(demo(tmp_path, None, "--json").stdout)
    assert (answer["statut"], answer["code"]) == ("erreur", 1)


@pytest.mark.parametrize("cas", [cas for cas, (_, code, __) in MAUVAIS.items() if code is Sortie.DONNEE_INVALIDE])
def test_bad_records_are_refused_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cas: str
) -> None:
    monkeypatch.setattr(Sandbox, "start", lambda _: pytest.fail("the sandbox was started"))
    assert demo(tmp_path, MAUVAIS[cas][0]()).exit_code == Sortie.DONNEE_INVALIDE


def test_no_network_beyond_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def loopback_only(self: socket.socket, address: Any) -> None:
        assert self.family == socket.AF_UNIX or address[0] in ("127.0.0.1", "::1", "localhost"), address
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", loopback_only)
    assert demo(tmp_path).exit_code == 0


def test_ctrl_c_leaves_a_clean_folder(tmp_path: Path) -> None:
    # A job started in the background ignores SIGINT: the child takes it back.
    script = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from segur_socles.sandbox.sandbox import Sandbox\nfrom segur_socles.cli.main import main\n"
        "start = Sandbox.start\n"
        "def slow(self):\n    start(self)\n    self.pannes.activer('latency', secondes=30)\n"
        "    print('PRET', flush=True)\n"
        "Sandbox.start = slow\nmain()\n"
    )
    command = [sys.executable, "-c", script, "demo", "--out", str(tmp_path / "sortie")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        while "PRET" not in process.stdout.readline():
            assert process.poll() is None
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=20)
    assert process.returncode == Sortie.INTERROMPU, stderr
    assert "Interrompu" in stderr
    assert "Traceback" not in stderr
    assert sortie(tmp_path) == set()


def test_help_teaches_the_exit_codes() -> None:
    result = CliRunner(env={"COLUMNS": "160"}).invoke(app, ["--help"])
    assert result.exit_code == 0
    for code in Sortie:
        assert code.explication in result.output


def test_the_page_of_the_command_line_gives_every_exit_code() -> None:
    page = (PROJECT / "docs" / "commande.md").read_text("utf-8")
    lignes = [ligne for ligne in page[page.index("## Codes de sortie") :].splitlines() if ligne.startswith("| ")]
    assert lignes[2:] == [f"| {code.value} | {code.explication} |" for code in Sortie]


def test_real_process_and_version(tmp_path: Path) -> None:
    done = subprocess.run([*COMMANDE, "--version"], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.startswith("segur-socles ")
    bad = subprocess.run(
        [*COMMANDE, "demo", "--record", "absent.json"], capture_output=True, text=True, check=False, timeout=60,
        cwd=tmp_path,
    )  # fmt: skip
    assert (bad.returncode, "Traceback" in bad.stderr) == (Sortie.CONFIGURATION, False)
