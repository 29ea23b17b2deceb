"""A document whose body is a PDF gives it back, to the byte, and says what it claims to be."""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode, b64encode, encodebytes
from datetime import UTC, datetime

import pytest
from lxml import html
from rendu_outils import cda, vu

from judges import kit
from segur_socles.documents.rendu.origine import pdf_d_origine
from segur_socles.documents.rendu.page import page_html
from segur_socles.documents.rendu.pdf import pdf_a
from segur_socles.errors import DocumentInvalideError, Gravite

LE = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)


def n1(contenu: str, genre: str = "application/pdf", representation: str = ' representation="B64"') -> bytes:
    """A foreign document whose body is a file."""
    corps = f'<nonXMLBody><text mediaType="{genre}"{representation}>{contenu}</text></nonXMLBody>'
    return re.sub(rb"<structuredBody>.*</structuredBody>", corps.encode(), cda())


def en_base64(octets: bytes) -> str:
    return b64encode(octets).decode("ascii")


def test_the_pdf_of_the_national_example_is_given_back_to_the_byte() -> None:
    octets = kit("ExemplesCDA", "DOC_NON_STRUCTURE_CDA-R2-N1.xml").read_bytes()
    (ecrit,) = re.findall(rb"<text[^>]*representation=\"B64\"[^>]*>([^<]+)<", octets)
    attendu = b64decode(ecrit)
    assert attendu.startswith(b"%PDF-1.5")
    origine = pdf_d_origine(octets)
    assert origine is not None
    assert hashlib.sha256(origine.octets).digest() == hashlib.sha256(attendu).digest()
    assert pdf_a(octets, LE) == attendu
    # The sheet says of this very file: no ``pdfaid`` mark.
    assert origine.pdf_a is None
    (constat,) = origine.constats
    assert constat.gravite is Gravite.AVERTISSEMENT
    assert "ne porte pas la marque PDF/A" in constat.message


def test_the_page_shows_whose_pdf_it_is_and_offers_it_before_the_rest() -> None:
    page = page_html(kit("ExemplesCDA", "DOC_NON_STRUCTURE_CDA-R2-N1.xml").read_bytes())
    racine = html.document_fromstring(page)
    assert "INS à scanner NIR de test" in vu(page)
    titres = [titre.text_content() for titre in racine.xpath("//main//h2")]
    assert titres[1] == "Contenu du document"
    assert racine.xpath("//section[h2='Contenu du document']//a[@download='piece.pdf']")


XMP = b'%%PDF-1.4\n<x:xmpmeta><rdf:Description xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"%s</x:xmpmeta>'


@pytest.mark.parametrize(
    ("xmp", "dit", "constate"),
    [
        (b"><pdfaid:part>1</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>", "1B", False),
        (b"><pdfaid:conformance>A</pdfaid:conformance><pdfaid:part> 1 </pdfaid:part>", "1A", False),
        (b" pdfaid:part='1' pdfaid:conformance='B'/>", "1B", False),
        (b' pdfaid:part="2" pdfaid:conformance="U"/>', "2U", True),
        (b' pdfaid:part="4"/>', "4", True),
        (b' pdfaid:part="12"/>', None, True),
        (b"/>", None, True),
    ],
)
def test_the_mark_is_read_in_either_form_and_another_part_is_told(xmp: bytes, dit: str | None, constate: bool) -> None:
    pdf = XMP % xmp
    origine = pdf_d_origine(n1(en_base64(pdf)))
    assert origine is not None
    assert (origine.octets, origine.pdf_a, bool(origine.constats)) == (pdf, dit, constate)


def test_a_copy_of_ours_bears_the_mark() -> None:
    origine = pdf_d_origine(n1(encodebytes(pdf_a(cda(), LE)).decode("ascii")))
    assert origine is not None
    assert (origine.pdf_a, origine.constats) == ("1B", ())
    assert repr(origine).count("%PDF") == 0


def test_what_is_not_a_pdf_gives_none_back() -> None:
    assert pdf_d_origine(cda()) is None
    assert pdf_d_origine(n1("Bonjour", "text/plain", "")) is None
    image = n1("/9j/2Q==", "image/jpeg")
    assert pdf_d_origine(image) is None
    with pytest.raises(DocumentInvalideError, match="ni du texte ni un PDF"):
        pdf_a(image, LE)


@pytest.mark.parametrize("contenu", ["%%%", "", en_base64(b"<html/>")])
def test_a_pdf_that_is_not_one_is_refused(contenu: str) -> None:
    with pytest.raises(DocumentInvalideError, match="n'est pas le PDF qu'il annonce") as refus:
        pdf_d_origine(n1(contenu))
    assert refus.value.remede
    with pytest.raises(DocumentInvalideError):
        pdf_a(n1(contenu), LE)


def test_a_body_of_plain_text_is_copied() -> None:
    octets = n1("Bonjour,\nà bientôt", "text/plain", "")
    assert pdf_a(octets, LE).startswith(b"%PDF-1.4")
    assert "Contenu du document Bonjour, à bientôt" in vu(page_html(octets))
