"""The Agency's rules: same verdicts as the reference tool, prepared once, kept on disk, read from this machine only."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from validation_mutants import MUTANTS, Edit, ajouter, oter, poser, retirer, suite, un
from validation_outils import COURT, exemple

from judges import kit
from segur_socles.documents.validation import engine
from segur_socles.documents.validation.kit import Kit
from segur_socles.documents.validation.officielles import ReglesOfficielles
from segur_socles.documents.validation.rapport import Etape
from segur_socles.documents.validation.schematron import translate
from segur_socles.documents.validation.stylesheets import StylesheetCache, default_folder
from segur_socles.documents.validation.valider import valider
from segur_socles.errors import ConfigurationError, Gravite

GRAVITES = {Gravite.ERREUR: "error", Gravite.AVERTISSEMENT: "warning"}
SECTION = "h:component/h:structuredBody/h:component/h:section"

# Faults of the body, at least one for each step: what our own rules leave to the Agency's.
DU_CORPS: dict[str, tuple[str, Edit]] = {
    "xsd : ordre": ("FLUDT", lambda racine: racine.append(un(racine, "h:title"))),
    "xsd : attribut inconnu": ("FLUDT", poser("h:title", toto="1")),
    "ihe : concern sans observation": ("DLU", retirer(f"{SECTION}/h:entry/h:act/h:entryRelationship")),
    "ihe : signes vitaux sans unité": ("FLUDT", poser("(//h:organizer//h:value[@unit])[1]", unit="xyz")),
    "fr : modèle d'entrée": ("DLU", retirer("(//h:substanceAdministration)[1]/h:consumable")),
    "ans : sections": ("FLUDT", retirer(f"{SECTION}[h:code/@code='46264-8']/h:text")),
    "terminologies : CIM-10": ("DLU", poser("(//h:value[@codeSystem='2.16.840.1.113883.6.3'])[1]", code="ZZ99")),
    "spec : section absente": ("LDL-SES", retirer("(//h:section)[1]")),
    "spec : jeu de valeurs": ("DLU", poser("//h:observation[h:code/@code='69764-9']/h:value", code="DLU_999")),
    "plusieurs": (
        "FLUDT",
        suite(oter("h:setId", "root"), ajouter("h:recordTarget/h:patientRole", "<id root='1.2'/>", avant="h:addr")),
    ),
}


def nu(emplacement: str) -> str:
    """Same place, whoever writes it: no index, no attribute, the document being its root."""
    return re.sub(r"\[\d+\]|/@[\w:]+$|sdtc:", "", emplacement).rstrip("/") or "/ClinicalDocument"


def les_notres(octets: bytes, regles: ReglesOfficielles) -> Counter[tuple[str, str, str]]:
    constats = valider(octets, regles=regles).constats
    return Counter(
        (c.etape.value, GRAVITES[c.gravite], nu(c.emplacement)) for c in constats if c.etape is not Etape.REGLES
    )


def ceux_de_l_outil(octets: bytes, outil: Any, fichier: Path) -> Counter[tuple[str, str, str]]:
    fichier.write_bytes(octets)
    trouves = outil.validate(fichier).findings
    return Counter((f.step, f.severity, nu(f.location)) for f in trouves if f.step in list(Etape))


@pytest.mark.parametrize(
    "court", [pytest.param(c, marks=pytest.mark.long) if c in ("DLU", "FLUDT", "IPS-FR") else c for c in COURT]
)
def test_the_official_examples_pass(court: str, officielles: ReglesOfficielles, reference: Any, fichier: Path) -> None:
    octets = exemple(court)
    rapport = valider(octets, regles=officielles)
    assert rapport.conforme
    propre = () if court == "N1" else (Etape.SPEC,)
    communes = (Etape.XSD, Etape.STRUCTMIN, Etape.IHE, Etape.FR, Etape.ANS, Etape.TERMINOLOGIES)
    assert rapport.etapes == (Etape.REGLES, *communes, *propre)
    assert les_notres(octets, officielles) == ceux_de_l_outil(octets, reference, fichier) == Counter()


@pytest.mark.long
@pytest.mark.parametrize("nom", DU_CORPS)
def test_the_same_faults_are_found_as_by_the_reference_tool(
    nom: str, officielles: ReglesOfficielles, reference: Any, fichier: Path
) -> None:
    court, edit = DU_CORPS[nom]
    racine = etree.fromstring(exemple(court))
    edit(racine)
    octets = etree.tostring(racine)
    trouves = les_notres(octets, officielles)
    assert trouves == ceux_de_l_outil(octets, reference, fichier)
    attendue = nom.partition(" :")[0]
    assert attendue not in list(Etape) or any(etape == attendue for etape, _, _ in trouves)


@pytest.mark.long
@pytest.mark.parametrize(
    "nom", ["autre message HL7", "lieu de naissance absent", "deux fois la même adresse", "mois 13"]
)
def test_and_in_the_header(nom: str, officielles: ReglesOfficielles, reference: Any, fichier: Path) -> None:
    mutant = MUTANTS[nom]
    racine = etree.fromstring(exemple(mutant.exemple))
    mutant.edit(racine)
    octets = etree.tostring(racine)
    assert les_notres(octets, officielles) == ceux_de_l_outil(octets, reference, fichier) != Counter()


def test_official_messages_hold_no_value(officielles: ReglesOfficielles) -> None:
    racine = etree.fromstring(exemple("FLUDT"))
    for element in racine.iter():
        if isinstance(element.tag, str):
            if element.tag == "{urn:hl7-org:v3}typeId":  # the rules look for it first
                continue
            if element.text and element.text.strip():
                element.text = "CANARI-SECRET"
            for cle in ("value", "extension", "displayName", "use", "code", "unit", "qualifier"):
                if cle in element.attrib:
                    element.set(cle, "CANARI-SECRET")
    rapport = valider(etree.tostring(racine), regles=officielles)
    assert {c.etape for c in rapport.erreurs} >= {Etape.XSD, Etape.STRUCTMIN, Etape.IHE}
    assert "CANARI" not in repr(rapport) + str(rapport.to_dict())


def test_threads_share_the_rules(officielles: ReglesOfficielles) -> None:
    verdicts: list[bool] = []

    def valider_un() -> None:
        verdicts.append(valider(exemple("N1"), regles=officielles).conforme)

    fils = [threading.Thread(target=valider_un) for _ in range(4)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert verdicts == [True] * 4


# --- the kit on disk -------------------------------------------------------------------------------------


@pytest.fixture
def petit_kit(tmp_path: Path) -> Path:
    """A kit whose only rules are a small header file; the schema is the Agency's."""
    racine = tmp_path / "kit"
    profils = racine / "schematrons" / "profils" / "structurationMinimale"
    profils.mkdir(parents=True)
    shutil.copytree(kit("infrastructure"), racine / "infrastructure")
    (racine / "jeuxDeValeurs").mkdir()
    (racine / "jeuxDeValeurs" / "jdv-signe-vital-cisis.xml").write_text("<v><c code='A'/></v>")
    (profils / "partie.sch").write_text(
        '<pattern xmlns="http://purl.oclc.org/dsdl/schematron" id="p">'
        "<let name='liste' value=\"'../../../jeuxDeValeurs/JDV_SignesVitaux_CISIS.xml'\"/>"
        '<rule context="h:realmCode"><assert test="doc($liste)//c[@code=current()/@code]">code '
        "<value-of select='@code'/> hors de la liste <value-of select='$liste'/></assert></rule>"
        '<rule context="h:*[self::h:realmCode or self::h:title]"><report test="true()">titre</report></rule></pattern>'
    )
    (profils / "ASIP-STRUCT-MIN-StrucMin.sch").write_text(
        '<schema xmlns="http://purl.oclc.org/dsdl/schematron"><ns prefix="h" uri="urn:hl7-org:v3"/>'
        '<include href="PARTIE.sch"/></schema>'
    )
    return racine


def structmin(racine: Path, cache: Path | bool = False) -> list[tuple[str, str, str]]:
    regles = ReglesOfficielles(racine, cache=cache)  # type: ignore[arg-type]
    constats = valider(exemple("N1"), regles=regles).constats
    return [(c.gravite.value, c.champ, c.message) for c in constats if c.etape is Etape.STRUCTMIN]


def test_a_renamed_value_set_is_found_and_only_constants_are_quoted(petit_kit: Path) -> None:
    assert structmin(petit_kit) == [
        ("erreur", "En-tête › périmètre", "code … hors de la liste ../../../jeuxDeValeurs/jdv-signe-vital-cisis.xml"),
        ("erreur", "En-tête › titre", "titre"),  # and not of realmCode, which the first rule took
    ]


def test_a_rule_that_cannot_be_evaluated_is_told_alone(petit_kit: Path) -> None:
    (petit_kit / "jeuxDeValeurs" / "jdv-signe-vital-cisis.xml").unlink()
    assert structmin(petit_kit) == [
        ("avertissement", "En-tête › périmètre", "règle impossible à évaluer (FODC0002)"),
        ("erreur", "En-tête › titre", "titre"),
    ]


def test_steps_that_a_kit_lacks_are_told(petit_kit: Path) -> None:
    rapport = valider(exemple("DLU"), regles=ReglesOfficielles(petit_kit, cache=False))
    absentes = [c.etape for c in rapport.avertissements if c.message.startswith("le kit n'a pas")]
    assert absentes == [Etape.IHE, Etape.FR, Etape.ANS, Etape.TERMINOLOGIES, Etape.SPEC]


def test_a_second_process_reads_what_the_first_translated(petit_kit: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    attendu = structmin(petit_kit, cache)
    (feuille,) = cache.rglob("*.xsl")
    assert "…" in feuille.read_text("utf-8")
    script = (
        "import sys; from segur_socles.documents.validation import officielles as o\n"
        "def interdit(*a, **k): raise AssertionError\n"
        "o.translate = interdit\n"
        "from segur_socles.documents.validation.valider import valider\n"
        "r = valider(open(sys.argv[3], 'rb').read(), regles=o.ReglesOfficielles(sys.argv[1], cache=sys.argv[2]))\n"
        "print(sum(c.etape == 'structmin' for c in r.constats))"
    )
    arguments = [sys.executable, "-c", script, str(petit_kit), str(cache), str(kit("ExemplesCDA", COURT["N1"]))]
    sortie = subprocess.run(arguments, capture_output=True, text=True, check=True).stdout
    assert int(sortie) == len(attendu)


def test_a_changed_rule_is_translated_again(petit_kit: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    structmin(petit_kit, cache)
    partie = petit_kit / "schematrons" / "profils" / "structurationMinimale" / "partie.sch"
    partie.write_text(partie.read_text().replace(">titre<", ">autre<"))
    assert structmin(petit_kit, cache)[-1][2] == "autre"


def test_a_damaged_cache_is_made_again_and_one_that_cannot_be_written_does_no_harm(tmp_path: Path) -> None:
    cache = StylesheetCache(tmp_path, "a" * 64)
    assert cache.get("x", lambda: b"<un/>") == b"<un/>"
    assert cache.get("x", lambda: b"<deux/>") == b"<un/>"
    (feuille,) = tmp_path.rglob("x.xsl")
    feuille.write_bytes(feuille.read_bytes()[:-1])
    assert cache.get("x", lambda: b"<deux/>") == b"<deux/>"
    fichier = tmp_path / "fichier"
    fichier.write_text("")
    assert StylesheetCache(fichier, "b" * 64).get("x", lambda: b"<trois/>") == b"<trois/>"
    assert not list(tmp_path.rglob("*.tmp"))


def test_translations_of_old_kits_go_away(tmp_path: Path) -> None:
    for numero in range(7):
        StylesheetCache(tmp_path, f"{numero:064}").get("x", lambda: b"<x/>")
        StylesheetCache(tmp_path, f"{numero}" * 64).get("x", lambda: b"<x/>")
    assert len(list(tmp_path.iterdir())) == 4


@pytest.mark.parametrize(
    ("plateforme", "variables", "fin"),
    [
        ("linux", {"XDG_CACHE_HOME": "/c"}, "/c/segur-socles"),
        ("linux", {"XDG_CACHE_HOME": "relatif"}, "/.cache/segur-socles"),
        ("darwin", {}, "/Library/Caches/segur-socles"),
        ("win32", {"LOCALAPPDATA": "/l"}, "/l/segur-socles/Cache"),
    ],
)
def test_the_cache_lies_where_each_system_has_it(plateforme: str, variables: dict[str, str], fin: str) -> None:
    assert default_folder(variables, plateforme).as_posix().endswith(fin)


def test_what_is_not_a_kit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="pas un kit"):
        ReglesOfficielles(tmp_path)


@pytest.mark.parametrize(
    ("contenu", "mot"),
    [
        ("<autre/>", "pas un schématron"),
        ("<schema", "illisible"),
        ("<!DOCTYPE a><schema/>", "DOCTYPE"),
        (
            '<schema xmlns="http://purl.oclc.org/dsdl/schematron"><include href="../../dehors.sch"/></schema>',
            "hors du kit",
        ),
        ('<schema xmlns="http://purl.oclc.org/dsdl/schematron"><include href="absent.sch"/></schema>', "ne peut pas"),
        ('<schema xmlns="http://purl.oclc.org/dsdl/schematron"><include href="A.sch"/></schema>', "lui-même"),
        ('<schema xmlns="http://purl.oclc.org/dsdl/schematron" defaultPhase="x"/>', "phase"),
        (
            '<schema xmlns="http://purl.oclc.org/dsdl/schematron"><pattern is-a="x"/></schema>',
            "modèle de règles absent",
        ),
        (
            '<schema xmlns="http://purl.oclc.org/dsdl/schematron">'  # noqa: ISC004 - one text, too long for a line
            '<pattern><rule context="a"><extends rule="x"/></rule></pattern></schema>',
            "règle absente",
        ),
    ],
)
def test_rules_that_cannot_be_used_are_named(tmp_path: Path, contenu: str, mot: str) -> None:
    dossier = tmp_path / "schematrons"
    dossier.mkdir()
    (dossier / "a.sch").write_text(contenu)
    with pytest.raises(ConfigurationError, match=mot):
        translate(Kit(tmp_path), dossier / "a.sch")


def test_without_the_engine_the_remedy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "saxonche", None)
    with pytest.raises(ConfigurationError, match=r"segur-socles\[validation\]"):
        engine.Engine()


def test_the_network_is_never_asked(petit_kit: Path) -> None:
    partie = petit_kit / "schematrons" / "profils" / "structurationMinimale" / "partie.sch"
    partie.write_text(partie.read_text().replace("doc($liste)", "doc('http://127.0.0.1:9/x.xml')"))
    assert structmin(petit_kit)[0] == ("erreur", "En-tête › périmètre", "règle impossible à évaluer (FODC0005)")


def test_what_fails_prints_nothing(petit_kit: Path, capfd: pytest.CaptureFixture[str]) -> None:
    partie = petit_kit / "schematrons" / "profils" / "structurationMinimale" / "partie.sch"
    partie.write_text(partie.read_text().replace("doc($liste)//c[@code=current()/@code]", "xs:integer(@code) = 1"))
    assert structmin(petit_kit)[0] == ("erreur", "En-tête › périmètre", "règle impossible à évaluer (FORG0001)")
    assert capfd.readouterr() == ("", "")
