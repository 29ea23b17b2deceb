"""Golden captures: what an operator receives changes only with notice (« Ce qui change sur le fil »).

Each file is what our end says, in clear, then under TLS, the content of the message included. After AUTHENTICATE, the
mailbox is written twice: as it was sent, and as it reads.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from mss_outils import ACTEUR, LOGICIEL, MOMENT, dlu
from mss_serveur import COUPER, JEAN, Scripte, acces, imap, serveur, smtp
from test_mss_client import DEMANDE, OUI, RAPIDE

from golden_outils import golden
from segur_socles._core.clock import FrozenClock
from segur_socles._core.ids import SeededIds
from segur_socles._core.run import Runner
from segur_socles.config.environment import Environment, Nature
from segur_socles.mss.boite import Boites
from segur_socles.mss.client import MssClient
from segur_socles.mss.codes import ErreurIntegration
from segur_socles.mss.lecture import lire_message
from segur_socles.personnes.professionnel import Motif
from segur_socles.trace.appelant import Appelant
from segur_socles.trace.sinks import MemorySink
from segur_socles.trace.traceur import Traceur

MARIE = "marie.fictif@medecin.bac-a-sable.mssante.fr"
PDF = b"%PDF-1.4\n%%EOF\n"
ETIQUETTE = re.compile(r"^[A-P]{4}(?=[0-9]+ )", re.MULTILINE)
"""What imaplib draws at random to number its commands."""

ARCHIVE = re.compile(r'(filename="IHE_XDM\.ZIP"\nContent-Transfer-Encoding: base64\n\n)[A-Za-z0-9+/=\n]+(?=\n--=_)')
TAILLE = re.compile(r"( SIZE=)[0-9]+")
ADIEUX = ("QUIT", "LOGOUT")
PATIENCE = 5.0

ENVIRONNEMENT = Environment(nom="essai", nature=Nature.BAC_A_SABLE, ancres="PEM")
EXTERNAL = smtp(EHLO2="250-operateur\n250-SIZE 26214400\n250-AUTH EXTERNAL\n250-DSN\n250 8BITMIME")
SANS_EXTENSION = smtp(EHLO2="250 operateur")

Acte = Callable[[MssClient], object]


@dataclass(frozen=True)
class Dialogue:
    """What is done, and what the servers do of each connection in turn."""

    acte: Acte
    sortie: tuple[Callable[..., None], ...] = ()
    entree: tuple[Callable[..., None], ...] = ()


def envoyer(mss: MssClient) -> None:
    mss.envoyer(mss.preparer(dlu(), a=(JEAN, MARIE), pdf=PDF, texte="Bonjour,\n.\nÀ bientôt"), OUI)


def renvoyer(mss: MssClient) -> None:
    """Send a short message twice: the connection is kept, if the server keeps it."""
    pret = mss.preparer(dlu(), a=JEAN, pdf=PDF)
    court = replace(pret, octets=f"To: {JEAN}\r\nSubject: deux fois\r\n\r\nBonjour\r\n".encode())
    mss.envoyer(court, OUI)
    mss.envoyer(court, OUI)


def accuser(mss: MssClient) -> None:
    mss.accuser(lire_message(DEMANDE), ErreurIntegration.PATIENT_INCONNU)


def relever_deux_fois(mss: MssClient) -> None:
    mss.relever()
    mss.relever()


def marquer_lu(mss: MssClient) -> None:
    (recu,) = mss.relever()
    mss.marquer_lu(recu)


DIALOGUES = {
    "mss-envoyer.txt": Dialogue(envoyer, (smtp(),)),
    "mss-envoyer-external.txt": Dialogue(renvoyer, (EXTERNAL,)),
    "mss-envoyer-sans-extension.txt": Dialogue(renvoyer, (SANS_EXTENSION,)),
    "mss-envoyer-refuse.txt": Dialogue(renvoyer, (smtp(RCPT="550 5.1.1 inconnue"),)),
    "mss-envoyer-reconnexion.txt": Dialogue(renvoyer, (smtp(RSET=COUPER), smtp())),
    "mss-accuser.txt": Dialogue(accuser, (smtp(),)),
    "mss-relever.txt": Dialogue(relever_deux_fois, (), (imap(DEMANDE),)),
    "mss-relever-vide.txt": Dialogue(MssClient.relever, (), (imap(),)),
    "mss-relever-reconnexion.txt": Dialogue(MssClient.relever, (), (imap(DEMANDE, fetch=COUPER), imap(DEMANDE))),
    "mss-relever-trop-gros.txt": Dialogue(MssClient.relever, (), (imap(DEMANDE, tailles={1: 100_000_000}),)),
    "mss-marquer-lu.txt": Dialogue(marquer_lu, (), (imap(DEMANDE),)),
}


def jouer(dialogue: Dialogue) -> str:
    """Play the act on a client whose clock stands still: certificates live in the present, messages need not."""
    clock, ids = FrozenClock(MOMENT), SeededIds(7)
    with serveur(*dialogue.sortie or (smtp(),)) as sortie, serveur(*dialogue.entree or (imap(),)) as entree:
        porte = acces(sortie.port, imap=entree.port)
        boites = Boites(frozenset({("localhost", sortie.port), ("localhost", entree.port)}))
        appelant = Appelant(ACTEUR, Motif.PRISE_EN_CHARGE, ENVIRONNEMENT, LOGICIEL, clock, ids)
        traceur = Traceur(MemorySink(), clock=clock, ids=ids)
        dialogue.acte(MssClient(appelant, lambda: porte, traceur, boites, Runner(origins=frozenset(), policy=RAPIDE)))
        boites.close()
        return ecrire(sortie if dialogue.sortie else entree)


def ecrire(ecoute: Scripte) -> str:
    limite = time.monotonic() + PATIENCE
    while not (ecoute.chiffre and ecoute.chiffre[-1].endswith(ADIEUX)):  # our end does not wait for the answer
        assert time.monotonic() < limite, ecoute.chiffre
        time.sleep(0.01)
    lignes = [f"# connexions : {ecoute.connexions}", "# en clair", *ecoute.clair, "# sous TLS", *ecoute.chiffre, ""]
    texte, archives = ARCHIVE.subn(r"\1{archive, en base64}", "\n".join(lignes))
    # How well an archive is compressed is the machine's business; what it holds has its own capture.
    return ETIQUETTE.sub("TAG", TAILLE.sub(r"\1{octets}", texte) if archives else texte)


@pytest.mark.parametrize("nom", DIALOGUES)
def test_golden_dialogue(nom: str) -> None:
    assert jouer(DIALOGUES[nom]) == golden(nom)
