"""People of the datamatrix tests, and the texts that a sheet of examples gives for them, written by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from segur_socles.personnes.identite import (
    ControleIdentite,
    Decision,
    Identite,
    IdentiteQualifiee,
    PreuveControle,
    ReponseIns,
)
from segur_socles.personnes.matricule import MatriculeIns, OidIns
from segur_socles.personnes.professionnel import Intervenant
from segur_socles.personnes.traits import TraitsIdentite

LE = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)
PAR = Intervenant(id_nat="899900000017", nom="Claire MARTIN")
CONTROLE = PreuveControle(controle=ControleIdentite.CARTE_IDENTITE, par=PAR, le=LE)

ECETINSI = (
    "IS010000000000000000000000"
    "S1109076322083489"
    "S21.2.250.1.213.1.4.8\x1d"
    "S3PIERRE-ALAIN MURIEL FLORIANT\x1d"
    "S4ECETINSI\x1d"
    "S5M"
    "S614-07-2009"
    "S763220"
)
PAT_TROIS = (
    "IS010000000000000000000000"
    "S1279035121518989"
    "S21.2.250.1.213.1.4.10"
    "S3DOMINIQUE MARIE-LOUISE\x1d"
    "S4PAT-TROIS\x1d"
    "S5F"
    "S628-03-1979"
    "S751215"
)


def qualifiee(
    matricule: MatriculeIns | None = None, *, qualifier: bool = True, **traits: Any
) -> IdentiteQualifiee | Identite:
    reponse = ReponseIns(
        matricule=matricule or MatriculeIns.lire("109076322083489", OidIns.NIR),
        traits=TraitsIdentite.model_validate(
            {
                "nom_naissance": "ECETINSI",
                "prenoms": ("PIERRE-ALAIN", "MURIEL", "FLORIANT"),
                "sexe": "M",
                "date_naissance": "2009-07-14",
                "lieu_naissance": "63220",
                **traits,
            }
        ),
        message_id="uuid:1",
        recue_le=LE,
        environnement="bac à sable",
        production=False,
    )
    recuperee = Identite(traits=reponse.traits).accepter(reponse, Decision(par=PAR, le=LE))
    return recuperee.controler(CONTROLE) if qualifier else recuperee


def ecetinsi(**traits: Any) -> IdentiteQualifiee:
    return qualifiee(**traits).qualifiee()


def pat_trois() -> IdentiteQualifiee:
    return qualifiee(
        MatriculeIns.lire("279035121518989", OidIns.NIR_TEST),
        nom_naissance="PAT-TROIS",
        prenoms=("DOMINIQUE", "MARIE-LOUISE"),
        sexe="F",
        date_naissance="1979-03-28",
        lieu_naissance="51215",
    ).qualifiee()
