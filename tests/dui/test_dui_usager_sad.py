"""The second example: at home, under curatelle, thirty treatments, no known allergy; unlike the first in every way."""

from __future__ import annotations

from pathlib import Path

import pytest

from judges import PROJECT
from segur_socles.documents.contenu.communs import Unite
from segur_socles.documents.renseigne import AucunConnu, NonRenseigne, Renseigne
from segur_socles.dui.carnet import RoleCorrespondant
from segur_socles.dui.dlu import construire_dlu
from segur_socles.dui.dossier import Dossier
from segur_socles.personnes.entourage import RoleContact, TypeMesure

EXEMPLES = PROJECT / "examples"


@pytest.fixture(scope="module")
def dossier() -> Dossier:
    return Dossier.lire(EXEMPLES / "usager_sad.json")


def test_it_is_someone_else_cared_for_by_others(dossier: Dossier) -> None:
    residente = Dossier.lire(EXEMPLES / "residente.json")
    assert not dossier.structure.idnats_lies & residente.structure.idnats_lies
    assert dossier.structure.secteur.code == "SA18"
    assert dossier.auteur.id_nat != residente.auteur.id_nat
    assert dossier.usager.ipp.oid != residente.usager.ipp.oid
    traits = dossier.usager.traits
    assert (traits.nom_naissance, traits.prenoms, traits.lieu_naissance) == ("ADRUN", ("ZOE",), None)
    assert dossier.usager.prenom_utilise == "Zoé"
    assert dossier.qualification is not None
    assert dossier.qualification.differences_acceptees.par_trait == {}


def test_who_is_called_is_not_who_is_trusted(dossier: Dossier) -> None:
    fille, soeur, voisine = dossier.usager.entourage
    assert fille.lien is not None
    assert (fille.lien.code, fille.roles) == ("DAU", (RoleContact.PERSONNE_A_PREVENIR, RoleContact.AIDANT))
    assert soeur.roles == (RoleContact.PERSONNE_DE_CONFIANCE,)
    assert voisine.roles == (RoleContact.A_INFORMER,)


@pytest.mark.besoin("S1-21")
def test_the_curatelle_is_told(dossier: Dossier) -> None:
    mesure, commentaire = dossier.usager.protection, construire_dlu(dossier).commentaire
    assert mesure is not None
    assert (mesure.type, mesure.organisme) == (TypeMesure.CURATELLE_RENFORCEE, False)
    assert commentaire is not None
    assert commentaire.splitlines()[0] == (
        "Mesure de protection : curatelle renforcée depuis le 18/06/2024 jusqu'au 17/06/2029, exercée par Édith GARANT."
    )


def test_thirty_treatments_of_every_kind(dossier: Dossier) -> None:
    traitements = dossier.soins.traitements
    assert isinstance(traitements, Renseigne)
    items = traitements.items
    assert len(items) == len({t.medicament for t in items}) == 30
    unites = {quantite.unite for t in items for quantite in (t.dose, t.debit, t.periode) if quantite}
    assert unites == set(Unite)
    assert len({t.voie.code for t in items if t.voie}) == 10
    assert [t.medicament for t in items if t.voie is None] == ["Baclofène intrathécal, pompe implantée"]
    assert sum(t.si_besoin for t in items) == 7
    (avk,) = [t for t in items if t.medicament.startswith("Warfarine")]
    assert avk.alerte is not None
    assert avk.alerte.startswith("Anticoagulant (AVK) : risque hémorragique ; INR cible 2,5 à 3,5")


def test_none_known_and_not_filled_in_stand_side_by_side(dossier: Dossier) -> None:
    allergies, fille = dossier.soins.allergies, dossier.usager.entourage[0]
    assert isinstance(allergies, AucunConnu)
    assert allergies.declarant == f"Mme {fille.affichage} (fille)"
    assert isinstance(dossier.soins.vaccinations, NonRenseigne)


def test_the_attending_physician_is_the_one_of_the_address_book(dossier: Dossier) -> None:
    medecin, correspondant = dossier.usager.medecin_traitant, dossier.correspondant(RoleCorrespondant.MEDECIN_TRAITANT)
    assert medecin is not None
    assert correspondant is not None
    assert (medecin.id_nat, correspondant.nom) == ("899900000017", medecin.affichage)
    assert correspondant.adresse == "alain.fictif@medecin.bac-a-sable.mssante.fr"


def test_it_is_written_as_it_is_read(dossier: Dossier, tmp_path: Path) -> None:
    path = tmp_path / "copie.json"
    path.write_text(dossier.ecrire(), "utf-8")
    assert Dossier.lire(path) == dossier
