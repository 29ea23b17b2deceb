"""Our own rules: silent on the official examples, and each heard on the fault it is made for."""

from __future__ import annotations

import pickle
import re

import pytest
from lxml import etree
from validation_mutants import ERREUR, MUTANTS, NS
from validation_outils import COURT, exemple

from segur_socles.documents.validation.entete_tables import CARDINALITES, Cardinalite
from segur_socles.documents.validation.modeles import MODELES, modele_de
from segur_socles.documents.validation.officielles import ReglesOfficielles
from segur_socles.documents.validation.rapport import Etape, RapportValidation
from segur_socles.documents.validation.valider import valider
from segur_socles.errors import DocumentInvalideError, Gravite

Fait = tuple[str, str, str]

# What the Agency's examples themselves do, which we say without refusing them: count of each warning.
REMARQUES = {
    "DLU": {"référence à un passage qui n'existe pas": 3, "référence sans le « # »": 7},
    "FLUDT": {"référence à un passage qui n'existe pas": 2, "référence sans le « # »": 1},
    "N1": {"le PDF ne se déclare pas PDF/A": 1},
    "IPS-FR": {"référence à un passage qui n'existe pas": 14, "référence sans le « # »": 2},
    "LDL-SES": {"référence à un passage qui n'existe pas": 2, "référence sans le « # »": 9},
}

# Faults that the kit lets pass (rules of the sheet that no schematron holds), or that only warn.
NOUS_SEULS = {
    "autre message HL7",
    "version zéro",
    "nouvelle version orpheline",
    "INS mal formée",
    "clé fausse",
    "INS-C",
    "identifiant du patient nul",
    "acte fini avant d'avoir commencé",
    "code sans système",
    "N1 d'un type inconnu",
    "N1 sans base 64",
    "N1 tronqué",
    "N1 vide",
    "N1 qui n'est pas un PDF",
}
# A code that the next edition adds is one that this kit does not know.
AGENCE_SEULE = {"type d'une édition plus récente"}


def faits(rapport: RapportValidation) -> set[Fait]:
    return {(c.gravite.value, c.champ, c.message) for c in rapport.constats}


@pytest.mark.parametrize("court", COURT)
def test_the_official_examples_hold_no_error(court: str) -> None:
    rapport = valider(exemple(court))
    assert rapport.conforme
    assert rapport.modele == court
    compte: dict[str, int] = {}
    for constat in rapport.constats:
        compte[constat.message] = compte.get(constat.message, 0) + 1
    assert compte == REMARQUES[court]
    rapport.exiger()


@pytest.mark.parametrize("nom", MUTANTS)
def test_a_fault_is_told_and_nothing_else(nom: str) -> None:
    mutant = MUTANTS[nom]
    avant = faits(valider(exemple(mutant.exemple)))
    racine = etree.fromstring(exemple(mutant.exemple))
    mutant.edit(racine)
    trouves = faits(valider(etree.tostring(racine))) - avant
    sans_lieu = {(gravite, message) for gravite, champ, message in mutant.constats if not champ}
    assert {(g, "" if (g, m) in sans_lieu else c, m) for g, c, m in trouves} == mutant.constats


@pytest.mark.long
@pytest.mark.parametrize("nom", [nom for nom, mutant in MUTANTS.items() if mutant.exemple in ("FLUDT", "N1")])
def test_what_we_refuse_the_agency_refuses(nom: str, officielles: ReglesOfficielles) -> None:
    mutant = MUTANTS[nom]
    racine = etree.fromstring(exemple(mutant.exemple))
    mutant.edit(racine)
    _, constats = officielles.juger(racine, modele_de(racine))
    refuse = any(c.gravite is Gravite.ERREUR for c in constats)
    nous = any(gravite == ERREUR for gravite, _, _ in mutant.constats)
    assert refuse is ((nous and nom not in NOUS_SEULS) or nom in AGENCE_SEULE)


def _cas() -> list[tuple[str, Cardinalite]]:
    """Each required element that an example holds, with the first example that does."""
    cas: list[tuple[str, Cardinalite]] = []
    for regle in CARDINALITES:
        if regle.minimum == 0 or not regle.parent:
            continue
        chemin = "/".join(f"h:{pas}" for pas in (*regle.parent.split("/"), regle.enfant))
        for court in ("DLU", "IPS-FR", "LDL-SES"):
            if etree.fromstring(exemple(court)).find(chemin, NS) is not None:
                cas.append((court, regle))
                break
    return cas


def test_every_required_element_is_missed() -> None:
    absents = 0
    for court, regle in _cas():
        racine = etree.fromstring(exemple(court))
        parent = racine.find("/".join(f"h:{pas}" for pas in regle.parent.split("/")), NS)
        assert parent is not None
        for enfant in parent.findall(f"h:{regle.enfant}", NS):
            parent.remove(enfant)
        fin = f"{regle.parent.replace('[1]', '')}/{regle.enfant}"
        dits = {re.sub(r"\[\d+\]", "", c.emplacement) for c in valider(etree.tostring(racine)).erreurs}
        assert f"/ClinicalDocument/{fin}" in dits, regle
        absents += 1
    assert absents > 40


@pytest.mark.parametrize("modele", [m for m in MODELES.values() if m.sections], ids=lambda m: m.nom)
def test_an_empty_body_misses_every_section_of_its_model(modele: object) -> None:
    racine = etree.fromstring(exemple("DLU"))
    racine.find("h:templateId[@root='1.2.250.1.213.1.1.1.22']", NS).set("root", modele.racine)  # type: ignore[union-attr,attr-defined]
    corps = racine.find("h:component/h:structuredBody", NS)
    assert corps is not None
    corps.clear()
    absentes = {c.message for c in valider(etree.tostring(racine)).erreurs if c.message.startswith("section «")}
    assert len(absentes) == len({s.code for s in modele.sections if s.minimum})  # type: ignore[attr-defined]


def test_findings_never_quote_the_person() -> None:
    secrets = [b"CANARI-SECRET", b"19990231", b"CANARI SECRET"]
    racine = etree.fromstring(exemple("FLUDT"))
    for element in racine.iter():
        if isinstance(element.tag, str) and element.text and element.text.strip():
            element.text = "CANARI-SECRET"
        for cle in list(element.attrib):
            if cle not in ("root", "typeCode", "classCode", "moodCode"):
                element.set(cle, "CANARI SECRET" if cle != "value" else "19990231")
    rapport = valider(etree.tostring(racine))
    assert rapport.erreurs
    dit = repr(rapport) + str(rapport.to_dict())
    with pytest.raises(DocumentInvalideError) as refus:
        rapport.exiger()
    dit += str(refus.value) + str(refus.value.to_dict())
    assert not any(secret.decode() in dit for secret in secrets)


def test_the_report_is_raised_on_demand_and_travels() -> None:
    racine = etree.fromstring(exemple("FLUDT"))
    MUTANTS["langue sans pays"].edit(racine)
    rapport = valider(etree.tostring(racine))
    assert rapport.etapes == (Etape.REGLES,)
    assert pickle.loads(pickle.dumps(rapport)) == rapport  # noqa: S301 - ours
    with pytest.raises(DocumentInvalideError, match="1 erreur") as refus:
        rapport.exiger()
    (constat,) = refus.value.constats
    assert str(constat) == (
        "En-tête › langue › attribut code : valeur non admise [règle : CI-SIS, structuration minimale] "
        "→ valeurs admises : fr-FR"
    )
    (plat,) = [c for c in rapport.to_dict()["constats"] if c["gravite"] == "erreur"]
    assert plat["emplacement"] == "/ClinicalDocument/languageCode/@code"
    assert plat["ligne"]
    assert pickle.loads(pickle.dumps(refus.value)).constats == refus.value.constats  # noqa: S301 - ours


@pytest.mark.parametrize(
    ("debut", "fin", "avant"),
    [
        ("20181003", "201810", False),  # some day of that month
        ("20181003", "2018", False),
        ("201802", "20180201", False),
        ("20200229", "202002", False),
        ("20181003", "201809", True),
        ("20181003", "2017", True),
        ("2018", "2017", True),
        ("20181003", "20181002", True),
        ("20181003", "20181003103000+1400", False),  # still the day before in Greenwich
        ("20181003", "20181001103000+0100", True),
        ("20181003103000+0100", "20181003102959+0100", True),
        ("20181003103000+0100", "20181003", False),
    ],
)
def test_an_end_precedes_a_start_only_when_it_is_sure(debut: str, fin: str, avant: bool) -> None:
    racine = etree.fromstring(exemple("DLU"))
    date = racine.find("h:documentationOf/h:serviceEvent/h:effectiveTime", NS)
    assert date is not None
    for enfant in list(date):
        date.remove(enfant)
    for nom, valeur in (("low", debut), ("high", fin)):
        etree.SubElement(date, f"{{{NS['h']}}}{nom}", value=valeur)
    messages = {c.message for c in valider(etree.tostring(racine)).erreurs}
    assert ("la fin précède le début" in messages) is avant
