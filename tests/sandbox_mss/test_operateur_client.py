"""The library's own client against the operator, which shares nothing with it: a document goes, its receipt comes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from courrier_mss import INFIRMERIE, URGENCES_BAL

from segur_socles.credentials.profil import lire_profil
from segur_socles.documents.cda.ecriture import ecrire_document
from segur_socles.documents.document import DocumentCda
from segur_socles.documents.entete import Entete
from segur_socles.documents.modeles.dlu import Dlu
from segur_socles.mss.client import MssClient
from segur_socles.mss.types import MessageEnvoye
from segur_socles.personnes.autorisation import ActeSocle, Autorisation
from segur_socles.personnes.identite import Identite
from segur_socles.personnes.traits import TraitsIdentite
from segur_socles.personnes.usager import IdentifiantLocal, Usager
from segur_socles.sandbox.donnees import URGENTISTE
from segur_socles.sandbox.profil import ecrire_profil
from segur_socles.sandbox.sandbox import Sandbox
from segur_socles.segur.facade import Segur
from segur_socles.trace.appelant import Motif
from segur_socles.xds.xdm_lecture import ArchiveLue, ArchiveRefusee

ACCORD = Autorisation.accorder(ActeSocle.ENVOYER_MSS, "information délivrée")
OFFICINE = "officine.eprouvette@pharmacie.bac-a-sable.mssante.fr"
PDF = b"%PDF-1.4\nessai"


@pytest.fixture
def clients(sandbox: Sandbox) -> Iterator[tuple[MssClient, MssClient]]:
    with Segur(sandbox.config) as segur:
        yield (
            segur.au_nom_de(sandbox.acteur, motif=Motif.PRISE_EN_CHARGE).mss_de(INFIRMERIE),
            segur.au_nom_de(URGENTISTE, motif=Motif.PRISE_EN_CHARGE).mss_de(URGENCES_BAL),
        )


@pytest.fixture
def document(sandbox: Sandbox) -> DocumentCda:
    """A document about somebody whose identity is not qualified: the message then says ``X-MSS-INS: N``."""
    traits = TraitsIdentite(nom_naissance="ADRUN", prenoms=("ZOE",), sexe="F", date_naissance="1975-12-31")
    heure = sandbox.config.clock.now()
    entete = Entete.model_validate(
        {
            "id": "2.25.148023790125664.1.1",
            "set_id": "2.25.148023790125664.5.1",
            "type": "74207-2",
            "titre": "Document de liaison d'urgence",
            "date_creation": heure,
            "usager": Usager(
                identite=Identite(traits=traits), ipp=IdentifiantLocal(valeur="RES-1", oid="2.25.148023790125664.2")
            ),
            "auteur": sandbox.acteur,
            "acte": {
                "code": {"code": "34117-2", "systeme": "2.16.840.1.113883.6.1", "libelle": "Historique et clinique"},
                "debut": heure,
            },
        }
    )
    return ecrire_document(Dlu(), entete, sandbox.config.ids)


def test_a_document_goes_and_its_receipt_comes(clients: tuple[MssClient, MssClient], document: DocumentCda) -> None:
    ehpad, urgences = clients
    message = ehpad.preparer(document, a=URGENCES_BAL, pdf=PDF)
    assert isinstance(ehpad.envoyer(message, ACCORD), MessageEnvoye)
    (recu,) = urgences.relever()
    assert isinstance(recu.archive, ArchiveLue)
    assert recu.archive.documents[0].octets == document.octets
    assert recu.constats == ()
    urgences.accuser(recu)
    urgences.marquer_lu(recu)
    assert not urgences.relever()
    (accuse,) = ehpad.relever()
    assert accuse.accuse is not None
    assert accuse.accuse.concerne(message)
    assert accuse.accuse.reussi


def test_a_profile_file_is_enough_to_send_and_to_read(sandbox: Sandbox, document: DocumentCda, tmp_path: Path) -> None:
    config = lire_profil(ecrire_profil(sandbox, tmp_path).profil)
    with Segur(config) as segur:
        mss = segur.au_nom_de(sandbox.acteur, motif=Motif.PRISE_EN_CHARGE).mss
        message = mss.preparer(document, a=[INFIRMERIE, OFFICINE], pdf=PDF)
        envoi = mss.envoyer(message, ACCORD)
        assert isinstance(envoi, MessageEnvoye)
        assert (envoi.acceptes, envoi.refus) == ((INFIRMERIE, OFFICINE), ())
        assert message.message_id in [recu.message_id for recu in mss.relever()]
    assert len(sandbox.mss.messages(OFFICINE)) == 1


def test_an_archive_altered_on_the_way_is_refused_by_its_receiver(
    sandbox: Sandbox, clients: tuple[MssClient, MssClient], document: DocumentCda
) -> None:
    ehpad, urgences = clients
    sandbox.pannes.activer("alter-archive")
    ehpad.envoyer(ehpad.preparer(document, a=URGENCES_BAL, pdf=PDF), ACCORD)
    assert isinstance(urgences.relever()[-1].archive, ArchiveRefusee)
