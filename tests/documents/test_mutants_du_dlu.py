"""A writer that says the opposite, the other side, the other day or the other person is caught, every time.

One record, and what its document must hold, written by hand. Each mutant changes the writer as a slip would; the same
expectations must then fail.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from segur_socles.documents.cda import entete as cda_entete
from segur_socles.documents.cda import listes
from segur_socles.documents.cda.corps import communs, listes_cliniques
from segur_socles.documents.cda.corps import etat as corps
from segur_socles.documents.cda.entrees import acte, observation, probleme, traitement, vaccination
from segur_socles.documents.contenu.communs import COTES, Lateralite, Quantite, Unite
from segur_socles.documents.renseigne import AucunConnu, NonRenseigne

CONTENU: dict[str, Any] = {
    "pathologies": {
        "etat": "renseigne",
        "items": [{"libelle": "Gonarthrose", "lateralite": "droite", "debut": "2024-03-31"}],
    },
    "antecedents": {"etat": "aucun_connu", "declarant": "Dr X", "date": "2026-01-10"},
    "allergies": {"etat": "non_renseigne"},
    "traitements": {
        "etat": "renseigne",
        "items": [
            {
                "medicament": "Morphine",
                "posologie": "5 mg toutes les 4 h",
                "dose": {"valeur": "5", "unite": "mg"},
                "periode": {"valeur": "4", "unite": "h"},
                "debut": "2025-12-31",
                "fin": "2026-02-28",
            },
            {"medicament": "Oxygène", "posologie": "2 L/min", "debit": {"valeur": "2", "unite": "L/min"}},
        ],
    },
    "soins_palliatifs": False,
    "directives": {
        "etat": "renseigne",
        "items": [{"type": "75779-9", "accepte": False, "exprimee_le": "2024-03-01"}],
    },
    "etat": {"chutes": True, "fugue": False, "deficit_auditif": True, "cote_auditif": "gauche"},
    "vaccinations": {
        "etat": "renseigne",
        "items": [
            {"vaccin": "Grippe", "faite_le": "2025-10-31"},
            {"vaccin": "Zona", "effectuee": False},
        ],
    },
}
USAGER: dict[str, Any] = {
    "entourage": [
        {"nom": "CONFIANCE", "roles": ["NOK"], "telecoms": [{"valeur": "0699000001"}]},
        {"nom": "PREVENIR", "roles": ["ECON"], "telecoms": [{"valeur": "0699000002"}]},
    ],
}

PROBLEME = "//h:section[h:code/@code='11450-4']//h:observation"
PASSE = "//h:section[h:code/@code='11348-0']//h:observation"
ALLERGIE = "//h:section[h:code/@code='48765-2']//h:observation"
DOSE = "//h:section[h:code/@code='10160-0']//h:substanceAdministration"
ETAT = "//h:section[h:code/@code='42545-4']//h:observation"
VACCIN = "//h:section[h:code/@code='11369-6']//h:substanceAdministration"
DIRECTIVE = "//h:section[h:code/@code='42348-3']//h:observation"

ATTENDUS: dict[str, list[str]] = {
    f"{PROBLEME}/h:targetSiteCode/@code": ["24028007"],
    f"{PROBLEME}/h:effectiveTime/h:low/@value": ["20240331"],
    f"{PASSE}/h:value/@code": ["no-known-problems"],
    f"{PASSE}/h:value/@nullFlavor": [],
    f"{ALLERGIE}/h:value/@nullFlavor": ["NI"],
    f"{ALLERGIE}/h:value/@code": [],
    f"{DOSE}/h:doseQuantity/h:low/@value": ["5"],
    f"{DOSE}/h:doseQuantity/h:low/@unit": ["mg"],
    f"{DOSE}/h:rateQuantity/h:low/@value": ["2"],
    f"{DOSE}/h:rateQuantity/h:low/@unit": ["L/min"],
    f"{DOSE}/h:effectiveTime/h:period/@value": ["4"],
    f"{DOSE}/h:effectiveTime/h:period/@unit": ["h"],
    f"{DOSE}/h:effectiveTime/h:low/@value": ["20251231"],
    f"{DOSE}/h:effectiveTime/h:high/@value": ["20260228"],
    "//h:procedure[h:code/@code='103735009']/@negationInd": ["true"],
    f"{ETAT}[h:code/@code='161898004']/h:value/@value": ["true"],
    f"{ETAT}[h:code/@code='248046000']/h:value/@value": ["false"],
    f"{ETAT}[h:code/@code='24199005']/h:value/@nullFlavor": ["NI"],
    f"{ETAT}[h:code/@code='15188001']/h:targetSiteCode/@code": ["7771000"],
    f"{VACCIN}/@negationInd": ["false", "true"],
    f"{VACCIN}/h:effectiveTime/@value": ["20251031"],
    f"{DIRECTIVE}/h:value/@value": ["false"],
    f"{DIRECTIVE}/h:effectiveTime/@value": ["20240301"],
    "//h:relatedEntity[@classCode='NOK']//h:family": ["CONFIANCE"],
    "//h:relatedEntity[@classCode='ECON']//h:family": ["PREVENIR"],
    # What people read.
    "//h:section[h:code/@code='11348-0']/h:text": ["Aucun antécédent connu, selon Dr X, le 10/01/2026."],
    "//h:section[h:code/@code='48765-2']/h:text": ["Allergies : non renseigné, information non recueillie."],
    "//h:section[h:code/@code='18776-5']//h:td": ["Soins palliatifs", "Non"],
    "//h:tr[h:td='Chutes']/h:td[2]": ["Oui"],
    "//h:tr[h:td='Fugue']/h:td[2]": ["Non"],
    "//h:tr[h:td='Agité']/h:td[2]": ["Non renseigné"],
    "//h:tr[h:td='Déficit auditif']/h:td[2]": ["Oui, côté : gauche"],
    "//h:tr[h:td='Gonarthrose']/h:td": ["Gonarthrose", "droite", "31/03/2024"],
    "//h:tr[h:td='Morphine']/h:td": ["Morphine", "5 mg toutes les 4 h", "31/12/2025", "28/02/2026"],
    "//h:tr[h:td='Zona']/h:td": ["Zona", "Non", "", "Vaccination sans autre précision"],
    "//h:section[h:code/@code='42348-3']//h:td[2]": ["Non"],
}


def ecarts(ecrire: Callable[..., Any]) -> list[str]:
    lu = ecrire(CONTENU, usager=USAGER)
    return [chemin for chemin, attendu in ATTENDUS.items() if lu(chemin) != attendu]


def test_the_document_holds_what_is_expected(ecrire: Callable[..., Any]) -> None:
    assert ecarts(ecrire) == []


# --- slips -------------------------------------------------------------------------------------------------

Poser = Callable[..., None]


def _contraire(poser: Poser) -> None:
    vrai = observation.valeur_booleenne
    poser(observation, "valeur_booleenne", lambda r: vrai(r if r is None else not r))


def _inconnu_dit_non(poser: Poser) -> None:
    vrai = observation.valeur_booleenne
    poser(observation, "valeur_booleenne", lambda r: vrai(bool(r)))


def _palliatif_contraire(poser: Poser) -> None:
    vrai = corps.soins_palliatifs
    poser(corps, "soins_palliatifs", lambda *a, en_cours: vrai(*a, en_cours=not en_cours))


def _vaccin_contraire(poser: Poser) -> None:
    vrai = vaccination._administration
    poser(vaccination, "_administration", lambda *a, negation: vrai(*a, negation=not negation))


def _dose_pour_debit(poser: Poser) -> None:
    vrai, autre = traitement._intervalle, {"doseQuantity": "rateQuantity", "rateQuantity": "doseQuantity"}
    poser(traitement, "_intervalle", lambda nom, q: vrai(autre[nom], q))


def _mg_pour_g(poser: Poser) -> None:
    vrai = traitement._mesure

    def mesure(nom: str, quantite: Quantite) -> str:
        autre = {Unite.MILLIGRAMME: Unite.GRAMME}.get(quantite.unite, quantite.unite)
        return vrai(nom, quantite.model_copy(update={"unite": autre}))

    poser(traitement, "_mesure", mesure)


def _droite_pour_gauche(poser: Poser) -> None:
    autre = {Lateralite.DROITE: COTES[Lateralite.GAUCHE], Lateralite.GAUCHE: COTES[Lateralite.DROITE]}
    for module in (probleme, acte, corps):
        poser(module, "COTES", COTES | autre)


def _autre_proche(poser: Poser) -> None:
    vrai, autre = cda_entete._proche, {"NOK": "ECON", "ECON": "NOK"}
    poser(cda_entete, "_proche", lambda contact, role: vrai(contact, autre[role]))


def _jour_decale(ecart: int, *modules: Any) -> Callable[[Poser], None]:
    def muter(poser: Poser) -> None:
        for module in modules:
            vrai = module.jour

            def jour(nom: str, valeur: Any, absent: str = "UNK", vrai: Any = vrai) -> Any:
                if valeur is not None and len(str(valeur)) == 10:
                    valeur = date.fromisoformat(str(valeur)) + timedelta(days=ecart)
                return vrai(nom, valeur, absent)

            poser(module, "jour", jour)

    return muter


def _lu_un_jour_plus_tard(poser: Poser) -> None:
    vrai = listes_cliniques.date_en_clair

    def dire(texte: str | None) -> str:
        return vrai(str(date.fromisoformat(texte) + timedelta(days=1)) if texte and len(texte) == 10 else texte)

    poser(listes_cliniques, "date_en_clair", dire)


def _absence(etats: Callable[[Any], Any]) -> Callable[[Poser], None]:
    def muter(poser: Poser) -> None:
        vrai = listes.absence
        poser(listes, "absence", lambda etat, *a: vrai(etats(etat), *a))

    return muter


AUCUN = AucunConnu(declarant="Dr X", date=date(2026, 1, 10))

MUTANTS: dict[str, Callable[[Poser], None]] = {
    "oui pour non": _contraire,
    "inconnu devient non": _inconnu_dit_non,
    "soins palliatifs contraires": _palliatif_contraire,
    "vaccination contraire": _vaccin_contraire,
    "dose pour débit": _dose_pour_debit,
    "mg pour g": _mg_pour_g,
    "droite pour gauche": _droite_pour_gauche,
    "confiance pour prévenir": _autre_proche,
    "inconnu pour aucun": _absence(lambda _: NonRenseigne()),
    "aucun pour inconnu": _absence(lambda _: AUCUN),
    "lu oui pour non": lambda poser: poser(corps, "REPONSES", {True: "Non", False: "Oui", None: "Non renseigné"}),
    "lu non pour inconnu": lambda poser: poser(corps, "REPONSES", communs.REPONSES | {None: "Non"}),
    "lu un jour plus tard": _lu_un_jour_plus_tard,
    **{
        f"{nom}, {ecart:+} jour": _jour_decale(ecart, module)
        for nom, module in {
            "problème": probleme,
            "traitement": traitement,
            "vaccination": vaccination,
            "directive": observation,
        }.items()
        for ecart in (-1, 1)
    },
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_each_slip_is_caught(mutant: str, ecrire: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    MUTANTS[mutant](monkeypatch.setattr)
    assert ecarts(ecrire) != []
