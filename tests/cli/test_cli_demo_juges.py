"""What the demonstration writes, read by programs of others: mail, archive, PDF and pages; every accent survives."""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import subprocess
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from lxml import etree, html
from typer.testing import CliRunner

from judges import PROJECT, agency_rules, judge, reference
from segur_socles.cli.commandes import app

HL7 = "{urn:hl7-org:v3}"
DOCUMENT = "IHE_XDM/SUBSET01/DOC0001.XML"
METADONNEES = "IHE_XDM/SUBSET01/METADATA.XML"
ETAPES = 8
ENDROITS = 3


@dataclass(frozen=True)
class Joue:
    """One run: its folder, what it answered, and the record that was played."""

    dossier: Path
    reponse: dict[str, Any]
    record: dict[str, Any]

    def octets(self, nom: str) -> bytes:
        return (self.dossier / nom).read_bytes()

    @property
    def message(self) -> EmailMessage:
        lu = message_from_bytes(self.octets("message.eml"), policy=policy.default)
        assert isinstance(lu, EmailMessage)
        return lu

    def piece(self, media_type: str) -> tuple[str, bytes]:
        """Name and bytes of the only attachment of this type."""
        (piece,) = [p for p in self.message.iter_attachments() if p.get_content_type() == media_type]
        return piece.get_filename() or "", piece.get_payload(decode=True)  # type: ignore[return-value]


@pytest.fixture(scope="module", params=["residente.json", "usager_sad.json"])
def joue(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Joue:
    record = PROJECT / "examples" / request.param
    dossier = tmp_path_factory.mktemp("demo") / "sortie"
    result = CliRunner().invoke(app, ["demo", "--json", "--record", str(record), "--out", str(dossier)])
    assert result.exit_code == 0, result.output
    return Joue(dossier, json.loads(result.stdout), json.loads(record.read_text("utf-8")))


def lancer(*commande: object, dans: Path | None = None) -> bytes:
    lu = subprocess.run([str(c) for c in commande], capture_output=True, check=True, timeout=60, cwd=dans)
    return lu.stdout


def accentues(texte: str) -> set[str]:
    """Words that hold a letter beyond ASCII, ligatures included."""
    mots = re.findall(r"[^\W\d_]+", unicodedata.normalize("NFC", texte))
    return {mot for mot in mots if not mot.isascii()}


def recit(joue: Joue) -> set[str]:
    """Accented words of the document's narrative."""
    racine = etree.fromstring(joue.octets("dlu.xml"))
    morceaux: Iterator[str] = (
        str(t) for section in racine.iter(f"{HL7}section") for bloc in section.findall(f"{HL7}text")
        for t in bloc.itertext()
    )  # fmt: skip
    mots = accentues(" ".join(morceaux))
    assert len(mots) > 20
    return mots


# --- the message -----------------------------------------------------------------------------------------


def test_the_standard_librarys_parser_reads_the_message(joue: Joue) -> None:
    message, boite = joue.message, joue.record["boite"]
    assert not message.defects
    assert not any(part.defects for part in message.walk())
    (expediteur,) = message["From"].addresses
    assert (expediteur.display_name, expediteur.addr_spec) == (boite["nom"], boite["adresse"])
    assert accentues(expediteur.display_name)
    urgences = next(c["adresse"] for c in joue.record["carnet"] if c["role"] == "urgences")
    destinataires = [a.addr_spec for a in message["To"].addresses]
    assert destinataires[0] == urgences
    assert all(a.endswith("mssante.fr") for a in destinataires)
    assert re.fullmatch(r"XDM/1\.0/DDM\+Document de liaison d'urgence [A-Z' -]+ \d{2}/\d{2}/\d{4}", message["Subject"])
    mss = {nom: message[nom] for nom in ("X-MSS-NIL", "X-MSS-CODECDA", "X-MSS-INS")}
    assert mss == {"X-MSS-NIL": "A-OBTENIR", "X-MSS-CODECDA": "74207-2", "X-MSS-INS": "O"}
    assert message["Disposition-Notification-To"] == boite["adresse"]
    texte = message.get_body(("plain",))
    assert texte is not None
    assert {"santé", "à", "intègre"} <= accentues(texte.get_content())
    assert boite["nom"] in texte.get_content()


def test_the_message_holds_one_archive_and_one_pdf_and_nothing_else(joue: Joue) -> None:
    assert [p.get_content_type() for p in joue.message.iter_attachments()] == ["application/zip", "application/pdf"]
    nom, archive = joue.piece("application/zip")
    assert (nom, archive) == ("IHE_XDM.ZIP", joue.octets("IHE_XDM.ZIP"))
    nom, pdf = joue.piece("application/pdf")
    assert re.fullmatch(r"\d{8}_Document de liaison d'urgence_[A-Z' -]+_[A-Z' -]+\.pdf", nom)
    assert pdf == joue.octets("dlu.pdf")


@pytest.mark.juge("munpack")
def test_munpack_takes_the_same_pieces_out(joue: Joue, tmp_path: Path) -> None:
    lancer(judge("munpack"), "-f", joue.dossier / "message.eml", dans=tmp_path)
    sorties = [p.read_bytes() for p in tmp_path.iterdir()]
    assert joue.octets("IHE_XDM.ZIP") in sorties
    assert joue.octets("dlu.pdf") in sorties


# --- the archive -----------------------------------------------------------------------------------------


@pytest.mark.juge("unzip")
def test_unzip_tests_the_archive_and_gives_the_document_back(joue: Joue) -> None:
    archive = joue.dossier / "IHE_XDM.ZIP"
    assert b"No errors detected" in lancer(judge("unzip"), "-t", archive)
    assert lancer(judge("unzip"), "-p", archive, DOCUMENT) == joue.octets("dlu.xml")
    noms = lancer(judge("unzip"), "-Z1", archive).decode().split()
    assert noms == ["INDEX.HTM", "README.TXT", METADONNEES, DOCUMENT]


@pytest.mark.juge("unzip")
def test_the_metadata_are_valid_and_describe_the_document(joue: Joue) -> None:
    lues = etree.fromstring(lancer(judge("unzip"), "-p", joue.dossier / "IHE_XDM.ZIP", METADONNEES))
    schema = etree.XMLSchema(etree.parse(reference("xds", "wsdl", "schema", "ebRS30", "lcm.xsd")))
    schema.assertValid(lues)
    dit = {slot.get("name"): "".join(slot.itertext()).strip() for slot in lues.iter("{*}Slot")}
    document = joue.octets("dlu.xml")
    assert dit["hash"] == hashlib.sha1(document).hexdigest()
    assert dit["size"] == str(len(document))
    assert dit["URI"] == "DOC0001.XML"


@pytest.mark.exigence("CI-SIS/DLU-2022.01")
def test_the_agencys_rules_find_no_error_in_the_document_nor_in_the_one_of_the_archive(
    joue: Joue, tmp_path: Path
) -> None:
    pytest.importorskip("saxonche", reason="juge absent : saxonche ; pip install saxonche")
    with zipfile.ZipFile(joue.dossier / "IHE_XDM.ZIP") as archive:
        recu = Path(archive.extract(DOCUMENT, tmp_path))
    for document in (joue.dossier / "dlu.xml", recu):
        rapport = agency_rules().validate(document)
        assert (rapport.profile, [f.message for f in rapport.errors()]) == ("DLU", [])


# --- what people read ------------------------------------------------------------------------------------


@pytest.mark.juge("pdftotext")
@pytest.mark.parametrize("place", ["dlu.pdf", "message.eml"])
def test_pdftotext_finds_every_accented_word_of_the_narrative(joue: Joue, place: str, tmp_path: Path) -> None:
    pdf = tmp_path / "lu.pdf"
    pdf.write_bytes(joue.octets(place) if place == "dlu.pdf" else joue.piece("application/pdf")[1])
    lu = lancer(judge("pdftotext"), "-raw", "-nopgbrk", pdf, "-").decode()
    assert recit(joue) - accentues(lu) == set()


def chromium(page: Path, profil: Path) -> Any:
    """The page as a browser of its own sees it, which can reach no host."""
    vue = lancer(
        judge("chromium"),
        *("--headless", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"),
        *("--no-first-run", "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={profil}"),
        *(["--no-sandbox"] if os.geteuid() == 0 else []),
        *("--dump-dom", page.as_uri()),
    )
    return html.document_fromstring(vue.decode())


def visible(element: Any) -> str:
    """What a page says, cells and blocks apart, whatever its spaces are."""
    return " ".join(" ".join(element.itertext()).split())


@pytest.mark.juge("chromium")
def test_a_browser_shows_every_accented_word_on_both_pages(joue: Joue, tmp_path: Path) -> None:
    page = chromium(joue.dossier / "dlu.html", tmp_path / "profil")
    assert recit(joue) - accentues(visible(page)) == set()
    rapport = chromium(joue.dossier / "rapport.html", tmp_path / "profil")
    (cadre,) = rapport.xpath("//iframe/@srcdoc")
    assert recit(joue) - accentues(visible(html.document_fromstring(cadre))) == set()
    assert accentues(joue.record["structure"]["nom"]) <= accentues(visible(rapport))


# --- the report and the folder ---------------------------------------------------------------------------


@pytest.fixture
def rapport(joue: Joue) -> Any:
    return html.document_fromstring(joue.octets("rapport.html").decode())


def test_the_report_names_every_step(joue: Joue, rapport: Any) -> None:
    titres = [visible(t) for t in rapport.xpath("//article/h3")]
    joues = [etape["etape"] for etape in joue.reponse["etapes"]]
    assert len(joues) == ETAPES
    assert titres == [f"Étape {rang} : {titre}" for rang, titre in enumerate(joues, 1)]


def test_the_hashes_of_the_report_are_all_that_of_the_document(joue: Joue, rapport: Any) -> None:
    empreintes = [code.text for code in rapport.xpath("//section[@class='preuves']//code")]
    assert empreintes == [hashlib.sha256(joue.octets("dlu.xml")).hexdigest()] * ENDROITS


def test_every_link_of_the_report_leads_to_a_file_beside_it(joue: Joue, rapport: Any) -> None:
    liens = {unquote(href) for href in rapport.xpath("//a/@href") if not href.startswith("#")}
    assert {"./dlu.xml", "./dlu.html", "./dlu.pdf", "./message.eml", "./IHE_XDM.ZIP"} <= liens
    assert [lien for lien in liens if not lien.startswith("./") or not (joue.dossier / lien).exists()] == []


def test_a_persons_data_are_for_the_owner_of_the_folder_only(joue: Joue) -> None:
    modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in joue.dossier.iterdir()}
    masque = modes.pop("journal.jsonl")  # identities are masked in it: it may be shown
    assert masque & 0o022 == 0
    assert modes.pop("echanges") == 0o700
    assert set(modes.values()) == {0o600}
