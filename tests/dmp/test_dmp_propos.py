"""The DMP's own words: what names the person is repeated nowhere, in whatever field it comes."""

from __future__ import annotations

import pytest
from dmp_outils import ACCORD, MATRICULE, acces, appelant, conduire, faute, flux, identite, lot, registre, reponse

from segur_socles._core.flow import Http, Request, Response
from segur_socles.dmp.flows import FluxDmp
from segur_socles.dmp.propos import INCONNU, Propos
from segur_socles.errors import ServiceError
from segur_socles.trace.sinks import MemorySink
from segur_socles.trace.traceur import Traceur

PROPOS = Propos.sur(identite(nom_utilise="LE GOFF-PÉRÈS"))


@pytest.mark.parametrize(
    ("recu", "repete"),
    [
        ("XDSRepositoryError", "XDSRepositoryError"),
        ("DMPUnCodeNouveau", "DMPUnCodeNouveau"),
        ("", ""),
        ("Patient JEANNE DURAND 14/07/1935", INCONNU),
        ("Durand", INCONNU),
        ("PatientJeanne", INCONNU),
        ("Patient_peres", INCONNU),
        ("né.le.14-07-1935", INCONNU),
        ("X-1935.07.14", INCONNU),
        (MATRICULE, INCONNU),
        (f"INS-{MATRICULE}", INCONNU),
        ("A" * 61, INCONNU),
        ("deux mots", INCONNU),
    ],
)
def test_codes(recu: str, repete: str) -> None:
    assert PROPOS.code(recu) == repete


def test_a_published_code_is_no_quotation() -> None:
    propos = Propos.sur(identite(prenom_utilise="Ava"))
    assert propos.code("XDSRegistryNotAvailable") == "XDSRegistryNotAvailable"
    assert propos.code("DMPNotAvailable") == INCONNU


@pytest.mark.parametrize(
    "texte",
    ["Dossier de Jeanne", "né(e) le 14/07/1935", "né(e) le 1935-07-14", "2 35 07 99 999 999", "Mme Pérès", "le goff"],
)
def test_labels_that_name_the_person_are_replaced(texte: str) -> None:
    assert PROPOS.libelle(f"Refus : {texte}.") == "libellé non repris : il cite la personne"


def test_labels_are_cut_then_masked() -> None:
    assert PROPOS.libelle("  Service\n indisponible ") == "Service indisponible"
    assert PROPOS.libelle(" ") is None
    assert PROPOS.libelle(None) is None
    autre = "185057500100142"
    assert PROPOS.libelle(f"pour {autre}") == "pour [masqué]"
    # A matricule on the cut, whole or in groups, leaves no part of itself.
    for ecrit in (autre, "1 85 05 75 001 001 42"):
        for debut in range(270, 300):
            libelle = PROPOS.libelle(f"{'x' * debut} {ecrit} {'y' * 5000}") or ""
            assert len(libelle) <= 301
            assert "8505" not in libelle.replace(" ", "")


CITATION = "Patient JEANNE DURAND 14/07/1935"


def _registre(status: str, gravite: str) -> str:
    return registre(status, ("CODE", gravite)).replace('"CODE"', f'"{CITATION}"').replace(MATRICULE, CITATION)


@pytest.mark.parametrize(
    "corps",
    [
        _registre("Failure", "Error"),
        faute("DMPAutre", texte=CITATION),
        faute("DurandJeanne"),
        faute("InvalidSecurityToken", texte=CITATION),
    ],
)
def test_refusals_name_nobody_in_error_and_trace(corps: str) -> None:
    pour = appelant()
    sink = MemorySink()
    suivi = FluxDmp(pour, acces, Traceur(sink, clock=pour.clock, ids=pour.ids, cle=b"k" * 32))

    def repondre(_: Http, request: Request) -> Response:
        return reponse(request, corps)

    with pytest.raises(ServiceError) as caught:
        conduire(suivi.alimenter(lot(pour), ACCORD), repondre)
    ecrit = f"{caught.value} {caught.value.to_dict()} {sink.records[-1].en_json()}".upper()
    assert not [mot for mot in ("JEANNE", "DURAND", "1935") if mot in ecrit]


def test_warnings_name_nobody() -> None:
    pour = appelant()
    accuse = conduire(flux(pour).alimenter(lot(pour), ACCORD), lambda _, r: reponse(r, _registre("Success", "Warning")))
    assert INCONNU in [c.champ for c in accuse.avertissements]
    assert "DURAND" not in str(accuse)
