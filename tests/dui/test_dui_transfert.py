"""From the record of the resident to her transfer sheet."""

from __future__ import annotations

from typing import Any

import pytest

from judges import PROJECT
from segur_socles.documents.renseigne import AucunConnu, NonRenseigne, Renseigne
from segur_socles.dui.dossier import Dossier
from segur_socles.dui.transfert import construire_transfert
from segur_socles.errors import ChampInvalideError


@pytest.fixture(scope="module")
def dossier() -> Dossier:
    return Dossier.lire(PROJECT / "examples" / "residente.json")


def test_the_record_gives_what_it_knows_and_nothing_else(dossier: Dossier) -> None:
    fiche = construire_transfert(dossier, motif="Chute")
    assert isinstance(fiche.traitements, Renseigne)
    assert isinstance(dossier.soins.traitements, Renseigne)
    assert [t.medicament for t in fiche.traitements.items] == [t.medicament for t in dossier.soins.traitements.items]
    assert [t.alerte for t in fiche.traitements.items] == [t.alerte for t in dossier.soins.traitements.items]
    assert {t.derniere_prise for t in fiche.traitements.items} == {None}
    assert dossier.soins.etablissement_preference is not None
    assert fiche.destination is not None
    assert fiche.destination.nom == dossier.soins.etablissement_preference.nom
    assert (fiche.destination.depart, fiche.destination.arrivee) == (None, None)
    # What nobody has observed is not known: neither a state, nor a measure, nor an answer.
    assert (fiche.conscience, fiche.constantes, fiche.dernier_repas, fiche.derniere_prise) == (None, (), None, None)
    assert fiche.informes.model_dump() == dict.fromkeys(("centre_15", "urgences", "medecin_traitant", "entourage"))
    assert isinstance(fiche.douleurs, NonRenseigne)


def test_what_is_seen_replaces_what_the_record_says(dossier: Dossier) -> None:
    fiche = construire_transfert(
        dossier,
        motif="Chute",
        destination={"nom": "AUTRE CH"},
        traitements={"etat": "aucun_connu", "declarant": "Dr Anne MODELE", "date": "2026-01-10"},
        commentaire="Sa fille est en route.",
    )
    assert fiche.destination is not None
    assert fiche.destination.nom == "AUTRE CH"
    assert isinstance(fiche.traitements, AucunConnu)
    assert fiche.commentaire is not None
    assert fiche.commentaire.splitlines() == [
        "Mesure de protection : curatelle simple depuis le 01/02/2024, exercée par ASSOCIATION TUTELAIRE D'ESSAI.",
        "Sa fille est en route.",
    ]


def test_a_record_that_knows_nothing_gives_an_honest_sheet(dossier: Dossier) -> None:
    vide = dossier.model_copy(update={"soins": {}, "usager": dossier.usager.model_copy(update={"protection": None})})
    fiche = construire_transfert(vide, motif="Chute")
    assert isinstance(fiche.traitements, NonRenseigne)
    assert (fiche.destination, fiche.commentaire) == (None, None)


@pytest.mark.parametrize(
    ("constats", "champ"), [({}, "motif"), ({"motif": "Chute", "conscience": "endormi"}, "conscience")]
)
def test_what_is_wrong_is_named(constats: dict[str, Any], champ: str, dossier: Dossier) -> None:
    with pytest.raises(ChampInvalideError) as info:
        construire_transfert(dossier, **constats)
    assert info.value.champs == (champ,)
