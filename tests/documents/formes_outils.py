"""One person in several states, and the example script that writes and reads HL7 v2."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from judges import PROJECT
from segur_socles.personnes.identite import (
    Attribut,
    ControleIdentite,
    Decision,
    Identite,
    PreuveControle,
    ReponseIns,
)
from segur_socles.personnes.matricule import MatriculeIns, OidIns
from segur_socles.personnes.professionnel import Intervenant
from segur_socles.personnes.recue import IdentiteRecue
from segur_socles.personnes.traits import Sexe, TraitsIdentite
from segur_socles.personnes.usager import IdentifiantLocal, Usager

_EXEMPLE = runpy.run_path(str(PROJECT / "examples" / "pid_hl7.py"))
ecrire_pid: Callable[[Usager], str] = _EXEMPLE["ecrire_pid"]
lire_pid: Callable[[str], IdentiteRecue] = _EXEMPLE["lire_pid"]
main: Callable[[], None] = _EXEMPLE["main"]

LE = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)
PAR = Intervenant(id_nat="899900000017", nom="Claire MARTIN")
TRAITS = TraitsIdentite(
    nom_naissance="PAT-TROIS",
    prenoms=("DOMINIQUE", "MARIE-LOUISE"),
    sexe=Sexe.FEMININ,
    date_naissance="1979-03-28",
    lieu_naissance="51215",
)


def recuperee(oid: OidIns = OidIns.NIR_TEST, **champs: Any) -> Identite:
    traits = TRAITS.model_copy(update=champs.pop("traits", {}))
    reponse = ReponseIns(
        matricule=MatriculeIns.lire("279035121518989", oid),
        traits=traits,
        message_id="uuid:1",
        recue_le=LE,
        environnement="bac à sable",
        production=False,
    )
    return Identite(traits=traits, **champs).accepter(reponse, Decision(par=PAR, le=LE))


def qualifiee(oid: OidIns = OidIns.NIR_TEST, **champs: Any) -> Identite:
    controle = PreuveControle(controle=ControleIdentite.CARTE_IDENTITE, par=PAR, le=LE)
    return recuperee(oid, **champs).controler(controle)


def usager(identite: Identite, ipp: str = "RES-1", **champs: Any) -> Usager:
    local = IdentifiantLocal(valeur=ipp, oid="1.2.250.1.999.1.1")
    return Usager(identite=identite, ipp=local, **champs)


PERSONNES = {
    "qualifiée": qualifiee(),
    "qualifiée, nom utilisé": qualifiee(nom_utilise="Dupont", prenom_utilise="Marie"),
    "qualifiée, NIA": qualifiee(OidIns.NIA),
    "qualifiée, date lunaire": qualifiee(traits={"date_naissance": "1979-03-00", "date_lunaire": True}),
    "qualifiée, Corse": qualifiee(traits={"lieu_naissance": "2B020"}),
    "qualifiée, étranger": qualifiee(traits={"lieu_naissance": "99351", "sexe": Sexe.MASCULIN}),
    "récupérée": recuperee(),
    "validée": Identite(traits=TRAITS).controler(PreuveControle(controle=ControleIdentite.PASSEPORT, par=PAR, le=LE)),
    "provisoire": Identite(traits=TRAITS, nom_utilise="Dupont"),
    "fictive": Identite(traits=TRAITS, attribut=Attribut.FICTIVE),
}
