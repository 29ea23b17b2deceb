"""The people under whose names the documents of the tests are written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from segur_socles.personnes.identite import Decision, Identite, PreuveControle, ReponseIns
from segur_socles.personnes.matricule import MatriculeIns, OidIns
from segur_socles.personnes.professionnel import Acteur
from segur_socles.personnes.traits import TraitsIdentite

MOMENT = datetime(2026, 1, 15, 9, 30, 5, tzinfo=timezone(timedelta(hours=1)))

TRAITS = TraitsIdentite.model_validate(
    {
        "nom_naissance": "TCHITCHI",
        "prenoms": ["CATARINA", "BELLA"],
        "sexe": "F",
        "date_naissance": "1936-06-21",
        "lieu_naissance": "63220",
    }
)

ACTEUR = Acteur.model_validate(
    {
        "professionnel": {
            "id_nat": "899900000017",
            "nom": "MODELE",
            "prenom": "Anne",
            "profession": "G15_10/SM18",
            "civilite": "MME",
            "titre": "DR",
            "telecoms": [{"valeur": "01 99 00 00 11", "usage": "DIR"}],
        },
        "structure": {
            "nom": "EHPAD D'ESSAI",
            "finess_eg": "990000019",
            "secteur": "SA17",
            "cadre": "ESSMS",
            "telecoms": [{"valeur": "0199000010", "usage": "WP"}, {"valeur": "0199000015", "usage": "EC"}],
            "adresse": {"numero": "1", "voie": "rue des Essais", "code_postal": "63220", "ville": "ARLANC"},
        },
    }
)


def qualifiee(traits: TraitsIdentite = TRAITS, **utilises: str) -> Identite:
    par = ACTEUR.intervenant
    reponse = ReponseIns(
        matricule=MatriculeIns.recu_d_insi("2360663220836", "56", OidIns.NIR_TEST),
        traits=traits,
        message_id="uuid:1",
        recue_le=datetime(2026, 1, 1, tzinfo=UTC),
        environnement="bac à sable",
        production=False,
    )
    identite = Identite.model_validate({"traits": traits, "prenom_utilise": "OLA", **utilises})
    identite = identite.controler(
        PreuveControle.model_validate({"controle": "carte_identite", "par": par, "le": MOMENT})
    )
    return identite.accepter(reponse, Decision(par=par, le=MOMENT))
