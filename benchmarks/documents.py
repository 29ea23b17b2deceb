"""The liaison document that benchmarks write and show: the example's resident, once qualified."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from segur_socles._core.clock import FrozenClock
from segur_socles._core.ids import SeededIds
from segur_socles.documents.cda.ecriture import ecrire_document
from segur_socles.documents.document import DocumentCda
from segur_socles.documents.entete import Entete
from segur_socles.documents.modeles.dlu import Dlu
from segur_socles.dui.dlu import construire_dlu, entete_dlu
from segur_socles.dui.dossier import Dossier
from segur_socles.personnes.identite import Decision, IdentiteQualifiee, PreuveControle, ReponseIns
from segur_socles.personnes.matricule import MatriculeIns, OidIns

MOMENT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
DOSSIER = Path(__file__).parents[1] / "examples" / "residente.json"


def contenu_et_entete() -> tuple[Dlu, Entete]:
    """Give the content of the example's DLU and its header."""
    dossier = Dossier.lire(DOSSIER)
    ids, clock = SeededIds(6), FrozenClock(MOMENT)
    entete = entete_dlu(
        dossier, _qualifiee(dossier), dossier.acteur, logiciel_oid_racine="1.2.250.1.999.1", ids=ids, clock=clock
    )
    return construire_dlu(dossier), entete


def document() -> DocumentCda:
    """Write it."""
    return ecrire_document(*contenu_et_entete(), SeededIds(6))


def memoire(appel: Callable[[], object], octets: int) -> float:
    """Give the peak of what ``appel`` allocates, as a multiple of ``octets``."""
    appel()
    tracemalloc.start()
    try:
        appel()
        return tracemalloc.get_traced_memory()[1] / octets
    finally:
        tracemalloc.stop()


def _qualifiee(dossier: Dossier) -> IdentiteQualifiee:
    qualification = dossier.qualification
    assert qualification is not None, "the example's resident is qualified"
    reponse = ReponseIns(
        matricule=MatriculeIns.recu_d_insi("2360663220836", "56", OidIns.NIR_TEST),
        traits=dossier.usager.traits,
        message_id="uuid:1",
        recue_le=MOMENT,
        environnement="mesure",
        production=False,
    )
    controle = PreuveControle(controle=qualification.controle, par=qualification.par, le=qualification.le)
    decision = Decision(par=qualification.par, le=qualification.le)
    return dossier.usager.identite.controler(controle).accepter(reponse, decision).qualifiee()
