"""Messages of others: read without being trusted, whatever they are made of."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mss_outils import BOITE, CITOYEN, NUMERO, PDF, dlu, rediger, remplacer, xdm

from segur_socles.errors import Constat, Gravite
from segur_socles.mss import mime_lecture
from segur_socles.mss.lecture import lire_message
from segur_socles.mss.types import Emplacement, MessageRecu
from segur_socles.xds.xdm_lecture import ArchiveLue, ArchiveRefusee

REFUSEE = ArchiveRefusee((Constat("archive", "illisible"),))

# Written by hand after the samples of the national texts; the archive is not one.
LETTRE = b"""\
Return-Path: <marie.martin@cabinet.mssante.fr>
From: =?utf-8?q?Dr=5FMarie=5FMARTIN=5FCabinet_M=C3=A9dical?= <marie.martin@cabinet.mssante.fr>
To: infirmerie@ehpad-les-tilleuls.mssante.fr
Subject:
 XDM/1.0/DDM+Lettre de liaison a la sortie d'un etabl VIAL Paul 26/11/1978
Date: Mon, 01 Jun 2026 10:00:00 +0200
Message-ID: <20260601100000.4f2c@cabinet.mssante.fr>
Disposition-Notification-To: Marie MARTIN <marie.martin@cabinet.mssante.fr>
X-MSS-NIL: DEV935997
X-MSS-CODECDA: 34105-7
X-MSS-INS: O
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="B1"

--B1
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: quoted-printable

Bonjour, veuillez trouver ci-joint l'=C3=A9t=C3=A9.
--B1
Content-Type: application/zip; name="IHE_XDM.zip"
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename="IHE_XDM.zip"

UEsDBA==
--B1
Content-Type: application/pdf
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename*=UTF-8''20260601_%C3%89t%C3%A9_VIAL_Paul.pdf

JVBERi0=
--B1--
""".replace(b"\n", b"\r\n")


def lire(octets: bytes) -> MessageRecu:
    return lire_message(octets, lire_archive=lambda _: REFUSEE)


def champs(recu: MessageRecu) -> list[str]:
    return [constat.champ for constat in recu.constats]


# --- what is read ----------------------------------------------------------------------------------------


def test_a_letter_is_read_whole() -> None:
    vues: list[bytes] = []

    def lire_archive(octets: bytes) -> ArchiveRefusee:
        vues.append(octets)
        return REFUSEE

    ou = Emplacement("a@b.mssante.fr", 7, 42, None)
    recu = lire_message(LETTRE, emplacement=ou, lire_archive=lire_archive)
    assert recu.octets == LETTRE
    assert (recu.uid, recu.message_id) == (42, "<20260601100000.4f2c@cabinet.mssante.fr>")
    assert recu.expediteur == "marie.martin@cabinet.mssante.fr"
    assert recu.destinataires == ("infirmerie@ehpad-les-tilleuls.mssante.fr",)
    assert recu.objet == "XDM/1.0/DDM+Lettre de liaison a la sortie d'un etabl VIAL Paul 26/11/1978"
    assert recu.date == datetime(2026, 6, 1, 10, tzinfo=timezone(timedelta(hours=2)))
    assert recu.texte == "Bonjour, veuillez trouver ci-joint l'été."
    assert [(p.nom, p.type_mime, p.octets) for p in recu.pieces] == [
        ("IHE_XDM.zip", "application/zip", b"PK\x03\x04"),
        ("20260601_Été_VIAL_Paul.pdf", "application/pdf", b"%PDF-"),
    ]
    assert vues == [b"PK\x03\x04"]
    assert recu.archive is REFUSEE
    assert recu.accuse_demande == "marie.martin@cabinet.mssante.fr"
    assert (recu.accuse, recu.constats) == (None, ())


@pytest.mark.exigence("ECO.2.1.2")
@pytest.mark.parametrize("avec_ins", [True, False])
def test_what_we_write_we_read_without_a_finding(avec_ins: bool) -> None:
    document = dlu(avec_ins=avec_ins)
    recu = lire_message(rediger(document, archive=xdm(document), accuse=True).octets)
    assert isinstance(recu.archive, ArchiveLue)
    assert [lu.octets for lu in recu.archive.documents] == [document.octets]
    assert recu.identite is not None
    assert recu.identite.nom_naissance == "VIAL"
    assert recu.accuse_demande == BOITE.adresse
    assert recu.constats == ()


def test_bare_line_feeds_and_raw_accents_are_read_too() -> None:
    recu = lire(remplacer(LETTRE, (b"\r\n", b"\n"), (b"etabl", "établ".encode())))
    assert recu.objet.endswith("d'un établ VIAL Paul 26/11/1978")
    assert len(recu.pieces) == 2


@pytest.mark.parametrize(
    ("nom", "sujet", "vue"),
    [
        (b"ihe_xdm.Zip", b"XDM/1.0/DDM", True),
        (b"IHE_XDM.ZIP", b"Sans marque", True),
        (b"autre.zip", b"Re: [Annule et remplace] xdm/1.0/ddm", True),
        (b"autre.zip", b"Sans marque", False),
    ],
)
def test_the_archive_is_known_by_its_name_or_by_the_subject(nom: bytes, sujet: bytes, vue: bool) -> None:
    recu = lire(remplacer(LETTRE, (b"IHE_XDM.zip", nom), (b"XDM/1.0/DDM", sujet)))
    assert recu.archive is (REFUSEE if vue else None)
    assert ("pieces" in champs(recu)) is not vue


@pytest.mark.exigence("ECO.2.1.1")
def test_two_archives_are_refused_unread() -> None:
    partie = LETTRE[
        LETTRE.index(b"--B1\r\nContent-Type: application/zip") : LETTRE.index(b"--B1\r\nContent-Type: application/pdf")
    ]
    recu = lire(remplacer(LETTRE, (partie, partie + partie)))
    assert isinstance(recu.archive, ArchiveRefusee)
    assert recu.archive is not REFUSEE
    assert "plusieurs archives" in recu.archive.explication


def test_an_archive_inside_a_forwarded_message_is_not_taken() -> None:
    dehors = b'Subject: fwd\r\nContent-Type: multipart/mixed; boundary="D"\r\n\r\n--D\r\n'
    recu = lire(dehors + b"Content-Type: message/rfc822\r\n\r\n" + LETTRE + b"\r\n--D--\r\n")
    assert (recu.archive, recu.identite) == (None, None)
    assert [p.type_mime for p in recu.pieces] == ["message/rfc822"]
    assert b"20260601100000.4f2c" in recu.pieces[0].octets
    assert [c.message for c in recu.constats if c.champ == "pieces"] == [
        "1 message transféré avec une archive, qui n'est pas lue"
    ]


def test_an_archive_inside_an_encoded_message_is_told_too() -> None:
    dehors = b'Subject: fwd\r\nContent-Type: multipart/mixed; boundary="D"\r\n\r\n--D\r\n'
    partie = b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    recu = lire(dehors + partie + b64encode(LETTRE) + b"\r\n--D--\r\n")
    assert "pieces" in champs(recu)
    sans = remplacer(LETTRE, (b"application/zip", b"text/csv"), (b"IHE_XDM.zip", b"notes.csv"))
    assert "pieces" not in champs(lire(dehors + partie + b64encode(sans) + b"\r\n--D--\r\n"))


def test_further_zips_are_counted() -> None:
    zip_ = b"--B1\r\nContent-Type: application/zip; name=vial.zip\r\n\r\nPK\r\n"
    recu = lire(
        remplacer(
            LETTRE, (b"--B1\r\nContent-Type: application/pdf", zip_ * 2 + b"--B1\r\nContent-Type: application/pdf")
        )
    )
    assert recu.archive is REFUSEE
    assert [constat.message for constat in recu.constats] == ["2 archives ZIP non lues"]


def test_a_name_that_decodes_to_an_address_is_no_address() -> None:
    leurre = b64encode(b"<faux@medecin.mssante.fr>")
    recu = lire(b"From: =?utf-8?b?" + leurre + b"?= <vrai@x.mssante.fr>\r\n\r\n")
    assert recu.expediteur == "vrai@x.mssante.fr"


def test_encoded_line_feeds_cannot_become_headers() -> None:
    recu = lire(b"Subject: =?utf-8?q?a=0D=0ABcc:_x@y.fr?=\r\n\r\n")
    assert recu.objet == "a Bcc: x@y.fr"


def test_a_date_without_zone_is_utc() -> None:
    assert lire(b"Date: Mon, 01 Jun 2026 10:00:00 -0000\r\n\r\n").date == datetime(2026, 6, 1, 10, tzinfo=UTC)
    assert lire(b"Date: hier\r\n\r\n").date is None


@pytest.mark.parametrize(
    ("charset", "octets"), [("latin-1", b"\xe9t\xe9"), ("inconnu-7", "été".encode()), ("utf-8", "été".encode())]
)
def test_texts_are_decoded_whatever_their_charset(charset: str, octets: bytes) -> None:
    assert lire(f"Content-Type: text/plain; charset={charset}\r\n\r\n".encode() + octets).texte == "été"


# --- who gets a receipt ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        (b"Return-Path: <marie.martin@", b"Return-Path: <autre@"),
        (b"To: Marie MARTIN <marie.martin@", b"To: <autre@"),
        (b"To: Marie MARTIN <", b"To: a@cabinet.mssante.fr, <"),
    ],
)
def test_a_receipt_for_another_mailbox_is_not_sent(change: tuple[bytes, bytes]) -> None:
    recu = lire(remplacer(LETTRE, change))
    assert recu.accuse_demande is None
    assert champs(recu) == ["Disposition-Notification-To"]


@pytest.mark.parametrize(
    "change",
    [
        (b"MIME-Version", b"Auto-Submitted: auto-replied\r\nMIME-Version"),
        (b"Return-Path: <marie.martin@cabinet.mssante.fr>", b"Return-Path: <>"),
        (b"multipart/mixed", b"multipart/report; report-type=delivery-status"),
        (b"MIME-Version", b"Auto-Submitted: auto-generated\r\nMIME-Version"),
        (b"MIME-Version", b"Precedence: bulk\r\nMIME-Version"),
    ],
)
def test_what_is_automatic_gets_no_receipt_and_is_read(change: tuple[bytes, bytes]) -> None:
    recu = lire(remplacer(LETTRE, change))
    assert (recu.accuse_demande, recu.archive, recu.constats) == (None, REFUSEE, ())


def test_a_failure_of_no_message_is_no_receipt_and_is_read() -> None:
    recu = lire(remplacer(LETTRE, (b"Subject:\r\n ", b"Subject: [KO Integration systeme !][902] ")))
    assert (recu.accuse, recu.accuse_demande, recu.archive) == (None, None, REFUSEE)
    assert champs(recu) == ["Subject"]


def test_a_notification_out_of_a_report_is_no_receipt_and_hides_nothing() -> None:
    piece = b"--B1\r\nContent-Type: message/disposition-notification\r\n\r\nDisposition: a/b; processed\r\n"
    recu = lire(
        remplacer(LETTRE, (b"--B1\r\nContent-Type: application/zip", piece + b"--B1\r\nContent-Type: application/zip"))
    )
    assert (recu.accuse, recu.archive) == (None, REFUSEE)
    assert champs(recu) == ["message"]


@pytest.mark.parametrize(
    ("expediteur", "lu"),
    [
        ("marie@cabinet.mssante.fr", "marie@cabinet.mssante.fr"),
        ("marie@cabinet.mssante.fr (Dr MARTIN)", "marie@cabinet.mssante.fr"),
        ('"MARTIN, Marie: a@b" <marie@cabinet.mssante.fr>', "marie@cabinet.mssante.fr"),
        ("Dr. Marie MARTIN (Paris) <marie@cabinet.mssante.fr>", "marie@cabinet.mssante.fr"),
        ("marie@cabinet.mssante.fr)<evil@autre.mssante.fr>", ""),
        ("marie@cabinet.mssante.fr <evil@autre.mssante.fr>", ""),
        ("marie@cabinet.mssante.fr, evil@autre.mssante.fr", ""),
        ("marie@cabinet.mssante.fr\r\nFrom: evil@autre.mssante.fr", ""),
        ("groupe: marie@cabinet.mssante.fr;", ""),
        ("<marie@cabinet.mssante.fr> <evil@autre.mssante.fr>", ""),
        (f"marie@cabinet.mssante.fr{' ' * 9000}, evil@autre.mssante.fr", ""),
        ("Marie", ""),
    ],
)
def test_a_sender_is_one_mailbox_or_none(expediteur: str, lu: str) -> None:
    entete = f"From: {expediteur}\r\nMessage-ID: <a@b.mssante.fr>\r\nX-MSS-NIL: 1\r\n"
    demande = "Disposition-Notification-To: evil@autre.mssante.fr\r\n"
    recu = lire(f"{entete}\r\nBonjour".encode())
    assert recu.expediteur == lu
    assert champs(recu) == ([] if lu else ["From"])
    assert lire(f"{entete}{demande}\r\nBonjour".encode()).accuse_demande is None


def test_without_a_return_path_the_sender_is_compared() -> None:
    sans = LETTRE.split(b"\r\n", 1)[1]
    assert lire(sans).accuse_demande == "marie.martin@cabinet.mssante.fr"
    assert lire(remplacer(sans, (b"?= <marie.", b"?= <autre."))).accuse_demande is None


def test_no_receipt_leaves_the_mssante_space() -> None:
    recu = lire(remplacer(LETTRE, (b"cabinet.mssante.fr>", b"example.org>")))
    assert recu.accuse_demande is None
    assert champs(recu) == ["From"]


# --- where the rules are broken --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "champ"),
    [
        ([(b"X-MSS-NIL: DEV935997\r\n", b"")], "X-MSS-NIL"),
        ([(b"Message-ID: <20260601100000.4f2c@cabinet.mssante.fr>\r\n", b"")], "Message-ID"),
        ([(b"Subject:\r\n XDM/1.0/DDM+", b"Subject: ")], "Subject"),
        ([(b"text/plain", b"text/html")], "message"),
    ],
)
def test_each_rule_broken_is_told(changes: list[tuple[bytes, bytes]], champ: str) -> None:
    assert champs(lire(remplacer(LETTRE, *changes))) == [champ]


def test_headers_about_an_archive_that_is_not_there() -> None:
    recu = lire(remplacer(LETTRE, (b"application/zip", b"text/csv"), (b"IHE_XDM.zip", b"notes.csv")))
    assert champs(recu) == ["X-MSS-CODECDA", "X-MSS-INS", "message"]


@pytest.mark.parametrize(
    ("change", "champ"),
    [
        ((b"X-MSS-CODECDA: 74207-2", b"X-MSS-CODECDA: 34112-3"), "X-MSS-CODECDA"),
        ((b"X-MSS-CODECDA: 74207-2", b"X-MSS-CODECDA: 74207-2,34112-3"), "X-MSS-CODECDA"),
        ((b"X-MSS-CODECDA: 74207-2\r\n", b""), "X-MSS-CODECDA"),
        ((b"X-MSS-INS: O", b"X-MSS-INS: N"), "X-MSS-INS"),
        ((b"X-MSS-INS: O\r\n", b""), "X-MSS-INS"),
        ((b"application/pdf", b"image/png"), "message"),
    ],
)
def test_headers_must_agree_with_the_archive(change: tuple[bytes, bytes], champ: str) -> None:
    octets = rediger(dlu(), archive=xdm(dlu())).octets
    assert champs(lire_message(remplacer(octets, change))) == [champ]


SUJET = b"Subject: XDM/1.0/DDM+Document de liaison d'urgence VIAL PAUL 26/11/1978"


@pytest.mark.parametrize(
    ("sujet", "contraires"),
    [
        ("XDM/1.0/DDM+Document DURAND MARIE 01/01/1950", "nom, date de naissance"),
        ("XDM/1.0/DDM+Document de liaison d'urgence DURAND PAUL", "nom"),
        ("XDM/1.0/DDM+2 documents VIAL MARIE 26/11/1978", "prénom"),
        ("XDM/1.0/DDM+CR VIAL PAUL 27/11/1978", "date de naissance"),
        ("Re: xdm/1.0/ddm+document de liaison d'urgence v=?utf-8?q?=C3=AF?=al-paul 26-11-1978", None),
        ("XDM/1.0/DDM+CR du 01/02/2026 VI AL Paul 26/11/1978", None),
        ("XDM/1.0/DDM+Document de liaison d'urgence", None),
        ("XDM/1.0/DDM+Document de liaison d'urgence VIAL P. 26.11.1978", None),
        ("XDM/1.0/DDM+CR de biologie", None),
        ("XDM/1.0/DDM", None),
    ],
)
@pytest.mark.exigence("ECO.2.1.2")
def test_a_subject_about_another_person_is_told(sujet: str, contraires: str | None) -> None:
    octets = rediger(dlu(), archive=xdm(dlu())).octets
    recu = lire_message(remplacer(octets, (SUJET, f"Subject: {sujet}".encode())))
    assert recu.identite is not None
    assert recu.identite.nom_naissance == "VIAL"
    attendus = [f"l'objet ne désigne pas la personne de l'archive : {contraires}"] if contraires else []
    assert [constat.message for constat in recu.constats] == attendus
    assert all(constat.gravite is Gravite.ERREUR for constat in recu.constats)


def test_an_ins_that_is_not_in_the_archive_is_told() -> None:
    document = dlu(avec_ins=False)
    octets = rediger(document, archive=xdm(document)).octets
    assert champs(lire_message(remplacer(octets, (b"X-MSS-INS: N", b"X-MSS-INS: O")))) == ["X-MSS-INS"]


def test_a_citizen_needs_no_software_number() -> None:
    recu = lire(f"From: {CITOYEN}\r\nMessage-ID: <a@b>\r\n\r\nMerci".encode())
    assert recu.constats == ()
    vu = repr(recu)
    assert not [secret for secret in (NUMERO, "patient", "Merci") if secret in vu]


def test_findings_hold_nothing_of_the_message() -> None:
    recu = lire(remplacer(LETTRE, (b"marie.martin@cabinet", b"vial@secret"), (b"X-MSS-NIL", b"X-Vial")))
    dits = " ".join(map(str, recu.constats))
    assert "X-MSS-NIL" in dits
    assert not [secret for secret in ("vial", "VIAL", "secret", "1978") if secret in dits]


# --- hostile mail ----------------------------------------------------------------------------------------

EMBOITE = b"".join(
    f'Content-Type: multipart/mixed; boundary="b{rang}"\r\n\r\n--b{rang}\r\n'.encode() for rang in range(3000)
)


@pytest.mark.parametrize(
    ("octets", "motif"),
    [
        (EMBOITE, "niveaux"),
        (b"Content-Type: message/rfc822\r\n\r\n" * 3000, "niveaux"),
        (b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\n" * 5000, "parties"),
        (b"a:b\r\n" * 50_000, "en-têtes"),
        (b'Content-Type: multipart/mixed; x="' + b'";' * 100_000, "en-têtes"),
        (b"Content-Type: text/plain\r\n" + b" ;x\r\n" * 100_000, "en-têtes"),
    ],
    ids=["multiparts", "messages", "parties", "champs", "paramètres", "repliés"],
)
def test_a_message_out_of_bounds_is_told_and_its_parts_are_left(octets: bytes, motif: str) -> None:
    recu = lire(b"Message-ID: <a@b.mssante.fr>\r\nFrom: a@b.mssante.fr\r\nX-MSS-NIL: 1\r\n" + octets)
    assert recu.message_id == "<a@b.mssante.fr>"
    assert recu.pieces == ()
    assert [motif in constat.message for constat in recu.constats] == [True]


@pytest.mark.parametrize(
    "motif",
    [b"content-a:" * 400 + b"\r\n", b"--b\r\n\r\n", b"\r\n a: b", b"\r\n\r\n:\r", b"content-a:" * 400 + b"\r\n "],
)
def test_each_byte_is_looked_at_once_for_headers(motif: bytes) -> None:
    octets = b"From: a@b\r\n\r\nBonjour\r\n" + motif * 500
    rendus = [*mime_lecture.lignes_d_entete(octets)]
    place = 0
    for ligne in rendus:  # in order and without overlap: no more work than there are bytes
        place = octets.index(ligne, place) + len(ligne)
    assert sum(map(len, rendus)) <= len(octets)


def test_the_headers_of_every_part_are_looked_at_and_bodies_are_not() -> None:
    octets = (
        b"A: 1\r\n\r\ncontent-corps: x\r\n\r\nBonjour\r\ncontent-corps: y\r\n"
        b"--b\r\nB: 2\r\n b\r\n\r\nBonjour\n\n--b\n\nC: 3\rD: 4\r\rTexte\r\rTexte"
    )
    assert [*mime_lecture.lignes_d_entete(octets)] == [
        *(b"A: 1", b"content-corps: x", b"b", b"B: 2", b" b", b"b", b"C: 3", b"D: 4")
    ]


def test_a_long_text_is_no_header() -> None:
    recu = lire(b"From: a@b.mssante.fr\r\n\r\nBonjour\r\n" + b"content-a:" * 2000)
    assert len(recu.texte) > 20_000


def test_a_message_too_large_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mime_lecture, "TAILLE", 1024 * 1024)
    recu = lire(LETTRE + b"x" * 1024 * 1024)
    assert (recu.pieces, champs(recu)) == ((), ["message"])
    assert "1 Mio" in recu.constats[0].message


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"\0" * 50,
        b"Content-Type: multipart/mixed\r\n\r\nsans frontiere",
        b"Content-Type: text/plain; charset*=x''%ZZ\r\nContent-Transfer-Encoding: base64\r\n\r\n====",
        b"Content-Disposition: attachment; filename*0*=utf-8''%; filename*x*=1\r\n\r\n",
        b"Subject: =?utf-8?b?A?= =?\xff?q?=GG?=\r\nFrom: <@\xff>,,;\r\nDate: Mon, 99 Foo 99999999999999\r\n\r\n",
        b"Content-Type: message/disposition-notification\r\nContent-Transfer-Encoding: base64\r\n\r\n\xff\xfe",
        b"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n--b--",
        b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 6 \r\n\xff\r\nend",
    ],
)
def test_nothing_makes_the_reader_fail(octets: bytes) -> None:
    assert lire(octets).octets == octets


SOUCHES = (LETTRE, rediger(accuse=True, pdfs=[PDF]).octets, remplacer(LETTRE, (b"application/zip", b"message/rfc822")))


@settings(max_examples=60)
@given(
    st.sampled_from(SOUCHES),
    st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 40), st.binary(max_size=12)), min_size=1, max_size=12),
)
def test_no_mutation_makes_the_reader_fail(souche: bytes, coups: list[tuple[int, int, bytes]]) -> None:
    for debut, longueur, octets in coups:
        souche = souche[:debut] + octets + souche[debut + longueur :]
    assert lire(souche).octets == souche
