"""One identity in four clothes (CDA, FHIR, HL7 v2, CX): all of them say the same, and none says more than it may."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from formes_outils import PERSONNES, ecrire_pid, lire_pid, usager

from segur_socles.documents.cda.lecture import lire_entete
from segur_socles.personnes.fhir.ecriture import ecrire_patient_fhir
from segur_socles.personnes.fhir.edition import FR_CORE_2_1, FR_CORE_2_2
from segur_socles.personnes.fhir.lecture import lire_patient_fhir
from segur_socles.personnes.identite import IdentiteQualifiee
from segur_socles.personnes.matricule import MatriculeIns
from segur_socles.personnes.rapprochement import SansIns, UsagerReconnu, rapprocher
from segur_socles.personnes.recue import IdentiteRecue
from segur_socles.xds.formats import Cx

CLAIM = {"source": "peu importe", "statut_annonce": None, "attributs_annonces": ()}


@pytest.fixture(params=PERSONNES.values(), ids=list(PERSONNES))
def identite(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture
def recues(identite: Any, ecrire: Callable[..., Any]) -> dict[str, IdentiteRecue]:
    """The same person, as each format brings him or her to another software."""
    qui = usager(identite)
    return {
        "CDA": lire_entete(ecrire({}, identite=identite).document.octets).patient,
        "FR Core 2.1": lire_patient_fhir(ecrire_patient_fhir(qui, edition=FR_CORE_2_1)),
        "FR Core 2.2": lire_patient_fhir(json.dumps(ecrire_patient_fhir(qui, edition=FR_CORE_2_2)).encode()),
        "HL7 v2": lire_pid(ecrire_pid(qui)),
    }


def test_every_format_says_the_same_of_a_person(recues: dict[str, IdentiteRecue]) -> None:
    dites = {nom: recue.model_copy(update=CLAIM) for nom, recue in recues.items()}
    assert dites == dict.fromkeys(dites, dites["CDA"])


def test_only_a_qualified_identity_is_recognised_whatever_the_format(
    identite: Any, recues: dict[str, IdentiteRecue]
) -> None:
    attendu = UsagerReconnu(identite) if isinstance(identite, IdentiteQualifiee) else SansIns()
    assert {nom: rapprocher(recue, [identite]) for nom, recue in recues.items()} == dict.fromkeys(recues, attendu)


def test_no_format_claims_more_than_the_status(identite: Any, recues: dict[str, IdentiteRecue]) -> None:
    plus_haut = {"CDA": None, "FR Core 2.2": identite.statut}
    for nom, recue in recues.items():
        if nom in plus_haut:
            assert recue.statut_annonce is plus_haut[nom]
        else:
            assert recue.statut_annonce in (identite.statut, "provisoire")


@pytest.mark.parametrize("identite", [p for p in PERSONNES.values() if isinstance(p, IdentiteQualifiee)])
def test_the_cx_goes_there_and_back(identite: IdentiteQualifiee) -> None:
    cx = Cx.lire(identite.matricule.cx())
    assert MatriculeIns.lire(cx.id, cx.autorite) == identite.matricule
    assert (cx.cx(), cx.type_id) == (identite.matricule.cx(), "NH")
