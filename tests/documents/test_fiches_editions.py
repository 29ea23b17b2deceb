"""The editions as data: what one calls otherwise than another, what may no longer be written, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fiches_outils import retour, transfert

from segur_socles.documents.editions import (
    DLU_2022_01,
    DLU_2022_01_JDV_2025,
    DLU_2024,
    DLU_DOM,
    EDITIONS,
    FLUDR_2022_01,
    FLUDR_2022_01_JDV_2025,
    FLUDR_DOM,
    FLUDT_2022_01,
    FLUDT_2022_01_JDV_2025,
    FLUDT_DOM,
    FR_SU_2025_01,
    FT_SU_2025_01,
)
from segur_socles.documents.modeles.dlu import Dlu
from segur_socles.documents.modeles.retour import FicheRetourUrgences
from segur_socles.documents.modeles.transfert import FicheTransfertUrgences
from segur_socles.errors import ChampInvalideError


@pytest.mark.parametrize(
    ("edition", "modele", "version", "type_", "acte", "rencontre"),
    [
        (FLUDT_2022_01, "1.2.250.1.213.1.1.1.23", "2022.01", "74207-2", "28651-8", []),
        (FT_SU_2025_01, "1.2.250.1.213.1.1.1.61", "2025.01", "78341-5", "306104004", ["EMER"]),
        (FLUDR_2022_01, "1.2.250.1.213.1.1.1.24", "2022.01", "74207-2", "28651-8", []),
        (FR_SU_2025_01, "1.2.250.1.213.1.1.1.62", "2025.01", "60280-5", "107724000", []),
    ],
    ids=["FLUDT", "FT-SU", "FLUDR", "FR-SU"],
)
def test_each_edition_has_its_header(
    edition: Any,
    modele: str,
    version: str,
    type_: str,
    acte: str,
    rencontre: list[str],
    ecrire_modele: Callable[..., Any],
) -> None:
    contenu = transfert() if edition in (FLUDT_2022_01, FT_SU_2025_01) else retour()
    lu = ecrire_modele(contenu, edition)
    assert lu.document.modele == modele
    assert lu(f"/h:ClinicalDocument/h:templateId[@root='{modele}']/@extension") == [version]
    assert lu("/h:ClinicalDocument/h:code/@code") == [type_]
    assert lu("//h:serviceEvent/h:code/@code") == [acte]
    assert lu("//h:encompassingEncounter/h:code/@code") == rencontre


def _auteur(profession: str) -> dict[str, Any]:
    structure = {"nom": "SAD D'ESSAI", "finess_eg": "990000019", "secteur": "SA18", "cadre": "ESSMS"}
    qui = {"id_nat": "899900000017", "nom": "MODELE", "prenom": "Anne", "profession": profession}
    return {"professionnel": qui, "structure": structure}


@pytest.mark.parametrize(
    ("profession", "avant", "apres"),
    [
        ("350", ("350", "1.2.250.1.213.1.6.1.107"), ("372", "1.2.250.1.213.1.6.1.107")),
        ("G15_35", ("G15_35", "1.2.250.1.213.1.1.4.5"), ("313", "1.2.250.1.213.1.6.1.107")),
        ("G15_60", ("G15_60", "1.2.250.1.213.1.1.4.5"), ("G15_60", "1.2.250.1.213.1.1.4.5")),
    ],
)
def test_a_profession_has_the_code_of_the_edition(
    profession: str, avant: tuple[str, str], apres: tuple[str, str], ecrire_modele: Callable[..., Any]
) -> None:
    editions = {FLUDT_2022_01.nom: avant, FLUDT_2022_01_JDV_2025.nom: apres, FT_SU_2025_01.nom: apres}
    for nom, (code, systeme) in editions.items():
        lu = ecrire_modele(transfert(), EDITIONS[nom], auteur=_auteur(profession))
        for role in ("author/h:assignedAuthor", "legalAuthenticator/h:assignedEntity", "performer/h:assignedEntity"):
            assert lu(f"//h:{role}/h:code/@code") == [code]
        assert lu("//h:assignedAuthor/h:code/@codeSystem") == [systeme]


@pytest.mark.parametrize(
    ("edition", "contenu", "libelle"),
    [
        (DLU_2022_01, Dlu(), "Médecin Traitant"),
        (DLU_2022_01_JDV_2025, Dlu(), "Médecin traitant"),
        (FLUDT_2022_01, transfert(), "Médecin Traitant"),
        (FLUDT_2022_01_JDV_2025, transfert(), "Médecin traitant"),
        (FT_SU_2025_01, transfert(), "Médecin traitant"),
        (FLUDR_2022_01, retour(), "Médecin Traitant"),
        (FLUDR_2022_01_JDV_2025, retour(), "Médecin traitant"),
        (FR_SU_2025_01, retour(), "Médecin traitant"),
    ],
    ids=lambda valeur: getattr(valeur, "nom", None),
)
def test_the_usual_doctor_has_the_label_of_the_edition(
    edition: Any, contenu: Any, libelle: str, ecrire_modele: Callable[..., Any]
) -> None:
    medecin = {"id_nat": "899900000025", "nom": "FICTIF", "prenom": "Alain", "profession": "G15_10/SM54"}
    lu = ecrire_modele(contenu, edition, usager={"medecin_traitant": medecin})
    assert lu("//h:participant/h:functionCode[@code='PCP']/@displayName") == [libelle]


def test_the_later_value_sets_of_a_transfer_change_the_states_of_consciousness(
    ecrire_modele: Callable[..., Any],
) -> None:
    octets = ecrire_modele(transfert(conscience="non éveillable"), FLUDT_2022_01_JDV_2025).document.octets
    assert b'code="MED-1303" codeSystem="1.2.250.1.213.1.1.4.322"' in octets
    assert b"DLU_00" not in octets
    assert b'<templateId extension="2022.01" root="1.2.250.1.213.1.1.1.23">' in octets


@pytest.mark.parametrize(
    ("edition", "modele", "jour"),
    [
        (DLU_DOM, "48", "26/04/2024"),
        (FLUDT_DOM, "49", "26/04/2024"),
        (FLUDR_DOM, "50", "26/04/2024"),
        (DLU_2024, "60", "29/10/2025"),
    ],
    ids=lambda valeur: getattr(valeur, "nom", None),
)
@pytest.mark.parametrize("contenu", [Dlu(), transfert(), retour()], ids=["dlu", "transfert", "retour"])
def test_a_retired_format_is_no_longer_written(
    contenu: Any, edition: Any, modele: str, jour: str, ecrire_modele: Callable[..., Any]
) -> None:
    assert edition.modele == f"1.2.250.1.213.1.1.1.{modele}"
    assert EDITIONS[edition.nom] is edition
    with pytest.raises(ChampInvalideError) as info:
        ecrire_modele(contenu, edition, type="74207-2", acte={"debut": "2026-01-15T09:30:05+01:00"})
    (constat,) = info.value.constats
    assert (constat.champ, constat.message) == ("edition", f"format retiré le {jour}")
    assert constat.remede == "choisir une édition en vigueur"


@pytest.mark.parametrize("edition", [DLU_2022_01, FLUDR_2022_01, FR_SU_2025_01], ids=lambda edition: edition.nom)
def test_a_content_is_not_written_in_the_edition_of_another(edition: Any, ecrire_modele: Callable[..., Any]) -> None:
    with pytest.raises(ChampInvalideError) as info:
        ecrire_modele(transfert(), edition)
    assert info.value.champs == ("edition",)


def test_the_first_edition_is_the_default(ecrire_modele: Callable[..., Any]) -> None:
    from segur_socles.documents.cda.ecriture import PAR_DEFAUT

    assert PAR_DEFAUT[FicheTransfertUrgences] is FLUDT_2022_01
    assert PAR_DEFAUT[FicheRetourUrgences] is FLUDR_2022_01
    # The header of another edition is refused, field by field.
    with pytest.raises(ChampInvalideError) as info:
        ecrire_modele(transfert(), FT_SU_2025_01, type="74207-2", rencontre={"type": "IMP"})
    assert info.value.champs == ("entete.type", "entete.rencontre.type")


@pytest.mark.parametrize(
    ("champs", "chemin"),
    [
        ({"motif": " "}, "motif"),
        ({"motif": "a\x07b"}, "motif"),
        ({"conscience": "endormi"}, "conscience"),
        ({"dernier_repas": "2026-01-15T07:00:00"}, "dernier_repas"),
        ({"informes": {"urgences": "oui"}}, "informes.urgences"),
        ({"douleurs": {"etat": "renseigne", "items": [{"siege": "dos", "snomed": "12"}]}}, "snomed"),
        ({"objets": {"etat": "renseigne", "items": [{"type": "P0102", "emplacement": "gauche"}]}}, "emplacement"),
        ({"objets": {"etat": "renseigne", "items": [{"type": "Q021003", "emplacement": "haut"}]}}, "emplacement"),
        ({"objets": {"etat": "renseigne", "items": [{"type": "GEN-092.02.01"}]}}, "precision"),
        ({"objets": {"etat": "renseigne", "items": [{"type": "DLU_006"}]}}, "type"),
        ({"constantes": [{"le": "2026-01-15T07:00:00Z", "constantes": [{"type": "8867-4", "valeur": 0}]}]}, "valeur"),
        ({"destination": {"nom": "CH", "arrivee": "2026-01-15T07:00:00Z"}}, "arrivee"),
        (
            {"destination": {"nom": "CH", "depart": "2026-01-15T07:00:00Z", "arrivee": "2026-01-15T07:00:00Z"}},
            "arrivee",
        ),
        ({"destination": {"nom": "CH", "secteur": "SA99"}}, "secteur"),
    ],
)
def test_a_wrong_transfer_is_refused_by_field(champs: dict[str, Any], chemin: str) -> None:
    with pytest.raises(ChampInvalideError) as info:
        transfert(**champs)
    assert len(info.value.champs) == 1
    assert info.value.champs[0].endswith(chemin)


@pytest.mark.parametrize(
    ("champs", "chemin"),
    [
        ({"documents": [{"type": "DLU_006", "disponible": "x"}]}, "documents.0.type"),
        ({"documents": [{"type": "DLU_020"}]}, "documents.0.disponible"),
        ({"documents": [{"type": "DLU_020", "pdf": b"texte"}]}, "documents.0.pdf"),
        ({"documents": [{"type": "DLU_020", "disponible": "x"}] * 2}, "documents"),
        ({"retour": "nulle part"}, "retour"),
    ],
)
def test_a_wrong_return_is_refused_by_field(champs: dict[str, Any], chemin: str) -> None:
    with pytest.raises(ChampInvalideError) as info:
        retour(**champs)
    assert info.value.champs == (chemin,)


def test_a_sheet_goes_through_json_and_shows_nothing_of_the_person() -> None:
    from fiches_outils import RETOUR_PLEIN, TRANSFERT_PLEIN

    for fiche in (transfert(**TRANSFERT_PLEIN), retour(**RETOUR_PLEIN)):
        assert type(fiche).model_validate_json(fiche.model_dump_json()) == fiche
        assert "mot" not in repr(fiche)
