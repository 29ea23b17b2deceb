"""Three faults × four operations × two facades, over real sockets: the typed result, and no second document."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from chaine_outils import OPERATIONS, Chaine, jouer

from segur_socles.dmp.types import Accuse, DmpOuvert
from segur_socles.errors import CertificatRefuseError, CredentialError, TransportError
from segur_socles.ins.types import InsTrouvee
from segur_socles.sandbox.sandbox import Sandbox
from segur_socles.trace.record import Resultat
from segur_socles.trace.sinks import MemorySink

both = pytest.mark.parametrize("mode", ["sync", "async"])

# (fault, operation) → (type of the result, requests that reach the operation, (attempts, settled) of a feed)
ATTENDUS: dict[tuple[str, str], tuple[type[Any], int, tuple[int, bool] | None]] = {
    ("latency", "insi.rechercher"): (InsTrouvee, 1, None),
    ("latency", "insi.rechercher_par_vitale"): (InsTrouvee, 1, None),
    ("latency", "dmp.tester_existence"): (DmpOuvert, 1, None),
    ("latency", "dmp.alimenter"): (Accuse, 1, (1, False)),
    ("503-then-ok", "insi.rechercher"): (InsTrouvee, 2, None),
    ("503-then-ok", "insi.rechercher_par_vitale"): (InsTrouvee, 2, None),
    ("503-then-ok", "dmp.tester_existence"): (DmpOuvert, 2, None),
    ("503-then-ok", "dmp.alimenter"): (Accuse, 2, (2, False)),
    ("accept-then-lose-reply", "insi.rechercher"): (InsTrouvee, 2, None),
    ("accept-then-lose-reply", "insi.rechercher_par_vitale"): (InsTrouvee, 2, None),
    ("accept-then-lose-reply", "dmp.tester_existence"): (DmpOuvert, 2, None),
    ("accept-then-lose-reply", "dmp.alimenter"): (Accuse, 1, (1, True)),
}


@both
@pytest.mark.parametrize(("panne", "operation"), ATTENDUS)
def test_fault_gives_the_expected_typed_result(
    bac: Sandbox, chaine: Chaine, mode: str, panne: str, operation: str
) -> None:
    genre, demandes, depot = ATTENDUS[panne, operation]
    avant, documents = len(bac.journal.entrees), bac.dmp.nombre_de_documents
    bac.pannes.activer(panne, operation=operation, secondes=0.2)
    lot, resultat = jouer(mode, chaine, operation)
    assert type(resultat) is genre
    entrees = bac.journal.entrees[avant:]
    assert sum(e.operation == operation for e in entrees) == demandes
    assert [e.panne for e in entrees].count(panne) == 1, "the fault was played"
    if depot:
        assert (resultat.tentatives, resultat.regle) == depot
        assert bac.dmp.nombre_de_documents == documents + 1, "one document, whatever happened"
        connus = [d.unique_id for d in bac.dmp.documents_de(chaine.identite.matricule)]
        assert connus.count(resultat.unique_id) == 1
        assert resultat.unique_id == lot.unique_ids[0]


@both
def test_a_reply_lost_for_good_is_never_reported_as_sent_and_can_be_resumed(
    bac: Sandbox, chaine: Chaine, mode: str
) -> None:
    documents, traces = bac.dmp.nombre_de_documents, MemorySink()
    bac.pannes.activer("accept-then-lose-reply", operation="dmp.alimenter")
    bac.pannes.activer("503-then-ok", operation="dmp.rechercher", fois=50)
    with pytest.raises(TransportError) as caught:
        jouer(mode, chaine, "dmp.alimenter", traces=traces)
    assert caught.value.outcome_unknown
    assert traces.records[-1].resultat is Resultat.ISSUE_INCONNUE
    assert bac.dmp.nombre_de_documents == documents + 1
    bac.pannes.effacer()


@both
@pytest.mark.parametrize("operation", OPERATIONS)
def test_sandbox_down_is_a_clear_error_and_nothing_was_sent(chaine: Chaine, mode: str, operation: str) -> None:
    with Sandbox() as autre:
        config = autre.config
    with pytest.raises(TransportError) as caught:
        jouer(mode, chaine, operation, config=config)
    assert (caught.value.sent, caught.value.outcome_unknown, caught.value.phase) == (False, False, "connect")
    assert "démarré" in str(caught.value)


@both
@pytest.mark.parametrize("operation", OPERATIONS)
def test_revoked_certificate_is_refused_by_the_service(chaine: Chaine, mode: str, operation: str) -> None:
    with Sandbox() as autre:
        emis = autre.certificats(chaine.dossier.structure)
        autre.revoquer(emis.insi_manu.certificat, emis.dmp.certificat)
        with pytest.raises(CertificatRefuseError, match="refusé notre certificat"):
            jouer(mode, chaine, operation, config=autre.config)
        assert autre.dmp.nombre_de_documents == 0


@both
def test_certificate_that_expires_while_the_process_lives_is_not_used(bac: Sandbox, chaine: Chaine, mode: str) -> None:
    class Demain:
        def now(self) -> Any:
            return bac.config.clock.now().replace(year=bac.config.clock.now().year + 10)

        def monotonic(self) -> float:
            return bac.config.clock.monotonic()

    avant = len(bac.journal.entrees)
    for operation in ("insi.rechercher", "dmp.tester_existence"):
        with pytest.raises(CredentialError, match="périmé"):
            jouer(mode, chaine, operation, config=dataclasses.replace(bac.config, clock=Demain()))
    assert len(bac.journal.entrees) == avant, "nothing was sent"
