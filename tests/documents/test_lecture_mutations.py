"""Whatever happens to a document on its way, it is read, and no word of its narrative is lost; or it is refused."""

from __future__ import annotations

import random
import re
import resource
import time
from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from rendu_outils import blancs, cda, vu

from judges import kit
from segur_socles.documents.lecture.document import CdaLu, lire_document
from segur_socles.documents.lecture.renvois import Renvois
from segur_socles.documents.rendu.page import page_html
from segur_socles.errors import DocumentInvalideError

V3 = "{urn:hl7-org:v3}"
EXEMPLES = ["DLU-EHPAD-DLU_2022.01", "DLU-EHPAD-FLUDT_2022.01", "IPS-FR_2024.01", "LDL-SES_2022.01"]
NULS = ["NI", "UNK", "NASK", "ASKU", "NAV", "NA", "MSK", "OTH", "?"]
VALEURS = [
    "",
    " ",
    "true",
    "false",
    "-1",
    "2024",
    "20240230",
    "1e9",
    "#",
    "#a",
    "x" * 50,
    "é\u0301",
    "no-known-allergies",
]


@cache
def sans_fichiers(nom: str) -> bytes:
    """The example with its files cut short, so that a hundred variants of it are read in no time."""
    octets = kit("ExemplesCDA", f"{nom}.xml").read_bytes()
    return re.sub(rb"(representation=\"B64\"[^>]*>)[^<]{200,}<", rb"\1JVBERi0xLjQ=<", octets)


def elements(racine: etree._Element) -> list[etree._Element]:
    return list(racine.iter(f"{V3}*"))[1:]


def retirer(noeud: etree._Element, _: random.Random) -> None:
    parent = noeud.getparent()
    if parent is not None:
        parent.remove(noeud)


def dedoubler(noeud: etree._Element, _: random.Random) -> None:
    noeud.addnext(etree.fromstring(etree.tostring(noeud, with_tail=False)))


def deplacer(noeud: etree._Element, hasard: random.Random) -> None:
    ou = hasard.choice(elements(noeud.getroottree().getroot()))
    if ou not in {noeud, *noeud.iterdescendants()}:
        ou.insert(hasard.randrange(len(ou) + 1), noeud)


def melanger(noeud: etree._Element, hasard: random.Random) -> None:
    enfants = list(noeud)
    hasard.shuffle(enfants)
    noeud[:] = enfants


def changer(noeud: etree._Element, hasard: random.Random) -> None:
    noms = list(noeud.attrib) or ["value", "code", "negationInd", "ID"]
    noeud.set(hasard.choice(noms), hasard.choice(VALEURS))


def annuler(noeud: etree._Element, hasard: random.Random) -> None:
    noeud.set("nullFlavor", hasard.choice(NULS))


def vider(noeud: etree._Element, _: random.Random) -> None:
    noeud.text = None


def commenter(noeud: etree._Element, hasard: random.Random) -> None:
    ajout = etree.Comment("remarque") if hasard.random() < 0.7 else etree.ProcessingInstruction("outil", "x")
    noeud.insert(hasard.randrange(len(noeud) + 1), ajout)


ACTES: list[Callable[[etree._Element, random.Random], None]] = [
    *(retirer, dedoubler, deplacer, melanger, changer, annuler, vider, commenter)
]


def prefixer(racine: etree._Element) -> etree._Element:
    """The same document with every HL7 name under a prefix."""
    copie = etree.Element(racine.tag, dict(racine.attrib), nsmap={"cda": V3[1:-1]})
    copie.text, copie.tail = racine.text, racine.tail
    for enfant in racine:
        copie.append(prefixer(enfant) if isinstance(enfant.tag, str) else etree.Comment("x"))
        copie[-1].tail = enfant.tail
    return copie


def recits(octets: bytes) -> list[str]:
    """Every run of text in the narrative of the sections, and outside the entries."""
    racine = etree.fromstring(octets)
    corps = racine.find(f"{V3}component")
    textes = [] if corps is None else [t for t in corps.iter(f"{V3}text") if t.getparent().tag == f"{V3}section"]
    pieces = [p for t in textes for n in t.iter() for p in (n.text if isinstance(n.tag, str) else "", _apres(n, t))]
    return [dit for piece in pieces if (dit := blancs(piece or ""))]


def _apres(noeud: etree._Element, texte: etree._Element) -> str | None:
    return None if noeud is texte else noeud.tail


def lus(lu: CdaLu) -> str:
    return blancs(" ".join(section.texte for section in lu.parcourir()))


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    nom=st.sampled_from(EXEMPLES),
    actes=st.lists(st.tuples(st.sampled_from(range(len(ACTES))), st.integers(0, 10**9)), min_size=1, max_size=12),
    prefixe=st.booleans(),
)
def test_a_damaged_document_is_read_whole_or_refused(nom: str, actes: list[tuple[int, int]], prefixe: bool) -> None:
    racine = etree.fromstring(sans_fichiers(nom))
    corps = racine.find(f"{V3}component")
    for acte, graine in actes:
        hasard = random.Random(graine)
        # Mostly in the body: a damaged header is soon refused.
        cibles = elements(corps if corps is not None and hasard.random() < 0.95 else racine)
        if cibles:
            ACTES[acte](hasard.choice(cibles), hasard)
    octets = etree.tostring(prefixer(racine) if prefixe else racine)
    try:
        lu = lire_document(octets)
    except DocumentInvalideError:
        return
    texte = lus(lu)
    assert [dit for dit in recits(octets) if dit not in texte] == []
    for vue in ("traitements", "allergies", "problemes", "resultats", "vaccinations", "prevus", "nies", "absences"):
        assert all(repr(e) for e in getattr(lu, vue))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(nom=st.sampled_from(EXEMPLES), graine=st.integers(0, 10**9))
def test_the_page_of_a_damaged_document_shows_its_whole_narrative(nom: str, graine: int) -> None:
    hasard = random.Random(graine)
    racine = etree.fromstring(sans_fichiers(nom))
    corps = racine.find(f"{V3}component")
    assert corps is not None
    for _ in range(8):
        hasard.choice(ACTES)(hasard.choice(elements(corps)), hasard)
    octets = etree.tostring(racine)
    page = vu(page_html(octets))
    assert [dit for dit in recits(octets) if dit not in page] == []


@pytest.mark.parametrize("nom", EXEMPLES)
def test_every_word_of_the_examples_is_read(nom: str) -> None:
    octets = sans_fichiers(nom)
    attendus = recits(octets)
    assert len(attendus) > 10
    texte = lus(lire_document(octets))
    assert [dit for dit in attendus if dit not in texte] == []


@pytest.mark.parametrize("nom", EXEMPLES)
def test_prefixes_comments_and_declared_encodings_change_nothing(nom: str) -> None:
    octets = sans_fichiers(nom)
    lu = lire_document(octets)
    racine = etree.fromstring(octets)
    formes = [
        etree.tostring(prefixer(racine)),
        etree.tostring(racine, encoding="utf-16"),
        etree.tostring(racine, encoding="iso-8859-15"),
        re.sub(rb">\s+<", b"><!-- x --><", octets),
    ]
    for forme in formes:
        autre = lire_document(forme)
        assert autre.elements == lu.elements
        assert autre.personnes == lu.personnes


# --- hostile senders -------------------------------------------------------------------------------------

BOMBE = b"""<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<ClinicalDocument xmlns="urn:hl7-org:v3">&b;</ClinicalDocument>"""


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"%PDF-1.4",
        b"<html/>",
        b"<ClinicalDocument/>",
        BOMBE,
        cda().replace(b"<ClinicalDocument", b"<!DOCTYPE x SYSTEM 'file:///etc/passwd'><ClinicalDocument"),
        b'<?xml version="1.0" encoding="utf-7"?>' + cda(),
        b'<?xml version="1.0" encoding="us-ascii"?>' + cda("é").replace("é".encode(), b"\xe9"),
        cda()[:-20],
        cda("<content>" * 300 + "x" + "</content>" * 300),
        cda(entrees="<entry>" + "<act><entryRelationship>" * 150 + "</entryRelationship></act>" * 150 + "</entry>"),
    ],
    ids=[
        "vide",
        "pdf",
        "html",
        "sans-espace-de-noms",
        "entites",
        "dtd",
        "utf-7",
        "octets",
        "tronque",
        "recit",
        "entree",
    ],
)
def test_what_is_no_cda_or_is_hostile_is_refused(octets: bytes) -> None:
    with pytest.raises(DocumentInvalideError):
        lire_document(octets)


def test_as_deep_as_it_may_be() -> None:
    profond = "<act><entryRelationship>" * 90 + '<observation><code code="1-1"/></observation>'
    profond += "</entryRelationship></act>" * 90
    assert [o.code and o.code.code for o in lire_document(cda(entrees=f"<entry>{profond}</entry>")).observations] == [
        "1-1"
    ]
    sections = "<component><section>" * 90 + "<text>fond</text>" + "</section></component>" * 90
    assert [s.texte for s in lire_document(cda(entrees=sections)).parcourir()][-1] == "fond"
    listes = "<list><item>" * 85 + "fond" + "</item></list>" * 85
    assert lire_document(cda(listes)).sections[0].texte.endswith("fond")


def test_ids_inside_each_other_do_not_multiply_a_text() -> None:
    dedans = "".join(f'<content ID="i{n}">' for n in range(150)) + "mot " * 250_000 + "</content>" * 150
    entrees = "".join(
        f'<entry><observation><code code="1-1"/><text><reference value="#i{n}"/></text></observation></entry>'
        for n in range(150)
    )
    octets = cda(dedans, entrees=entrees)
    avant = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    debut = time.perf_counter()
    lu = lire_document(octets)
    assert len(lu.observations) == 150
    assert sum(len(o.texte or "") for o in lu.observations) <= 8 * 1024 * 1024
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - avant < 400 * 1024  # KiB, for a document of 1 MiB
    assert time.perf_counter() - debut < 60


@pytest.mark.parametrize(
    "recit",
    [
        "".join(f'<content ID="i">{n}</content>' for n in range(20000)),
        '<table><tr><td ID="i">a</td>' + "<td>b</td>" * 20000 + "</tr></table>",
        "<table><thead><tr>" + "<th>h</th>" * 20000 + '</tr></thead><tbody><tr><td ID="i">a</td></tr></tbody></table>',
        "<table>" + "<tr><td>x</td></tr>" * 40000 + '<tr><td ID="i">a</td></tr></table>',
    ],
    ids=["repete", "large", "tete", "haut"],
)
def test_many_references_to_one_place_cost_no_more_than_their_number(recit: str) -> None:
    texte = etree.fromstring(f'<text xmlns="{V3[1:-1]}">{recit}</text>')
    ed = etree.fromstring(f'<text xmlns="{V3[1:-1]}"><reference value="#i"/></text>')
    renvois = Renvois([texte]).dans([texte])
    renvois.ligne(ed)
    debut = time.perf_counter()
    for _ in range(2000):
        renvois.texte(ed)
        renvois.ligne(ed)
    assert time.perf_counter() - debut < 1.5
