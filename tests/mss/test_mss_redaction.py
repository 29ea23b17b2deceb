"""The message that carries documents: its bytes, and what it refuses to say."""

from __future__ import annotations

import re
import subprocess
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from mss_outils import (
    ACTEUR,
    BOITE,
    CITOYEN,
    MEDECIN,
    MOMENT,
    NUMERO,
    PDF,
    REPERES,
    TRAITS,
    document,
    entete,
    qualifiee,
    rediger,
    zipper,
)

from judges import judge
from segur_socles._core.ids import SeededIds
from segur_socles.config.messagerie import OptionsMss
from segur_socles.errors import ChampInvalideError
from segur_socles.mss.codes import LIBELLES_SMTP, libelle_smtp, passager_smtp
from segur_socles.mss.nommage import nom_affiche, noms_pdf, objet
from segur_socles.mss.reperes import Reperes
from segur_socles.personnes.boite import BoiteStructure
from segur_socles.personnes.identite import Identite

GOLDEN = Path(__file__).parents[1] / "golden" / "mss-message.eml.txt"


def champs(octets: bytes) -> dict[str, str]:
    return {nom: str(valeur) for nom, valeur in message_from_bytes(octets, policy=default).items()}


# --- names -----------------------------------------------------------------------------------------------


@pytest.mark.exigence("ECO.2.1.3")
def test_a_subject_names_one_document_or_counts_them() -> None:
    imagerie = entete(type="18748-4")
    assert imagerie.type.libelle == "CR d'imagerie médicale"
    assert objet([imagerie]) == "XDM/1.0/DDM+CR d'imagerie médicale VIAL PAUL 26/11/1978"
    assert objet([imagerie, entete(2)]) == "XDM/1.0/DDM+2 documents VIAL PAUL 26/11/1978"


def test_the_label_of_a_subject_has_40_characters_at_most() -> None:
    lettre = entete(type="11490-0")
    assert lettre.type.libelle == "Lettre de liaison à la sortie d'un établissement de soins"
    assert objet([lettre]) == "XDM/1.0/DDM+Lettre de liaison à la sortie d'un établ VIAL PAUL 26/11/1978"


@pytest.mark.exigence("ECO.2.1.6")
def test_pdf_names_are_dated_by_the_act_and_never_the_same_twice() -> None:
    imagerie = entete(type="18748-4")
    assert noms_pdf([imagerie, imagerie, entete(2)]) == (
        "20260601_CR d'imagerie médicale_VIAL_PAUL.pdf",
        "20260601_CR d'imagerie médicale_VIAL_PAUL_2.pdf",
        "20260601_Document de liaison d'urgence_VIAL_PAUL.pdf",
    )


@pytest.mark.exigence("ECO.2.2.7")
def test_a_personal_mailbox_shows_title_first_name_name_and_entity() -> None:
    medecin = ACTEUR.professionnel.model_copy(update={"nom": "Martin", "prenom": "Marie", "titre": "DR"})
    assert nom_affiche(medecin, "Cabinet Medical") == "Dr_Marie_MARTIN_Cabinet Medical"
    assert nom_affiche(medecin.model_copy(update={"titre": None})) == "Marie_MARTIN"


# --- bytes -----------------------------------------------------------------------------------------------


def test_golden_capture() -> None:
    assert rediger().octets.replace(b"\r\n", b"\n").decode("ascii") == GOLDEN.read_text("ascii")


@pytest.mark.exigence("ECO.2.1.1", "ECO.2.2.1", "ECO.2.2.3", "ECO.2.2.4", "ECO.2.4.1", "ECO.2.4.2", "ECO.2.4.3")
def test_a_foreign_reader_finds_every_header_and_part() -> None:
    un, deux = document(1), document(2, type="18748-4")
    pret = rediger(un, deux, pdfs=[PDF, b"%PDF-2"], accuse=True, texte="Très cher confrère =\nPaul va bien. \n.\n")
    lu = message_from_bytes(pret.octets, policy=default)
    assert champs(pret.octets) == {
        "From": "EHPAD Les Tilleuls – infirmerie <infirmerie@ehpad-les-tilleuls.mssante.fr>",
        "To": MEDECIN,
        "Subject": "XDM/1.0/DDM+2 documents VIAL PAUL 26/11/1978",
        "Date": "Mon, 01 Jun 2026 10:00:00 +0200",
        "Message-ID": REPERES.message_id,
        "Disposition-Notification-To": BOITE.adresse,
        "Return-Receipt-To": BOITE.adresse,
        "X-MSS-NIL": "DUI000001",
        "X-MSS-CODECDA": "74207-2,18748-4",
        "X-MSS-INS": "O",
        "MIME-Version": "1.0",
        "Content-Type": 'multipart/mixed; boundary="=_B1"',
    }
    texte, archive, *pdfs = lu.iter_parts()
    assert texte.get_content().replace("\r\n", "\n") == "Très cher confrère =\nPaul va bien. \n.\n"
    assert (archive.get_content_type(), archive.get_filename()) == ("application/zip", "IHE_XDM.ZIP")
    assert archive.get_content() == zipper(un, deux)
    assert [(p.get_content_type(), p.get_filename(), p.get_content()) for p in pdfs] == [
        ("application/pdf", "20260601_Document de liaison d'urgence_VIAL_PAUL.pdf", PDF),
        ("application/pdf", "20260601_CR d'imagerie médicale_VIAL_PAUL.pdf", b"%PDF-2"),
    ]
    assert [part.defects for part in lu.walk()] == [[]] * 5
    assert (pret.documents, pret.accuse_demande) == ((un.unique_id, deux.unique_id), True)


def test_lines_are_short_and_end_as_mail_wants() -> None:
    octets = rediger(texte="é" * 5000 + "\n" + "mot " * 900).octets
    assert re.search(rb"(?<!\r)\n|\r(?!\n)", octets) is None
    assert max(map(len, octets.split(b"\r\n"))) <= 998
    corps = octets.split(b"\r\n\r\n", 1)[1]
    assert max(len(ligne) for ligne in corps.split(b"\r\n") if not ligne.startswith(b"Content-")) <= 76


def test_two_runs_give_the_same_bytes() -> None:
    assert rediger() == rediger()


@pytest.mark.juge("munpack")
def test_munpack_finds_the_same_files(tmp_path: Path) -> None:
    (tmp_path / "mail.eml").write_bytes(rediger().octets)
    (tmp_path / "out").mkdir()
    subprocess.run([judge("munpack"), "-f", "../mail.eml"], cwd=tmp_path / "out", check=True, capture_output=True)
    found = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert found["IHE_XDM.ZIP"] == zipper(document())
    assert PDF in found.values()
    assert any(name.endswith("VIAL_PAUL.pdf") for name in found)


def test_what_is_not_asked_is_not_written() -> None:
    assert not {"Disposition-Notification-To", "Reply-To", "In-Reply-To", "X-MSS-MES"} & set(champs(rediger().octets))


@pytest.mark.exigence("ECO.2.2.2", "ECO.2.2.8")
def test_answers_and_closed_exchanges() -> None:
    ecrits = champs(
        rediger(
            destinataires=[CITOYEN, MEDECIN],
            repondre_a="secretariat@ehpad-les-tilleuls.mssante.fr",
            en_reponse_a="<un@x.mssante.fr>",
            sans_reponse=True,
        ).octets
    )
    assert ecrits["To"] == f"{CITOYEN}, {MEDECIN}"
    assert ecrits["Reply-To"] == "secretariat@ehpad-les-tilleuls.mssante.fr"
    assert (ecrits["In-Reply-To"], ecrits["References"]) == ("<un@x.mssante.fr>", "<un@x.mssante.fr>")
    assert ecrits["X-MSS-MES"] == "FIN"


def test_without_a_qualified_identity_the_headers_say_so() -> None:
    pret = rediger(document(identite=Identite(traits=TRAITS)))
    assert champs(pret.octets)["X-MSS-INS"] == "N"
    assert pret.matricule is None
    assert rediger().matricule == f"{CITOYEN.partition('@')[0]}^^^&1.2.250.1.213.1.4.10&ISO^NH"


def test_the_codes_are_separated_as_configured() -> None:
    pret = rediger(document(1), document(2), options=OptionsMss(separateur_codecda=";"))
    assert champs(pret.octets)["X-MSS-CODECDA"] == "74207-2;74207-2"


def test_the_default_text_names_nobody() -> None:
    texte = message_from_bytes(rediger().octets, policy=default).get_body().get_content()  # type: ignore[union-attr]
    assert "un document de santé" in texte
    assert not {"VIAL", "PAUL", "1978", NUMERO} & set(re.split(r"\W+", texte))


def test_a_recipient_is_written_once() -> None:
    pret = rediger(destinataires=[MEDECIN, "Jean.Dupont@MEDECIN.mssante.fr", "b@x.mssante.fr", MEDECIN])
    assert pret.destinataires == (MEDECIN, "b@x.mssante.fr")


# --- refusals --------------------------------------------------------------------------------------------

AUTRE = qualifiee(TRAITS.model_copy(update={"prenoms": ("JEAN",)}))


@pytest.mark.parametrize(
    ("options", "champ", "motif"),
    [
        ({"documents": ()}, "documents", "aucun document"),
        ({"documents": (document(1), document(2, AUTRE))}, "documents", "la même personne"),
        ({"documents": (document(1), document(2, ipp="RES-2"))}, "documents", "la même personne"),
        ({"documents": (document(1), document(2, Identite(traits=TRAITS)))}, "documents", "la même personne"),
        ({"pdfs": []}, "pdfs", r"0 PDF pour 1 document"),
        ({"pdfs": [b"<html>"]}, "pdfs.0", "pas un PDF"),
        ({"archive": zipper(document(2))}, "archive", "exactement ces documents"),
        ({"archive": zipper(document(1), document(2))}, "archive", "exactement ces documents"),
        ({"archive": b"PK nothing"}, "archive", "exactement ces documents"),
        ({"destinataires": []}, "destinataires", "aucun destinataire"),
        ({"destinataires": [MEDECIN, "a@gmail.com"]}, "destinataires.1", "hors de l'espace"),
        ({"destinataires": ["1 78 11@patient.mssante.fr"]}, "destinataires.0", "hors de l'espace"),
        ({"destinataires": ["178117511200199@patient.mssante.fr"]}, "destinataires.0", "pas celle de la personne"),
        (
            {"documents": (document(identite=Identite(traits=TRAITS)),), "destinataires": [CITOYEN]},
            "destinataires.0",
            "identité est qualifiée",
        ),
        ({"sans_reponse": True}, "sans_reponse", "aucun citoyen"),
        ({"nil": ""}, "nil", "vide"),
        ({"nil": "DUI 1\r\nBcc: x@y.fr"}, "nil", "mal formé"),
        ({"repondre_a": CITOYEN}, "repondre_a", "ne s'écrit pas à la main"),
        ({"en_reponse_a": "<a@b>\r\nBcc: x@y.fr"}, "en_reponse_a", "format refusé"),
        ({"texte": "bonjour\0"}, "texte", "caractère de contrôle"),
        ({"options": OptionsMss(taille_maximale=1000)}, "archive", r"pèserait \d \d{3} octets, et 1 000 octets"),
    ],
)
def test_an_incoherent_message_is_refused(options: dict[str, Any], champ: str, motif: str) -> None:
    documents = options.pop("documents", (document(),))
    if not documents:
        from segur_socles.mss.redaction import rediger_message

        def ecrire() -> object:
            return rediger_message(
                (), zipper(), pdfs=(), boite=BOITE, destinataires=[MEDECIN], nil="D", reperes=REPERES
            )
    else:

        def ecrire() -> object:
            return rediger(*documents, **options)

    with pytest.raises(ChampInvalideError, match=motif) as refus:
        ecrire()
    assert champ in refus.value.champs
    for secret in ("VIAL", "PAUL", "gmail", "patient.mssante.fr", NUMERO):
        assert secret not in str(refus.value)


def test_every_refusal_is_told_at_once() -> None:
    with pytest.raises(ChampInvalideError) as refus:
        rediger(pdfs=[], nil="", destinataires=["x"])
    assert set(refus.value.champs) == {"pdfs", "nil", "destinataires.0"}


def test_nothing_of_the_person_shows_in_a_repr() -> None:
    vu = repr(rediger(destinataires=[CITOYEN]))
    assert not [secret for secret in ("VIAL", NUMERO, "patient", "PDF") if secret in vu]


# --- identifiers -----------------------------------------------------------------------------------------


def test_identifiers_come_from_the_source_given() -> None:
    un = Reperes.tirer(BOITE.adresse, date=MOMENT, ids=SeededIds(1))
    assert un == Reperes.tirer(BOITE.adresse, date=MOMENT, ids=SeededIds(1))
    assert re.fullmatch(r"<[0-9a-f-]{36}@ehpad-les-tilleuls\.mssante\.fr>", un.message_id)
    assert un.envid in un.message_id


@pytest.mark.parametrize(
    "faux",
    [{"message_id": "a@b"}, {"message_id": "<a b@c>"}, {"frontiere": 'a"'}, {"envid": ""}, {"date": "2026-06-01"}],
)
def test_identifiers_that_would_break_a_header_are_refused(faux: dict[str, str]) -> None:
    with pytest.raises(ChampInvalideError) as refus:
        Reperes.model_validate(REPERES.model_dump() | faux)
    assert refus.value.champs == tuple(faux)


# --- SMTP codes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "libelle", "passager"),
    [
        (550, "adresse inconnue ou refusée", False),
        (523, "message trop volumineux pour le destinataire", False),
        (452, "espace de stockage insuffisant", True),
        (111, "connexion impossible au serveur de messagerie", True),
        (499, "refus momentané du serveur de messagerie", True),
        (599, "refus définitif du serveur de messagerie", False),
        (0, "réponse inattendue du serveur de messagerie", False),
    ],
)
def test_smtp_labels(code: int, libelle: str, passager: bool) -> None:
    assert (libelle_smtp(code), passager_smtp(code)) == (libelle, passager)


def test_every_code_of_the_table_is_there() -> None:
    volet = "101 111 251 252 420 421 441 442 422 431 452 552 432 450 451 500 501 502 503 504 510 512 513 550 551 553"
    assert {int(code) for code in f"{volet} 523 530 541 554".split()} <= set(LIBELLES_SMTP)


def test_a_mailbox_shows_no_address() -> None:
    assert "tilleuls" not in repr(BoiteStructure(adresse=BOITE.adresse, nom=BOITE.nom)).lower()
