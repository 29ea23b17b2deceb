"""An empty sheet of PDF/A-1b: its font, its metadata, its foot; and what is drawn on it rather than written."""

from __future__ import annotations

from datetime import datetime
from importlib import resources
from typing import TYPE_CHECKING, Final

from segur_socles._core.xml import text
from segur_socles.documents.rendu.ecrit import ecrivable
from segur_socles.documents.rendu.modele import Page
from segur_socles.errors import ConfigurationError
from segur_socles.personnes.datamatrix.ecriture import MARGE as MARGE_DU_CODE
from segur_socles.personnes.datamatrix.ecriture import plages
from segur_socles.personnes.datamatrix.symbole import Modules

if TYPE_CHECKING:
    from fpdf import FPDF

__all__ = ["DOUX", "POLICE", "cote_du_code", "dessiner_code", "feuille"]

POLICE: Final = "DejaVu"
MARGE: Final = 15.0
DOUX: Final = (81, 96, 111)
_PAGES: Final = "{nombre-de-pages}"
_PIED_MAX: Final = 90

_MODULE: Final = 0.55
"""Side of a module in mm: three dots and a bit of a page scanned at 150 dots per inch."""


def feuille(page: Page, cree_le: datetime) -> tuple[FPDF, frozenset[int]]:
    """Make an empty PDF/A-1b with its font, its metadata and its footer; give the characters the font has too."""
    try:
        from fpdf import FPDF
    except ModuleNotFoundError:
        message = "La copie PDF demande un module qui n'est pas installé."
        raise ConfigurationError(message, remede="pip install 'segur-socles[pdf]'") from None

    class Feuille(FPDF):
        """A sheet that says whose it is, at its foot."""

        pied = ""

        def footer(self) -> None:
            self.set_y(-12)
            self.set_font(POLICE, "", 7.5)
            self.set_text_color(*DOUX)
            self.cell(self.epw - 18, 4, self.pied, align="L")
            self.cell(18, 4, f"Page {self.page_no()} sur {_PAGES}", align="L")

    pdf = Feuille(enforce_compliance="PDF/A-1B")
    dossier = resources.files("segur_socles.documents.rendu") / "polices"
    for style, fichier in (("", "DejaVuSans.ttf"), ("B", "DejaVuSans-Bold.ttf")):
        with resources.as_file(dossier / fichier) as chemin:
            pdf.add_font(POLICE, style, chemin)
    glyphes = frozenset[int](getattr(pdf.fonts[POLICE.lower()], "cmap", ()))
    naissance = dict(page.patient.traits)["Date de naissance"]
    pied = f"{page.patient.nom} · naissance : {naissance} · {page.titre}"
    pdf.pied = ecrivable(pied if len(pied) <= _PIED_MAX else f"{pied[:_PIED_MAX]}…", glyphes)
    pdf.alias_nb_pages(_PAGES)
    pdf.set_margins(MARGE, MARGE, MARGE)
    pdf.c_margin = 0  # cells are drawn here, with their own margins
    pdf.set_auto_page_break(auto=True, margin=16)
    pdf.set_lang("fr-FR")
    pdf.set_title(page.titre)
    pdf.set_creation_date(cree_le)
    pdf.set_xmp_metadata(_xmp(page.titre, cree_le))
    return pdf, glyphes


def _xmp(titre: str, cree_le: datetime) -> str:
    # Ours rather than the library's, which dates it from the machine's clock.
    moment = cree_le.isoformat(timespec="seconds")
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">'
        "<pdfaid:part>1</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>"
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{text(titre)}</rdf:li></rdf:Alt></dc:title>'
        "<dc:language><rdf:Bag><rdf:li>fr-FR</rdf:li></rdf:Bag></dc:language>"
        f"<xmp:CreateDate>{moment}</xmp:CreateDate><xmp:ModifyDate>{moment}</xmp:ModifyDate>"
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    )


def cote_du_code(modules: Modules) -> float:
    """Side of a datamatrix on paper, quiet zone included, in mm."""
    return (len(modules) + 2 * MARGE_DU_CODE) * _MODULE


def dessiner_code(pdf: FPDF, modules: Modules, gauche: float, haut: float) -> None:
    """Draw a datamatrix as plain black rectangles: no image to blur, nothing transparent."""
    pdf.set_fill_color(0, 0, 0)
    for x, y, longueur in plages(modules):
        pdf.rect(gauche + x * _MODULE, haut + y * _MODULE, longueur * _MODULE, _MODULE, style="F")
