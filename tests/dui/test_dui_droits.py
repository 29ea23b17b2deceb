"""Who may feed or read a DMP, or write by MSSanté: information, consent, opposition, legal protection, structure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import pytest

from judges import PROJECT
from segur_socles.dui.dossier import Dossier
from segur_socles.dui.droits import autorisation_alimentation, autorisation_consultation, autorisation_envoi
from segur_socles.personnes.autorisation import ActeSocle, Autorisation

JOUR = date(2026, 11, 22)
BASE = Dossier.lire(PROJECT / "examples" / "residente.json")
Droit = Callable[..., Autorisation]
URGENCE: Droit = partial(autorisation_consultation, urgence=True)


def recueil(nature: str, le: str = "2024-01-01", auteur: str = "usager", **reste: Any) -> dict[str, Any]:
    par = {"id_nat": "899700000019", "nom": "Ingrid EXEMPLE"}
    return {"objet": "alimentation_dmp", "nature": nature, "auteur": auteur, "le": le, "recueilli_par": par, **reste}


def autoriser(
    *recueils: dict[str, Any],
    mesure: str | None = None,
    droit: Droit = autorisation_alimentation,
    profession: str = "G15_60",
    **dates: str,
) -> Autorisation:
    protection = {"type": mesure, "debut": "2023-01-01", "protecteur_nom": "ESSAI", **dates} if mesure else None
    usager = BASE.usager.model_copy(update={"protection": protection})
    auteur = BASE.auteur.model_copy(update={"profession": profession})
    dossier = BASE.model_copy(update={"consentements": recueils, "usager": usager, "auteur": auteur})
    return droit(dossier, dossier.acteur, JOUR)


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


# --- one mechanism, three acts ---------------------------------------------------------------------------

ACTES: dict[str, tuple[Droit, ActeSocle, str]] = {
    "alimentation_dmp": (autorisation_alimentation, ActeSocle.ALIMENTER_DMP, "l'alimentation du DMP"),
    "consultation_dmp": (autorisation_consultation, ActeSocle.CONSULTER_DMP, "la consultation du DMP"),
    "mss_professionnel": (
        autorisation_envoi,
        ActeSocle.ENVOYER_MSS,
        "les échanges entre professionnels par MSSanté",
    ),
}


@pytest.mark.exigence("MSS/va1.22")
@pytest.mark.parametrize("objet", ACTES)
def test_each_act_has_its_own_records(objet: str) -> None:
    droit, acte, nom = ACTES[objet]
    information, opposition = INFORMEE | {"objet": objet}, recueil("opposition", "2025-05-02", objet=objet)
    accordee = autoriser(information, droit=droit)
    assert (accordee.acte, accordee.accordee) == (acte, True)
    assert accordee.fondement == "information délivrée (la personne), sans opposition enregistrée au 22/11/2026"
    refusee = autoriser(information, opposition, droit=droit)
    assert (refusee.acte, refusee.raisons) == (acte, ("la personne s'y est opposée le 02/05/2025",))
    assert autoriser(droit=droit).raisons == (f"aucune information sur {nom} n'est enregistrée pour la personne",)
    # What was said about another act neither allows nor forbids this one.
    for autre in ACTES.keys() - {objet}:
        assert not autoriser(information, droit=ACTES[autre][0]).accordee
        assert autoriser(information, opposition | {"objet": autre}, droit=droit).accordee


@pytest.mark.parametrize("objet", ACTES)
def test_who_answers_is_the_same_for_each_act(objet: str) -> None:
    droit = ACTES[objet][0]
    tuteur, opposition = TUTEUR | {"objet": objet}, recueil("opposition", auteur="representant", objet=objet)
    assert autoriser(tuteur, mesure="tutelle", droit=droit).accordee
    assert autoriser(tuteur, opposition, mesure="tutelle", droit=droit).raisons == (
        "le représentant légal s'y est opposé le 01/01/2024",
    )
    assert not autoriser(tuteur, mesure="curatelle_renforcee", droit=droit).accordee
    assert autoriser(INFORMEE | {"objet": objet}, opposition, mesure="curatelle_renforcee", droit=droit).accordee


# --- reading ---------------------------------------------------------------------------------------------

INFORMEE_CONSULTATION = INFORMEE | {"objet": "consultation_dmp"}
ACCORD = recueil("consentement_explicite", "2025-01-01", objet="consultation_dmp")
ASSISTANTE_SOCIALE = "300"


def test_who_is_no_health_professional_reads_only_with_an_explicit_consent() -> None:
    lire = partial(autoriser, droit=autorisation_consultation, profession=ASSISTANTE_SOCIALE)
    sans = ("aucun accord explicite sur la consultation du DMP n'est enregistré pour la personne",)
    assert lire(INFORMEE_CONSULTATION).raisons == sans
    assert lire(ACCORD).fondement == "accord explicite (la personne), sans opposition enregistrée au 22/11/2026"
    assert lire(ACCORD | {"fin": "2026-01-01"}).raisons == sans
    # Information given since does not take the consent back; an opposition does, and once lifted is no consent.
    assert lire(ACCORD, recueil("information_delivree", "2026-01-01", objet="consultation_dmp")).accordee
    oppose = recueil("opposition", "2025-06-01", objet="consultation_dmp")
    leve = recueil("non_opposition", "2025-07-01", objet="consultation_dmp")
    assert lire(ACCORD, oppose, leve).raisons == sans
    assert lire(ACCORD, oppose, leve, ACCORD | {"le": "2025-08-01"}).accordee


def test_under_tutelle_the_consent_is_that_of_the_representative() -> None:
    lire = partial(autoriser, droit=autorisation_consultation, profession=ASSISTANTE_SOCIALE, mesure="tutelle")
    assert not lire(ACCORD).accordee
    accord = ACCORD | {"auteur": "representant", "volonte_recherchee": True}
    assert lire(accord).fondement == (
        "accord explicite (le représentant légal, volonté de la personne recherchée), "
        "sans opposition enregistrée au 22/11/2026"
    )
    assert lire(accord | {"volonte_recherchee": False}).raisons == (
        "la recherche de la volonté de la personne protégée n'est pas enregistrée",
    )


def test_in_an_emergency_only_an_opposition_stops_a_health_professional() -> None:
    autorisation = autoriser(droit=URGENCE)
    assert autorisation.acte is ActeSocle.CONSULTER_DMP
    assert autorisation.fondement == "urgence, bris de glace, sans opposition enregistrée au 22/11/2026"
    oppose = recueil("opposition", "2025-06-01", objet="consultation_dmp")
    assert autoriser(oppose, droit=URGENCE).raisons == ("la personne s'y est opposée le 01/06/2025",)
    assert not autoriser(droit=URGENCE, profession=ASSISTANTE_SOCIALE).accordee
    assert not autoriser(INFORMEE_CONSULTATION, droit=URGENCE, profession=ASSISTANTE_SOCIALE).accordee


# --- the examples ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("nom", ["residente", "usager_sad"])
@pytest.mark.parametrize("droit", [droit for droit, _, __ in ACTES.values()])
def test_the_examples_allow_what_their_walk_does(nom: str, droit: Droit) -> None:
    dossier = Dossier.lire(PROJECT / "examples" / f"{nom}.json")
    autorisation = droit(dossier, dossier.acteur, JOUR)
    assert autorisation.raisons == ()
