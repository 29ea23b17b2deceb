"""What a document tells as past is not dated after it; what is to come may be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from segur_socles._core.ids import SeededIds
from segur_socles.documents.cda.ecriture import PAR_DEFAUT, ecrire_document
from segur_socles.documents.dates import est_a_venir
from segur_socles.documents.modeles.dlu import Dlu
from segur_socles.documents.modeles.liaison_sortie import LettreLiaisonSortie
from segur_socles.documents.modeles.retour import FicheRetourUrgences
from segur_socles.documents.modeles.synthese import SyntheseMedicale
from segur_socles.documents.modeles.transfert import FicheTransfertUrgences
from segur_socles.errors import ChampInvalideError

# The documents of these tests are made on 15 January 2026 at 9:30:05.
JOUR, HEURE = "2026-01-17", "2026-01-15T09:36:00+01:00"
AUCUN = {"etat": "aucun_connu", "declarant": "sa fille", "date": JOUR}
MESURE = {"type": "8480-6", "valeur": "120"}
TRAITEMENT = {"medicament": "Apixaban", "posologie": "matin et soir"}
MOTIF = {"motif": "Chute"}


def liste(**item: Any) -> dict[str, Any]:
    return {"etat": "renseigne", "items": [item]}


FUTURS: dict[str, tuple[type[Any], dict[str, Any]]] = {
    "pathologies.items.0.debut": (Dlu, {"pathologies": liste(libelle="x", debut="2026-02")}),
    "antecedents.date": (Dlu, {"antecedents": AUCUN}),
    "allergies.items.0.debut": (Dlu, {"allergies": liste(agent="x", type="419199007", debut="2027")}),
    "traitements.date": (Dlu, {"traitements": AUCUN}),
    "directives.items.0.exprimee_le": (
        Dlu,
        {"directives": liste(type="75779-9", accepte=False, exprimee_le=JOUR)},
    ),
    "etat.observe_le": (Dlu, {"etat": {"observe_le": JOUR}}),
    "autonomie.evalue_le": (Dlu, {"autonomie": {"gir": 3, "evalue_le": JOUR}}),
    "vaccinations.items.0.faite_le": (Dlu, {"vaccinations": liste(vaccin="x", faite_le=JOUR)}),
    "actes.items.0.fait_le": (SyntheseMedicale, {"actes": liste(libelle="x", fait_le=JOUR)}),
    "dispositifs.items.0.depuis": (SyntheseMedicale, {"dispositifs": liste(libelle="x", depuis=JOUR)}),
    "resultats.0.fait_le": (
        SyntheseMedicale,
        {"resultats": [{"categorie": "26436-6", "examen": "INR", "resultat": "8", "fait_le": JOUR}]},
    ),
    "constantes.0.le": (FicheTransfertUrgences, MOTIF | {"constantes": [{"le": HEURE, "constantes": [MESURE]}]}),
    "survenu_le": (FicheTransfertUrgences, MOTIF | {"survenu_le": HEURE}),
    "observe_le": (FicheTransfertUrgences, MOTIF | {"observe_le": HEURE}),
    "derniere_prise": (FicheTransfertUrgences, MOTIF | {"derniere_prise": HEURE}),
    "dernier_repas": (FicheTransfertUrgences, MOTIF | {"dernier_repas": HEURE}),
    "traitements.items.0.derniere_prise": (
        FicheTransfertUrgences,
        MOTIF | {"traitements": liste(**TRAITEMENT, derniere_prise=HEURE)},
    ),
    "admis_le": (FicheRetourUrgences, {"admis_le": HEURE}),
    "sejour.entree_le": (LettreLiaisonSortie, {"statut": "398166005", "sejour": {"entree_le": JOUR}}),
}


@pytest.mark.parametrize("chemin", FUTURS)
def test_a_fact_of_the_future_is_refused_by_its_path(chemin: str, ecrire_modele: Callable[..., Any]) -> None:
    classe, champs = FUTURS[chemin]
    with pytest.raises(ChampInvalideError) as caught:
        ecrire_modele(classe.model_validate(champs), PAR_DEFAUT[classe])
    assert caught.value.champs == (chemin,)
    assert JOUR not in str(caught.value)


def test_what_is_to_come_is_written(ecrire_modele: Callable[..., Any]) -> None:
    ecrire_modele(Dlu.model_validate({"traitements": liste(**TRAITEMENT, debut="2026-02-01", fin="2026-03-01")}))
    depart = {"nom": "CH", "depart": "2026-01-15T10:00:00+01:00", "arrivee": "2026-01-15T10:40:00+01:00"}
    ecrire_modele(FicheTransfertUrgences.model_validate(MOTIF | {"destination": depart}))
    suite = liste(nature="rendez-vous", libelle="Cardiologue", prevue_le="2026-06")
    ecrire_modele(LettreLiaisonSortie.model_validate({"statut": "398166005", "suites": suite}))


@pytest.mark.parametrize("fait", ["2026", "2026-01", "2026-01-15", "2026-01-16"])
def test_today_at_any_precision_is_not_the_future(fait: str, ecrire_modele: Callable[..., Any]) -> None:
    lu = ecrire_modele(Dlu.model_validate({"vaccinations": liste(vaccin="x", faite_le=fait)}))
    assert not est_a_venir(fait, lu.document.entete.date_creation)


def test_what_is_no_content_is_refused_by_name(faire_entete: Callable[..., Any]) -> None:
    contenu: Any = {"traitements": []}
    with pytest.raises(ChampInvalideError) as caught:
        ecrire_document(contenu, faire_entete(), SeededIds(1))
    assert caught.value.champs == ("contenu",)
    assert "Dlu" in str(caught.value)
