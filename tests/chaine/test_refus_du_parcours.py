"""Bad input at each step of the story, under both facades: a typed result, explained, traced, and nothing half-done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from canari_histoire import ENVOYER, bac_pour
from chaine_outils import RESIDENTE, VITE, Recit, derouler
from refus_cas import REFUS, envoyer
from refus_outils import BOITES, INCONNUE, INFIRMERIE, MEDECIN, URGENCES_BAL, Lieu, Refus

from segur_socles.dui.dossier import Dossier
from segur_socles.dui.parcours import qualifier
from segur_socles.errors import (
    ConnexionRefuseeError,
    SegurError,
    ServiceError,
    TraceError,
    TransportError,
)
from segur_socles.mss.codes import ErreurIntegration
from segur_socles.personnes.identite import ControleIdentite
from segur_socles.personnes.professionnel import Motif
from segur_socles.personnes.traits import TraitsIdentite
from segur_socles.psc.types import SessionPsc
from segur_socles.sandbox.donnees import URGENTISTE
from segur_socles.segur.facade import Segur
from segur_socles.trace.record import Moment, Resultat, TraceSocle
from segur_socles.trace.sinks import MemorySink
from segur_socles.xds.xdm_lecture import ArchiveRefusee

both = pytest.mark.parametrize("mode", ["sync", "async"])

FERMEE = {"nom_naissance": "ADRTROIS", "prenoms": ["DOMINIQUE"], "sexe": "F", "date_naissance": "1997-02-26"}


@pytest.fixture(scope="module")
def _lieu() -> Iterator[Lieu]:
    dossier = Dossier.lire(RESIDENTE)
    with bac_pour(dossier) as bac, Segur(bac.config) as segur:
        session = segur.au_nom_de(dossier.acteur, motif=Motif.PRISE_EN_CHARGE)
        trouvee: Any = session.insi.rechercher(TraitsIdentite.model_validate(FERMEE))
        fermee = trouvee.identite.qualifier(ControleIdentite.CARTE_IDENTITE, par=URGENTISTE)
        yield Lieu(bac, dossier, qualifier(session, dossier).identite, fermee)


@pytest.fixture
def lieu(_lieu: Lieu) -> Iterator[Lieu]:
    """Empty mailboxes, and no fault that lasts after the test."""
    _lieu.vider()
    yield _lieu
    _lieu.bac.pannes.effacer()


@both
@pytest.mark.parametrize("refus", REFUS.values(), ids=REFUS)
def test_refused_explained_traced_and_nothing_is_lost(lieu: Lieu, refus: Refus, mode: str) -> None:
    traces = MemorySink()
    lieu.photographier()
    try:
        issue: Any = derouler(mode, lieu.bac.config, partial(refus.jouer, lieu), traces=traces)
    except SegurError as error:
        issue = error
    assert type(issue) is refus.attendu
    assert refus.dit in (str(issue) if isinstance(issue, SegurError) else issue.explication)
    if isinstance(issue, SegurError):
        constats = getattr(issue, "constats", ())
        assert issue.remede or (constats and all(constat.remede for constat in constats)), "what to do is told"
    assert lieu.etat() == refus.change(lieu.avant)
    assert _dernier_acte(traces.records) == refus.trace


def _dernier_acte(records: list[TraceSocle]) -> tuple[str, Resultat] | None:
    """Give the last act as it ended; every one that began has ended."""
    debuts = [r.acte_id for r in records if r.moment is Moment.AVANT]
    fins = [r for r in records if r.moment is Moment.APRES]
    assert debuts == [r.acte_id for r in fins]
    return (fins[-1].operation, fins[-1].resultat) if fins else None


# --- what follows a refusal ---


@both
def test_a_return_that_was_refused_uses_up_nothing(lieu: Lieu, mode: str) -> None:
    def recit(segur: Any) -> Recit[None]:
        demande, autre = (yield segur.psc.preparer()), (yield segur.psc.preparer())
        retour = lieu.bac.naviguer(demande.url, acteur=URGENTISTE)
        avant = len(lieu.bac.journal.entrees)
        with pytest.raises(ConnexionRefuseeError):
            yield segur.psc.terminer(autre, retour)
        assert len(lieu.bac.journal.entrees) == avant, "nothing was sent"
        assert isinstance((yield segur.psc.terminer(demande, retour)), SessionPsc)

    derouler(mode, lieu.bac.config, recit)


@both
@pytest.mark.parametrize("erreur", [ErreurIntegration.AUTRE, ErreurIntegration.PATIENT_INCONNU])
def test_what_the_receiver_cannot_file_is_told_to_the_sender(lieu: Lieu, mode: str, erreur: ErreurIntegration) -> None:
    def recit(segur: Any) -> Recit[None]:
        hopital, mss = lieu.hopital(segur).mss, lieu.session(segur).mss
        lieu.bac.pannes.activer("alter-archive", operation="mss.envoyer")
        message = yield from lieu.livrer(segur)
        autre = yield from lieu.livrer(segur)
        recu, _ = yield hopital.relever()
        assert isinstance(recu.archive, ArchiveRefusee)
        yield hopital.accuser(recu, erreur)
        encore, _ = yield hopital.relever()
        assert encore.uid == recu.uid, "still unread: the receiver decides"
        (retour,) = yield mss.relever()
        assert retour.accuse.concerne(message)
        assert not retour.accuse.concerne(autre)
        assert (retour.accuse.reussi, retour.accuse.erreur) == (False, erreur)
        assert erreur.libelle in retour.accuse.explication

    derouler(mode, lieu.bac.config, recit)


@both
def test_a_lost_reply_is_not_sent_again_by_itself(lieu: Lieu, mode: str) -> None:
    def recit(segur: Any) -> Recit[None]:
        message = lieu.message(segur)
        avant = len(lieu.bac.journal.entrees)
        lieu.bac.pannes.activer("accept-then-lose-reply", operation="mss.envoyer", fois=VITE.attempts)
        with pytest.raises(TransportError) as caught:
            yield lieu.session(segur).mss.envoyer(message, ENVOYER)
        assert (caught.value.sent, caught.value.outcome_unknown) == (True, True)
        assert [e.operation for e in lieu.bac.journal.entrees[avant:]] == ["mss.envoyer"]
        (recu,) = yield lieu.hopital(segur).mss.relever()
        assert recu.message_id == message.message_id, "taken, once"

    derouler(mode, lieu.bac.config, recit)


@both
def test_a_partial_refusal_names_the_mailbox_and_what_to_correct(lieu: Lieu, mode: str) -> None:
    envoi: Any = derouler(mode, lieu.bac.config, partial(envoyer(URGENCES_BAL, INCONNUE, MEDECIN), lieu))
    assert envoi.acceptes == (URGENCES_BAL, MEDECIN)
    (refus,) = envoi.refus
    assert (refus.adresse, refus.code, refus.code_etendu, refus.passager) == (INCONNUE, 550, "5.1.1", False)
    assert len(lieu.bac.mss.messages(MEDECIN)) == 1


Appel = Callable[[Lieu, Any, Any, Any], Any]

# Operation → the call, made once the hospital has a message; whether it is tried again by itself, which it is not
# once the operator refused the message in words; the flags of what the mailboxes then hold.
OPERATIONS: dict[str, tuple[Appel, bool, dict[str, list[list[str]]]]] = {
    "mss.envoyer": (
        lambda lieu, s, _, message: lieu.session(s).mss.envoyer(message, ENVOYER),
        False,
        {URGENCES_BAL: [[], []]},
    ),
    "mss.accuser": (
        lambda lieu, s, recu, _: lieu.hopital(s).mss.accuser(recu),
        False,
        {INFIRMERIE: [[]], URGENCES_BAL: [[]]},
    ),
    "mss.relever": (lambda lieu, s, *_: lieu.hopital(s).mss.relever(), True, {URGENCES_BAL: [[]]}),
    "mss.marquer_lu": (
        lambda lieu, s, recu, _: lieu.hopital(s).mss.marquer_lu(recu),
        True,
        {URGENCES_BAL: [["\\Seen"]]},
    ),
}


@both
@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operator_that_is_back_is_served_once(lieu: Lieu, mode: str, operation: str) -> None:
    appeler, d_elle_meme, attendu = OPERATIONS[operation]

    def recit(segur: Any) -> Recit[None]:
        yield from lieu.livrer(segur)
        (recu,) = yield lieu.hopital(segur).mss.relever()
        message = lieu.message(segur)
        lieu.bac.pannes.activer("503-then-ok", service="mss")
        if not d_elle_meme:
            with pytest.raises(ServiceError) as caught:
                yield appeler(lieu, segur, recu, message)
            assert caught.value.retryable
            assert caught.value.remede
        yield appeler(lieu, segur, recu, message)

    traces = MemorySink()
    derouler(mode, lieu.bac.config, recit, traces=traces)
    assert not lieu.bac.pannes.actives, "the fault was played"
    assert _dernier_acte(traces.records) == (operation, Resultat.SUCCES)
    etat = lieu.etat()
    assert {boite: etat[boite] for boite in BOITES if etat[boite]} == attendu


class _Plein(MemorySink):
    """A storage that is full."""

    def write(self, record: TraceSocle) -> None:  # noqa: ARG002 - the sink's own signature
        raise OSError(28, "No space left on device")


@both
def test_without_a_trace_no_message_leaves(lieu: Lieu, mode: str) -> None:
    lieu.photographier()
    with pytest.raises(TraceError, match="rien n'a été envoyé") as caught:
        derouler(mode, lieu.bac.config, partial(envoyer(URGENCES_BAL), lieu), traces=_Plein())
    assert caught.value.remede
    assert lieu.etat() == lieu.avant
