"""Reading over real sockets, by imaplib and by hand: who may read what, and how IMAP4rev1 is spoken."""

from __future__ import annotations

import base64
import imaplib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from courrier_mss import DUI, INFIRMERIE, SANS_ARCHIVE, URGENCES_BAL, Courrier, adresse, contexte, imap, smtp

from segur_socles.sandbox.donnees import EHPAD
from segur_socles.sandbox.pki import Defaut, Emis
from segur_socles.sandbox.sandbox import Sandbox


@pytest.fixture
def boite(sandbox: Sandbox, ehpad: Emis, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """A mailbox of its own for each test, with two messages."""
    nom = f"{request.node.name.partition('[')[0].replace('_', '-')}@ehpad.bac-a-sable.mssante.fr"
    sandbox.mss.ajouter_boite(nom, EHPAD)
    with smtp(sandbox, ehpad, tmp_path) as client:
        client.sendmail(INFIRMERIE, nom, Courrier().octets())
        client.sendmail(INFIRMERIE, nom, SANS_ARCHIVE.avec(message_id="<deux@essai>").octets())
    return nom


class Fil:
    """IMAP by hand: bytes sent, lines received."""

    def __init__(self, prise: socket.socket) -> None:
        self.prise = prise
        self.lu = prise.makefile("rb")

    def dire(self, texte: str) -> None:
        self.prise.sendall(texte.encode())

    def jusqu_a(self, etiquette: str) -> list[str]:
        lignes: list[str] = []
        while not lignes or not lignes[-1].startswith(f"{etiquette} "):
            ligne = self.lu.readline()
            assert ligne, lignes
            lignes.append(ligne.decode().rstrip("\r\n"))
        return lignes


@contextmanager
def a_la_main(sandbox: Sandbox, emis: Emis | None, dossier: Path) -> Iterator[Fil]:
    with socket.create_connection(adresse(sandbox, "imap"), timeout=10) as prise:
        clair = Fil(prise)
        assert clair.lu.readline().startswith(b"* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED]")
        clair.dire("s STARTTLS\r\n")
        assert clair.jusqu_a("s")[-1].startswith("s OK")
        with contexte(sandbox, emis, dossier).wrap_socket(prise, server_hostname="127.0.0.1") as liaison:
            yield Fil(liaison)


def en_base64(texte: str) -> str:
    return base64.b64encode(texte.encode()).decode()


# --- log-in ---


def test_capabilities_grow(sandbox: Sandbox, ehpad: Emis, tmp_path: Path) -> None:
    client = imaplib.IMAP4(*adresse(sandbox, "imap"), timeout=10)
    assert set(client.capabilities) == {"IMAP4REV1", "STARTTLS", "LOGINDISABLED"}
    client.shutdown()
    with imap(sandbox, ehpad, tmp_path) as client:
        assert set(client.capabilities) == {"IMAP4REV1", "SASL-IR", "AUTH=EXTERNAL", "LOGINDISABLED"}
        client.authenticate("EXTERNAL", lambda _: INFIRMERIE.encode())
        assert client.capability()[1][-1] == b"IMAP4rev1 NAMESPACE SPECIAL-USE UIDPLUS UNSELECT"


@pytest.mark.parametrize("commande", ["LOGIN a b", "AUTHENTICATE EXTERNAL =", "SELECT INBOX"])
def test_nothing_before_tls(sandbox: Sandbox, commande: str) -> None:
    with socket.create_connection(adresse(sandbox, "imap"), timeout=10) as prise:
        fil = Fil(prise)
        fil.dire(f"a {commande}\r\n")
        assert fil.jusqu_a("a")[-1].startswith("a NO [PRIVACYREQUIRED]")


def test_what_came_in_clear_behind_starttls_is_not_obeyed(sandbox: Sandbox, ehpad: Emis, tmp_path: Path) -> None:
    with socket.create_connection(adresse(sandbox, "imap"), timeout=10) as prise:
        fil = Fil(prise)
        fil.dire(f"s STARTTLS\r\nx AUTHENTICATE EXTERNAL {en_base64(INFIRMERIE)}\r\n")
        fil.jusqu_a("s")
        with contexte(sandbox, ehpad, tmp_path).wrap_socket(prise, server_hostname="127.0.0.1") as liaison:
            chiffre = Fil(liaison)
            chiffre.dire("n NOOP\r\nb SELECT INBOX\r\n")
            assert chiffre.jusqu_a("b") == ["n OK Completed", "b BAD Command not allowed in this state"]


def test_no_client_certificate_is_told_in_words(sandbox: Sandbox, tmp_path: Path) -> None:
    with pytest.raises(imaplib.IMAP4.error, match="didn't present valid SSL certificate"):
        imap(sandbox, None, tmp_path, INFIRMERIE).__enter__()


@pytest.mark.parametrize("defaut", Defaut, ids=str)
def test_a_bad_certificate_is_refused(sandbox: Sandbox, tmp_path: Path, defaut: Defaut) -> None:
    emis = sandbox.pki.auth_cli("1990000019", "EHPAD", "dui", defaut=defaut)
    with pytest.raises((imaplib.IMAP4.abort, ssl.SSLError, OSError)):
        imap(sandbox, emis, tmp_path, INFIRMERIE).__enter__()


def test_revoked(sandbox: Sandbox, tmp_path: Path) -> None:
    emis = sandbox.pki.auth_cli("1990000019", "EHPAD", "dui")
    with imap(sandbox, emis, tmp_path, INFIRMERIE):
        sandbox.revoquer(emis.certificat)
    with pytest.raises((imaplib.IMAP4.abort, ssl.SSLError, OSError)):
        imap(sandbox, emis, tmp_path, INFIRMERIE).__enter__()


@pytest.mark.parametrize(
    "autre", [URGENCES_BAL, "personne@ehpad.bac-a-sable.mssante.fr", "275126322074974@patient.mssante.fr", ""]
)
def test_a_mailbox_that_is_not_the_structures(sandbox: Sandbox, ehpad: Emis, tmp_path: Path, autre: str) -> None:
    with a_la_main(sandbox, ehpad, tmp_path) as fil:
        fil.dire(f"a AUTHENTICATE EXTERNAL {en_base64(autre) or '='}\r\nb SELECT INBOX\r\nc LOGOUT\r\n")
        assert fil.jusqu_a("a")[-1].startswith("a NO [AUTHORIZATIONFAILED]")
        assert fil.jusqu_a("b")[-1].startswith("b BAD")
        fil.jusqu_a("c")
        assert fil.lu.readline() == b""
    entree = sandbox.journal.entrees[-1]
    assert (entree.operation, entree.structure, entree.statut, entree.code) == ("mss.relever", "1990000019", None, "NO")


def test_identity_with_the_command_or_when_asked(sandbox: Sandbox, ehpad: Emis, tmp_path: Path) -> None:
    with a_la_main(sandbox, ehpad, tmp_path) as fil:
        fil.dire("a AUTHENTICATE EXTERNAL\r\n")
        assert fil.lu.readline() == b"+ \r\n"
        fil.dire("*\r\n")
        assert fil.jusqu_a("a")[-1].startswith("a BAD")
        fil.dire(f"b AUTHENTICATE external {en_base64(INFIRMERIE.upper())}\r\n")
        assert fil.jusqu_a("b")[-1].startswith("b OK [CAPABILITY IMAP4rev1 NAMESPACE")


@pytest.mark.parametrize("mecanisme", ["PLAIN", "XOAUTH2"])
def test_other_mechanisms(sandbox: Sandbox, ehpad: Emis, tmp_path: Path, mecanisme: str) -> None:
    with a_la_main(sandbox, ehpad, tmp_path) as fil:
        fil.dire(f"a AUTHENTICATE {mecanisme} AAAA\r\n")
        assert fil.jusqu_a("a")[-1].startswith("a NO [CANNOT]")


# --- reading ---


def test_a_whole_reading(sandbox: Sandbox, ehpad: Emis, tmp_path: Path, boite: str) -> None:
    premier, second = sandbox.mss.messages(boite)
    with imap(sandbox, ehpad, tmp_path, boite) as client:
        assert client.namespace()[1] == [b'(("" "/")) NIL NIL']
        assert client.list()[1] == [b'(\\HasNoChildren) "/" INBOX', b'(\\HasNoChildren \\Sent) "/" Sent']
        assert client.select()[1] == [b"2"]
        assert client.response("RECENT")[1] == [b"2"]
        assert client.response("UIDNEXT")[1] == [b"3"]
        assert client.response("PERMANENTFLAGS")[1] == [b"(\\Answered \\Flagged \\Deleted \\Seen \\Draft)"]
        assert client.uid("SEARCH", "UNSEEN")[1] == [b"1 2"]
        assert client.uid("SEARCH", "HEADER", "Message-ID", "<deux@essai>")[1] == [b"2"]
        _, recu = client.uid("FETCH", "1", "(UID FLAGS RFC822.SIZE BODY.PEEK[])")
        assert recu[0] == (b"1 (UID 1 FLAGS (\\Recent) RFC822.SIZE %d BODY[] {%d}" % ((len(premier),) * 2), premier)
        assert client.uid("SEARCH", "UNSEEN")[1] == [b"1 2"]
        assert client.uid("FETCH", "2", "BODY[]")[1][0][1] == second
        assert client.uid("SEARCH", "UNSEEN")[1] == [b"1"]
        assert client.uid("STORE", "1", "+FLAGS", "(\\seen \\Answered)")[1] == [
            b"1 (UID 1 FLAGS (\\Answered \\Recent \\Seen))"
        ]
        client.uid("STORE", "1", "+FLAGS.SILENT", "\\Deleted")
        assert client.expunge()[1] == [b"1"]
        assert client.uid("SEARCH", "ALL")[1] == [b"2"]
        client.close()
    assert sandbox.mss.messages(boite) == (second,)
    entree = sandbox.journal.entrees[-1]
    assert (entree.operation, entree.code, entree.statut) == ("mss.relever", "OK", None)


def test_uidvalidity_and_uids_last(sandbox: Sandbox, ehpad: Emis, tmp_path: Path, boite: str) -> None:
    vus = []
    for _ in range(2):
        with imap(sandbox, ehpad, tmp_path, boite) as client:
            client.select()
            vus.append(client.response("UIDVALIDITY")[1])
            client.uid("STORE", "1", "+FLAGS", "\\Deleted")
            client.close()
    assert vus[0] == vus[1]
    with imap(sandbox, ehpad, tmp_path, boite) as client:
        client.select()
        assert client.response("RECENT")[1] == [b"0"]
        assert client.uid("SEARCH", "1:*")[1] == [b"2"]


def test_examine_changes_nothing(sandbox: Sandbox, ehpad: Emis, tmp_path: Path, boite: str) -> None:
    with imap(sandbox, ehpad, tmp_path, boite) as client:
        client.select(readonly=True)
        client.uid("FETCH", "1", "BODY[]")
        assert client.uid("SEARCH", "UNSEEN")[1] == [b"1 2"]
        assert client.uid("STORE", "1", "+FLAGS", "\\Deleted")[0] == "NO"
        assert client.expunge()[0] == "NO"


def test_arrivals_and_departures_are_told(sandbox: Sandbox, ehpad: Emis, tmp_path: Path, boite: str) -> None:
    with imap(sandbox, ehpad, tmp_path, boite) as un, imap(sandbox, ehpad, tmp_path, boite) as deux:
        un.select()
        deux.select()
        with smtp(sandbox, ehpad, tmp_path) as client:
            client.sendmail(INFIRMERIE, boite, SANS_ARCHIVE.octets())
        un.response("EXISTS")
        un.noop()
        assert un.response("EXISTS")[1] == [b"3"]
        un.uid("STORE", "1:2", "+FLAGS", "\\Deleted")
        un.uid("EXPUNGE", "1")
        deux.response("EXPUNGE")
        deux.noop()
        assert deux.response("EXPUNGE")[1] == [b"1"]
        assert deux.uid("SEARCH", "ALL")[1] == [b"2 3"]


def test_parts_of_a_message(sandbox: Sandbox, ehpad: Emis, tmp_path: Path, boite: str) -> None:
    entier = sandbox.mss.messages(boite)[0]
    with imap(sandbox, ehpad, tmp_path, boite) as client:
        client.select()
        entetes = client.uid("FETCH", "1", "BODY.PEEK[HEADER]")[1][0][1]
        texte = client.uid("FETCH", "1", "BODY.PEEK[TEXT]")[1][0][1]
        assert entetes + texte == entier
        assert entetes.endswith(b"\r\n\r\n")
        champs = client.uid("FETCH", "1", "BODY.PEEK[HEADER.FIELDS (x-mss-nil Received)]")[1][0][1]
        assert champs.splitlines()[0].startswith(b"Received: from")
        assert champs.endswith(b"\r\nX-MSS-NIL: DUI000001\r\n\r\n")
        _, morceau = client.uid("FETCH", "1", "BODY.PEEK[]<10.5>")
        assert morceau[0] == (b"1 (UID 1 BODY[]<10> {5}", entier[10:15])
        assert client.fetch("1", "(INTERNALDATE)")[1][0].startswith(b'1 (INTERNALDATE "')
        assert client.status("INBOX", "(MESSAGES UNSEEN UIDNEXT)")[1] == [b"INBOX (MESSAGES 2 UNSEEN 2 UIDNEXT 3)"]


def test_a_copy_is_filed(sandbox: Sandbox, ehpad: Emis, tmp_path: Path) -> None:
    with imap(sandbox, ehpad, tmp_path, DUI) as client:
        assert client.append("Sent", "(\\Seen)", "", Courrier().octets())[1][0].startswith(b"[APPENDUID ")
        client.select("Sent", readonly=True)
        assert client.uid("FETCH", "1", "(FLAGS BODY[])")[1][0][1] == Courrier().octets()
    assert not any(octets == Courrier().octets() for octets in sandbox.mss.messages(DUI))


def test_pipelining(sandbox: Sandbox, ehpad: Emis, tmp_path: Path, boite: str) -> None:
    with a_la_main(sandbox, ehpad, tmp_path) as fil:
        fil.dire(
            f"a AUTHENTICATE EXTERNAL {en_base64(boite)}\r\nb SELECT inbox\r\n"
            "c UID FETCH 1 (UID FLAGS)\r\nd UID FETCH 2 (RFC822.SIZE)\r\ne LOGOUT\r\n"
        )
        lignes = fil.jusqu_a("e")
    assert "* 1 FETCH (UID 1 FLAGS (\\Recent))" in lignes
    assert [ligne[:4] for ligne in lignes if ligne[0] in "abcde"] == [f"{e} OK" for e in "abcde"]
    assert lignes.index("* 1 FETCH (UID 1 FLAGS (\\Recent))") < next(n for n, x in enumerate(lignes) if x[:4] == "c OK")


def test_literals(sandbox: Sandbox, ehpad: Emis, tmp_path: Path, boite: str) -> None:
    with a_la_main(sandbox, ehpad, tmp_path) as fil:
        fil.dire(f"a AUTHENTICATE EXTERNAL {en_base64(boite)}\r\nb SELECT {{5}}\r\n")
        fil.jusqu_a("a")
        assert fil.lu.readline().startswith(b"+ ")
        fil.dire("INBOX\r\n")
        assert fil.jusqu_a("b")[-1] == "b OK [READ-WRITE] SELECT completed"
        fil.dire("c UID SEARCH HEADER {10}\r\n")
        assert fil.lu.readline().startswith(b"+ ")
        fil.dire('Message-ID "<deux@essai>"\r\n')
        assert fil.jusqu_a("c") == ["* SEARCH 2", "c OK Search completed"]


REFUS = {
    "inconnue": ("FAIRE", "BAD"),
    "dossier": ("SELECT Ailleurs", "NO"),
    "dossier_non_dit": ("SELECT", "BAD"),
    "creation": ("CREATE Ailleurs", "NO"),
    "ensemble": ("UID FETCH 1;2 FLAGS", "BAD"),
    "element": ("UID FETCH 1 BODYSTRUCTURE", "BAD"),
    "critere": ("UID SEARCH CHOSE", "BAD"),
    "charset": ("UID SEARCH CHARSET KOI8-R ALL", "NO"),
    "marquage": ("UID STORE 1 DRAPEAUX \\Seen", "BAD"),
    "parenthese": ("UID FETCH 1 (FLAGS", "BAD"),
    "guillemet": ('SELECT "INBOX', "BAD"),
    "litteral_trop_grand": ("SELECT {9000}", "BAD"),
    "depot_trop_grand": ("APPEND Sent {26214401}", "BAD"),
    "authentifie": ("AUTHENTICATE EXTERNAL =", "BAD"),
    "tls": ("STARTTLS", "BAD"),
}


@pytest.mark.parametrize("nom", REFUS)
def test_refused_commands(sandbox: Sandbox, ehpad: Emis, tmp_path: Path, nom: str) -> None:
    commande, statut = REFUS[nom]
    with a_la_main(sandbox, ehpad, tmp_path) as fil:
        fil.dire(f"a AUTHENTICATE EXTERNAL {en_base64(INFIRMERIE)}\r\nb SELECT INBOX\r\n")
        fil.jusqu_a("b")
        fil.dire(f"x {commande}\r\ny NOOP\r\n")
        assert fil.jusqu_a("x")[-1].startswith(f"x {statut} ")
        assert fil.jusqu_a("y")[-1].startswith("y OK")


def test_too_many_mistakes_and_too_long_a_line_end_the_connection(
    sandbox: Sandbox, ehpad: Emis, tmp_path: Path
) -> None:
    with a_la_main(sandbox, ehpad, tmp_path) as fil:
        fil.dire("x FAIRE\r\n" * 20)
        assert fil.jusqu_a("* BYE")[-1] == "* BYE Too many invalid commands"
        assert fil.lu.readline() == b""
    with a_la_main(sandbox, ehpad, tmp_path) as fil:
        with suppress(OSError):  # it may hang up before all is written
            fil.dire("x" * 200_000)
        with pytest.raises((OSError, AssertionError)):
            fil.jusqu_a("x")


# --- faults ---


def test_unavailable_then_ok(sandbox: Sandbox, ehpad: Emis, tmp_path: Path) -> None:
    sandbox.pannes.activer("503-then-ok", service="mss", operation="mss.relever")
    with imap(sandbox, ehpad, tmp_path) as client:
        with pytest.raises(imaplib.IMAP4.error, match="UNAVAILABLE"):
            client.authenticate("EXTERNAL", lambda _: INFIRMERIE.encode())
        client.authenticate("EXTERNAL", lambda _: INFIRMERIE.encode())
        sandbox.pannes.activer("503-then-ok", service="mss")
        assert client.select()[0] == "NO"
        assert client.select()[0] == "OK"
    attendues = [("NO", "503-then-ok"), ("OK", None), ("NO", "503-then-ok"), ("OK", None)]
    assert [(e.code, e.panne) for e in sandbox.journal.entrees[-4:]] == attendues


def test_latency(sandbox: Sandbox, ehpad: Emis, tmp_path: Path) -> None:
    sandbox.pannes.activer("latency", operation="mss.relever", secondes=0.3)
    debut = time.perf_counter()
    with imap(sandbox, ehpad, tmp_path, INFIRMERIE):
        assert time.perf_counter() - debut >= 0.3


def test_flags_are_set_and_the_answer_is_lost(sandbox: Sandbox, ehpad: Emis, tmp_path: Path, boite: str) -> None:
    sandbox.pannes.activer("accept-then-lose-reply", operation="mss.marquer_lu")
    with imap(sandbox, ehpad, tmp_path, boite) as client:
        client.select()
        with pytest.raises((imaplib.IMAP4.abort, OSError)):
            client.uid("STORE", "1", "+FLAGS.SILENT", "\\Seen")
    entree = sandbox.journal.entrees[-1]
    assert (entree.operation, entree.code, entree.panne) == ("mss.marquer_lu", None, "accept-then-lose-reply")
    with imap(sandbox, ehpad, tmp_path, boite) as client:
        client.select()
        assert client.uid("SEARCH", "UNSEEN")[1] == [b"2"]


# --- together ---


def test_two_structures_read_at_once(sandbox: Sandbox, ehpad: Emis, urgences: Emis, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with smtp(sandbox, ehpad, tmp_path) as client:
        for _ in range(3):
            client.sendmail(INFIRMERIE, (INFIRMERIE, URGENCES_BAL), SANS_ARCHIVE.octets())
    lus: dict[str, list[bytes]] = {}

    def relever(emis: Emis, dossier: str, nom: str) -> None:
        with imap(sandbox, emis, tmp_path / dossier, nom) as client:
            client.select(readonly=True)
            uids = client.uid("SEARCH", "ALL")[1][0].split()
            lus[nom] = [client.uid("FETCH", uid.decode(), "BODY.PEEK[]")[1][0][1] for uid in uids]

    fils = [
        threading.Thread(target=relever, args=(ehpad, "a", INFIRMERIE)),
        threading.Thread(target=relever, args=(urgences, "b", URGENCES_BAL)),
    ]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(30)
    assert lus == {nom: list(sandbox.mss.messages(nom)) for nom in (INFIRMERIE, URGENCES_BAL)}


def test_no_address_in_the_journal(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    with Sandbox(dossier=tmp_path / "sortie") as sandbox:
        emis = sandbox.certificats(EHPAD).mss
        with a_la_main(sandbox, emis, tmp_path) as fil:
            fil.dire(f"a AUTHENTICATE EXTERNAL {en_base64('canari@patient.mssante.fr')}\r\n")
            fil.dire(f"b AUTHENTICATE EXTERNAL {en_base64(INFIRMERIE)}\r\n")
            fil.dire("c SELECT canari\r\nd CANARI\r\ne UID SEARCH CANARI\r\nf LOGOUT\r\n")
            fil.jusqu_a("f")
            assert fil.lu.readline() == b""
        ecrit = (tmp_path / "sortie" / "journal.jsonl").read_text("utf-8") + repr(sandbox.journal.entrees) + caplog.text
    assert "mss.relever" in ecrit
    for secret in ("canari", "CANARI", "infirmerie", "@"):
        assert secret not in ecrit
