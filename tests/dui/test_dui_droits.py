"""Who may feed a DMP: information, opposition, legal protection, structure."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from judges import PROJECT
from segur_socles.dui.dossier import Dossier
from segur_socles.dui.droits import autorisation_alimentation
from segur_socles.personnes.autorisation import ActeSocle, Autorisation

JOUR = date(2026, 11, 22)
BASE = Dossier.lire(PROJECT / "examples" / "residente.json")


def recueil(nature: str, le: str = "2024-01-01", auteur: str = "usager", **reste: Any) -> dict[str, Any]:
    par = {"id_nat": "899700000019", "nom": "Ingrid EXEMPLE"}
    return {"objet": "alimentation_dmp", "nature": nature, "auteur": auteur, "le": le, "recueilli_par": par, **reste}


def autoriser(*recueils: dict[str, Any], mesure: str | None = None, **dates: str) -> Autorisation:
    protection = {"type": mesure, "debut": "2023-01-01", "protecteur_nom": "ESSAI", **dates} if mesure else None
    usager = BASE.usager.model_copy(update={"protection": protection})
    dossier = BASE.model_copy(update={"consentements": recueils, "usager": usager})
    return autorisation_alimentation(dossier, dossier.acteur, JOUR)


INFORMEE = recueil("information_delivree")
TUTEUR = recueil("information_delivree", auteur="representant", volonte_recherchee=True)


def test_informed_and_not_opposed_is_allowed() -> None:
    autorisation = autoriser(INFORMEE)
    assert autorisation.accordee
    assert autorisation.acte is ActeSocle.ALIMENTER_DMP
    assert autorisation.fondement == "information délivrée (la personne), sans opposition enregistrée au 22/11/2026"
    assert autoriser(recueil("non_opposition")).accordee
    assert autoriser(recueil("consentement_explicite")).accordee


def test_silence_is_no_information() -> None:
    autorisation = autoriser()
    assert not autorisation.accordee
    assert autorisation.raisons == ("aucune information sur l'alimentation du DMP n'est enregistrée pour la personne",)


def test_records_about_something_else_or_of_another_time_do_not_count() -> None:
    assert not autoriser(INFORMEE | {"objet": "consultation_dmp"}).accordee
    assert not autoriser(INFORMEE | {"le": "2026-11-23"}).accordee
    assert not autoriser(INFORMEE | {"fin": "2026-11-21"}).accordee
    assert autoriser(INFORMEE | {"fin": "2026-11-22"}).accordee


@pytest.mark.parametrize("refus", ["opposition", "retrait"])
def test_an_opposition_forbids_until_a_later_record_lifts_it(refus: str) -> None:
    oppose = recueil(refus, "2025-05-02")
    autorisation = autoriser(INFORMEE, oppose)
    assert autorisation.raisons == ("la personne s'y est opposée le 02/05/2025",)
    assert autoriser(INFORMEE, oppose, recueil("non_opposition", "2025-06-01")).accordee
    assert not autoriser(INFORMEE, recueil("non_opposition", "2025-04-01"), oppose).accordee
    # Being informed again is not taking the opposition back.
    assert not autoriser(oppose, recueil("information_delivree", "2025-06-01")).accordee


def test_on_the_same_day_the_last_written_counts() -> None:
    oui, non = recueil("non_opposition", "2025-05-02"), recueil("opposition", "2025-05-02")
    assert not autoriser(oui, non).accordee
    assert autoriser(non, oui).accordee


@pytest.mark.besoin("S1-21")
@pytest.mark.parametrize("mesure", ["curatelle_simple", "curatelle_renforcee", "sauvegarde_justice"])
def test_under_curatelle_the_person_answers(mesure: str) -> None:
    assert autoriser(INFORMEE, mesure=mesure).accordee
    assert not autoriser(TUTEUR, mesure=mesure).accordee
    # Who only assists cannot oppose in the person's place.
    assert autoriser(INFORMEE, recueil("opposition", auteur="representant"), mesure=mesure).accordee


@pytest.mark.besoin("S1-22")
@pytest.mark.parametrize("mesure", ["tutelle", "habilitation_familiale", "mandat_protection_future"])
def test_under_tutelle_the_representative_answers_and_the_person_is_heard(mesure: str) -> None:
    assert autoriser(TUTEUR, mesure=mesure).accordee
    assert not autoriser(INFORMEE, mesure=mesure).accordee
    sans_recherche = autoriser(TUTEUR | {"volonte_recherchee": False}, mesure=mesure)
    assert sans_recherche.raisons == ("la recherche de la volonté de la personne protégée n'est pas enregistrée",)
    assert not autoriser(TUTEUR, recueil("opposition"), mesure=mesure).accordee
    assert not autoriser(TUTEUR, recueil("opposition", auteur="representant"), mesure=mesure).accordee


def test_a_measure_that_ended_leaves_the_answer_to_the_person() -> None:
    assert autoriser(INFORMEE, mesure="tutelle", fin="2025-01-01").accordee
    assert not autoriser(TUTEUR, mesure="tutelle", fin="2025-01-01").accordee


def test_another_structure_may_not_and_every_reason_is_given() -> None:
    ailleurs = BASE.acteur.model_copy(
        update={"structure": BASE.structure.model_copy(update={"finess_eg": "990000027"})}
    )
    dossier = BASE.model_copy(update={"consentements": ()})
    autorisation = autorisation_alimentation(dossier, ailleurs, JOUR)
    assert len(autorisation.raisons) == 2
    assert "structure" in autorisation.raisons[0]
