"""Reading headers: the official example gives what was read in it by eye."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from judges import kit
from segur_socles.documents.cda.lecture import UN_USAGER, instant_hl7, lire_entete
from segur_socles.errors import DocumentInvalideError
from segur_socles.personnes.traits import Sexe


def test_the_official_example_is_read() -> None:
    lu = lire_entete(kit("ExemplesCDA", "DLU-EHPAD-DLU_2022.01.xml").read_bytes())
    assert lu.unique_id == "1.2.250.1.213.1.1.1.22.2022.1.1"
    assert (lu.set_id, lu.version, lu.remplace) == ("1.2.250.1.213.1.1.1.22.2022.1", 1, None)
    assert lu.modeles == ("2.16.840.1.113883.2.8.2.1", "1.2.250.1.213.1.1.1.1", "1.2.250.1.213.1.1.1.22")
    assert (lu.type.code, lu.titre, lu.langue) == ("74207-2", "DOCUMENT DE LIAISON D'URGENCE", "fr-FR")
    assert lu.confidentialite is not None
    assert lu.confidentialite.code == "N"
    assert instant_hl7(lu.date_creation) == datetime(2020, 3, 27, 15, 35, tzinfo=timezone(timedelta(hours=1)))
    patient = lu.patient
    assert patient.identifiants == (
        ("1.2.250.1.213.1.4.10", "279035121518989"),
        ("1.2.3.4.567.8.9.10", "1234567890121"),
    )
    assert (patient.nom_naissance, patient.prenoms, patient.premier_prenom) == (
        "PAT-TROIS",
        "DOMINIQUE MARIE-LOUISE",
        "DOMINIQUE",
    )
    assert (patient.nom_utilise, patient.prenom_utilise) == ("PAT-TROIS", "DOMINIQUE")
    assert (patient.sexe, patient.date_naissance, patient.lieu_naissance) == (Sexe.FEMININ, "19790328", "51215")
    (auteur,) = lu.auteurs
    assert (auteur.identifiant, auteur.nom, auteur.prenom) == ("801234567897", "BOILEAU", "Charles")
    assert auteur.profession is not None
    assert auteur.profession.code == "G15_10/SM26"
    assert auteur.structure is not None
    assert (auteur.structure.identifiant, auteur.structure.nom) == ("1750803447", "EHPAD DE BOULOGNE-BILLANCOURT")
    assert auteur.structure.cadre is not None
    assert auteur.structure.cadre.code == "ETABLISSEMENT"
    assert lu.signataire is not None
    assert lu.signataire.identifiant == "801234567897"
    assert lu.executant is not None
    assert lu.executant.prenom == "Charles"
    assert lu.conservateur is not None
    assert lu.conservateur.identifiant == "1750803447"
    assert lu.acte is not None
    assert (lu.acte.code, lu.acte_debut, lu.acte_fin) == ("34117-2", "20200327153500+0100", "20200327155500+0100")
    assert lu.secteur is not None
    assert lu.secteur.code == "SA17"
    assert "PAT-TROIS" not in repr(lu)


@pytest.mark.parametrize(
    ("fichier", "unique_id", "type_"),
    [
        ("DLU-EHPAD-FLUDT_2022.01.xml", "1.2.250.1.213.1.1.1.23.2022.1.1", "74207-2"),
        ("LDL-SES_2022.01.xml", "1.2.250.1.213.1.1.1.29.2022.1.1", "11490-0"),
        ("IPS-FR_2024.01.xml", "1.2.250.1.213.1.1.1.51.2024.1.1", "60591-5"),
    ],
)
def test_other_models_are_read_too(fichier: str, unique_id: str, type_: str) -> None:
    lu = lire_entete(kit("ExemplesCDA", fichier).read_bytes())
    assert (lu.unique_id, lu.type.code) == (unique_id, type_)


def test_ours_is_read_back(ecrire: Callable[..., Any]) -> None:
    lu = lire_entete(ecrire({}, version=2, remplace="1.2.250.1.999.1.2.9").document.octets)
    assert (lu.unique_id, lu.version, lu.remplace) == ("1.2.250.1.999.1.2.1", 2, "1.2.250.1.999.1.2.9")
    assert (lu.patient.prenoms, lu.patient.prenom_utilise) == ("CATARINA BELLA", "OLA")
    assert lu.patient.identifiants[0] == ("1.2.250.1.213.1.4.10", "236066322083656")


def _cda(corps: str) -> bytes:
    return f'<ClinicalDocument xmlns="urn:hl7-org:v3">{corps}</ClinicalDocument>'.encode()


MINIMAL = (
    '<id root="1.2.3" extension="A"/><code code="x" codeSystem="y"/><effectiveTime value="2020"/>'
    "<recordTarget><patientRole>{}</patientRole></recordTarget>"
)


def test_what_is_absent_is_none_and_older_names_are_kept() -> None:
    nom = "<patient><name><family qualifier='SP'>ANCIEN</family><given>A</given><given>B</given></name></patient>"
    lu = lire_entete(_cda(MINIMAL.format(nom)))
    assert lu.unique_id == "1.2.3^A"
    assert (lu.set_id, lu.version, lu.titre, lu.auteurs, lu.signataire, lu.secteur) == (
        None,
        None,
        None,
        (),
        None,
        None,
    )
    assert (lu.patient.nom_naissance, lu.patient.nom_utilise, lu.patient.prenoms) == (None, "ANCIEN", "A B")


@pytest.mark.parametrize(
    ("octets", "champs"),
    [
        (b"<a/>", ()),
        (b"%PDF-1.4", ()),
        (b"", ()),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', ()),
        (_cda(""), ("id", "code", "effectiveTime", "recordTarget")),
        (_cda(MINIMAL.replace('root="1.2.3"', "").format("")), ("id",)),
    ],
)
def test_what_is_no_cda_is_refused(octets: bytes, champs: tuple[str, ...]) -> None:
    with pytest.raises(DocumentInvalideError) as info:
        lire_entete(octets)
    assert tuple(c.champ for c in info.value.constats) == tuple(f"ClinicalDocument/{champ}" for champ in champs)


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("20200327153500+0100", "2020-03-27T15:35:00+01:00"),
        ("202003271535-0330", "2020-03-27T15:35:00-03:30"),
        ("20200327153500.123+0000", "2020-03-27T15:35:00+00:00"),
        ("20200327153500", None),
        ("20200327", None),
        ("20201327153500+0100", None),
        (None, None),
    ],
)
def test_a_time_without_zone_is_not_guessed(texte: str | None, attendu: str | None) -> None:
    lu = instant_hl7(texte)
    assert (lu and lu.isoformat()) == attendu


# --- one person and no other ---------------------------------------------------------------------------------

NOM = "<name><family qualifier='BR'>DURAND</family><given>PAUL ERIC</given><given qualifier='BR'>PAUL</given></name>"
PERSONNE = f"{NOM}<administrativeGenderCode code='M'/><birthTime value='19781126'/>"
DEUXIEME = "<family qualifier='BR'>VIAL</family><given>"
LIEU = "<birthplace><place><addr><county>{}</county></addr></place></birthplace>"


@pytest.mark.parametrize(
    ("role", "message"),
    [
        (f"<patient>{PERSONNE}</patient><patient>{PERSONNE}</patient>", "plusieurs usagers"),
        ("</patientRole><patientRole>", "plusieurs usagers"),
        ("</patientRole></recordTarget><recordTarget><patientRole>", "plusieurs usagers"),
        (f"<patient>{PERSONNE}{NOM.replace('DURAND', 'VIAL')}</patient>", ": nom de naissance"),
        (f"<patient>{PERSONNE.replace('<given>', DEUXIEME)}</patient>", ": nom de naissance"),
        (f"<patient>{PERSONNE}{NOM.replace('>PAUL<', '>ERIC<')}</patient>", ": premier prénom de naissance"),
        (f"<patient>{PERSONNE}{NOM.replace('PAUL ERIC', 'PAUL')}</patient>", ": prénoms de naissance"),
        (f"<patient>{PERSONNE}<administrativeGenderCode code='F'/></patient>", ": sexe"),
        (f"<patient>{PERSONNE}<birthTime value='19790315'/></patient>", ": date de naissance"),
        (f"<patient>{PERSONNE}{LIEU.format('63220')}{LIEU.format('63221')}</patient>", ": lieu de naissance"),
    ],
)
def test_a_header_that_names_two_people_is_refused(role: str, message: str) -> None:
    with pytest.raises(DocumentInvalideError) as info:
        lire_entete(_cda(MINIMAL.format(role)))
    (constat,) = info.value.constats
    assert (constat.champ, constat.regle) == ("ClinicalDocument/recordTarget", UN_USAGER)
    assert message in constat.message
    assert "DURAND" not in str(info.value.to_dict())


@pytest.mark.parametrize(
    "encore",
    [
        NOM.replace("DURAND", "Dùrand"),
        "<name use='P'><family qualifier='CL'>MARTIN</family><given qualifier='CL'>PAULO</given></name>",
        "<name nullFlavor='UNK'/>",
        "<administrativeGenderCode nullFlavor='UNK'/><birthTime nullFlavor='UNK'/><birthTime value='197811260800'/>",
        LIEU.format("63220") * 2,
        "<guardian><guardianPerson><name><family qualifier='BR'>VIAL</family></name></guardianPerson></guardian>",
    ],
)
def test_a_repetition_that_contradicts_nothing_is_read(encore: str) -> None:
    lu = lire_entete(_cda(MINIMAL.format(f"<patient>{PERSONNE}{encore}</patient>")))
    assert (lu.patient.nom_naissance, lu.patient.premier_prenom) == ("DURAND", "PAUL")
    assert (lu.patient.sexe, lu.patient.date_naissance) == (Sexe.MASCULIN, "19781126")
