"""Documents without structured body: the PDF goes through untouched, ours is a PDF/A-1b, a bad one is refused."""

from __future__ import annotations

import base64
import io
import subprocess
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from lxml import etree
from rendu_outils import blancs

from judges import judge, kit
from segur_socles.documents.contenu.pdf import TAILLE_MAX
from segur_socles.documents.editions import N1
from segur_socles.documents.entete import Entete
from segur_socles.documents.modeles.pdf import DocumentPdf, NoteLiaison
from segur_socles.documents.secteur import DOCUMENTS_DU_SECTEUR
from segur_socles.errors import ChampInvalideError, Gravite
from segur_socles.nomenclatures.codes import nomenclature
from segur_socles.personnes.identite import Identite

CORPS = "/h:ClinicalDocument/h:component/h:nonXMLBody/h:text"
XMP = b"<pdfaid:part>1</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>"
ATTRIBUTS = b"<rdf:Description pdfaid:part='1' pdfaid:conformance=\"A\"/>"

NOTE = {
    "sections": [
        {
            "titre": "Ce que nous avons vu",
            "texte": "Chute dans la chambre,\nà 8 h.\n\nŒdème de la cheville <droite> & douleur.",
            "points": ["Tension 13/7", "Saturation 97 %"],
        },
        {"titre": "Ce que nous demandons", "points": ["Avis du médecin traitant"]},
    ]
}


def pdf(milieu: bytes = XMP, debut: bytes = b"%PDF-1.4\n", fin: bytes = b"\n%%EOF\n") -> bytes:
    return debut + milieu + fin


def note(**champs: Any) -> NoteLiaison:
    return NoteLiaison.model_validate(NOTE | champs)


def contenu(lu: Any) -> bytes:
    return base64.b64decode(lu(f"{CORPS}/text()")[0])


@pytest.fixture
def dire(tmp_path: Path) -> Callable[[bytes], str]:
    def texte(octets: bytes) -> str:
        chemin = tmp_path / "note.pdf"
        chemin.write_bytes(octets)
        sortie = subprocess.run([judge("pdftotext"), "-raw", "-nopgbrk", chemin, "-"], capture_output=True, check=True)
        assert sortie.stderr == b""
        return blancs(sortie.stdout.decode())

    return texte


# --- the envelope ----------------------------------------------------------------------------------------


def test_the_header_says_the_three_models_of_the_official_example_and_no_other(
    ecrire_modele: Callable[..., Any],
) -> None:
    lu = ecrire_modele(DocumentPdf(pdf=pdf()), type="28653-4")
    attendus = ["2.16.840.1.113883.2.8.2.1", "1.2.250.1.213.1.1.1.1", "1.3.6.1.4.1.19376.1.2.20"]
    assert lu("//h:templateId/@root") == attendus
    assert lu("//h:templateId/@extension") == []
    exemple = etree.parse(kit("ExemplesCDA", "DOC_NON_STRUCTURE_CDA-R2-N1.xml"), etree.XMLParser(huge_tree=True))
    assert sorted(exemple.xpath("/*/*[local-name()='templateId']/@root")) == sorted(attendus)
    corps = exemple.find(".//{urn:hl7-org:v3}nonXMLBody/{urn:hl7-org:v3}text")
    assert dict(corps.attrib) == {"mediaType": "application/pdf", "representation": "B64"}
    assert lu(f"{CORPS}/@mediaType") == ["application/pdf"]
    assert lu(f"{CORPS}/@representation") == ["B64"]


@pytest.mark.exigence("CI-SIS/N1")
@pytest.mark.parametrize("quoi", [DocumentPdf(pdf=pdf()), note()], ids=["pdf", "note"])
def test_the_official_rules_find_nothing_but_the_toy_pdf(
    quoi: Any, ecrire_modele: Callable[..., Any], valider: Callable[..., list[str]]
) -> None:
    octets = ecrire_modele(quoi, type="83981-1", destinataires=[{"structure": "SSIAD"}]).document.octets
    assert valider(octets, "N1") == []
    if isinstance(quoi, NoteLiaison):
        assert valider(octets, "N1", tout=True) == []


def test_without_a_qualified_identity_no_ins_leaves(ecrire_modele: Callable[..., Any]) -> None:
    from segur_socles.personnes.traits import TraitsIdentite

    traits = TraitsIdentite.model_validate(
        {"nom_naissance": "ESSAI", "prenoms": ["ANNE"], "sexe": "F", "date_naissance": "1936-06-21"}
    )
    lu = ecrire_modele(note(), type="28653-4", identite=Identite(traits=traits))
    assert lu("//h:patientRole/h:id/@root") == ["1.2.250.1.999.1.1"]
    assert b"Matricule" not in contenu(lu)


@pytest.mark.juge("xmllint")
def test_the_bytes_are_canonical(ecrire_modele: Callable[..., Any], tmp_path: Path) -> None:
    document = ecrire_modele(note(), type="28653-4").document
    path = tmp_path / "n1.xml"
    path.write_bytes(document.octets)
    sortie = subprocess.run([judge("xmllint"), "--huge", "--c14n", str(path)], capture_output=True, check=True).stdout
    assert bytes(document.forme_canonique) == sortie


def test_the_title_is_by_default_the_label_of_the_type(faire_entete: Callable[..., Entete]) -> None:
    modele = faire_entete()
    champs: dict[str, Any] = {
        nom: getattr(modele, nom) for nom in ("id", "set_id", "date_creation", "usager", "auteur")
    }
    assert Entete.du_modele(N1, type="80788-3", **champs).titre == "Projet personnalisé d'accompagnement"
    assert Entete.du_modele(N1, type=nomenclature("JDV_J07").code("34842-5"), **champs).titre == (
        "Grille d'évaluation médico-social"
    )
    assert Entete.du_modele(N1, type="28653-4", titre="Transmission", **champs).titre == "Transmission"
    for faux in ("00000-0", None):
        with pytest.raises(ChampInvalideError) as info:
            Entete.du_modele(N1, type=faux, **champs)
        assert info.value.champs == ("type",)


def test_the_documents_of_the_sector_have_the_titles_of_the_national_list() -> None:
    titres = {code: document.titre for code, document in DOCUMENTS_DU_SECTEUR.items()}
    attendus = {
        "28653-4": "Document du secteur social / médico-social",
        "83981-1": "Lettre de liaison à la sortie d'une structure sociale ou médico-sociale",
        "88348-8": "Lettre de liaison d'entrée en structure sociale ou médico-sociale",
        "34842-5": "Grille d'évaluation médico-social",
        "80788-3": "Projet personnalisé d'accompagnement",
        "18776-5": "Plan personnalisé de soins",
        "EXPPAT_3": "Directives anticipées",
    }
    assert attendus.items() <= titres.items()
    assert all(document.usage.endswith(".") for document in DOCUMENTS_DU_SECTEUR.values())


# --- the PDF of an editor --------------------------------------------------------------------------------


def test_the_pdf_comes_back_as_it_was(ecrire_modele: Callable[..., Any]) -> None:
    octets = pdf(XMP + bytes(range(256)))
    assert contenu(ecrire_modele(DocumentPdf(pdf=octets), type="28653-4")) == octets
    en_json = DocumentPdf(pdf=octets).model_dump_json()
    assert DocumentPdf.model_validate_json(en_json).pdf == octets


def test_twenty_megabytes_are_written_once_and_not_copied_about(ecrire_modele: Callable[..., Any]) -> None:
    gros = DocumentPdf(pdf=pdf(XMP + b"%" + bytes(20_000_000)))
    petit = ecrire_modele(DocumentPdf(pdf=pdf()), type="28653-4").document
    from segur_socles._core.ids import SeededIds
    from segur_socles.documents.cda.ecriture import ecrire_document

    tracemalloc.start()
    document = ecrire_document(gros, petit.entete, SeededIds(7))
    _, pointe = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # Its base64, and the document that holds it: nothing else of that size.
    assert pointe < 2.1 * len(document.octets)
    debut = document.octets.index(b'"B64">') + len(b'"B64">')
    assert base64.b64decode(document.octets[debut : document.octets.index(b"</text>", debut)]) == gros.pdf
    assert document.octets.replace(document.octets[debut : document.octets.index(b"</text>", debut)], b"") == (
        petit.octets.replace(base64.b64encode(pdf()), b"")
    )


@pytest.mark.parametrize(
    ("octets", "message"),
    [
        (b"", "le fichier n'est pas un PDF"),
        (b"PK\x03\x04", "le fichier n'est pas un PDF"),
        (b"\n" + pdf(), "le fichier n'est pas un PDF"),
        (pdf(fin=b""), "le PDF est tronqué"),
        (pdf(fin=b"\n%%EOF\n" + bytes(3000)), "le PDF est tronqué"),
        (pdf(XMP + b"trailer<</Encrypt 12 0 R>>"), "le PDF est chiffré ou protégé par un mot de passe"),
        (pdf(XMP + b"/Encrypt<</V 2>>"), "le PDF est chiffré ou protégé par un mot de passe"),
        (pdf(b""), "le PDF ne se dit pas PDF/A-1"),
        (pdf(XMP.replace(b">1<", b">2<")), "le PDF ne se dit pas PDF/A-1"),
        (pdf(XMP.replace(b">1<", b">3<")), "le PDF ne se dit pas PDF/A-1"),
        (pdf(XMP.replace(b">B<", b">U<")), "le PDF ne se dit pas PDF/A-1"),
        (pdf(bytes(TAILLE_MAX)), "le fichier dépasse 50 Mio"),
    ],
)
def test_a_pdf_that_cannot_be_sent_is_refused(octets: bytes, message: str) -> None:
    with pytest.raises(ChampInvalideError) as info:
        DocumentPdf(pdf=octets)
    (constat,) = info.value.constats
    assert (constat.champ, constat.message) == ("pdf", message)
    assert constat.remede


@pytest.mark.parametrize(
    "octets", [pdf(), pdf(ATTRIBUTS), pdf(XMP + b"/EncryptMetadata false"), pdf(XMP, debut=b"%PDF-1.7\n")]
)
def test_a_pdf_that_says_it_is_pdf_a_1_is_admitted_without_a_word(octets: bytes) -> None:
    assert DocumentPdf(pdf=octets).avertissements == ()


def test_another_pdf_is_admitted_by_decision_and_the_decision_shows(ecrire_modele: Callable[..., Any]) -> None:
    admis = DocumentPdf(pdf=pdf(b""), admettre_non_pdfa=True)
    (constat,) = admis.avertissements
    assert constat.gravite is Gravite.AVERTISSEMENT
    assert constat.message == "le PDF ne se dit pas PDF/A-1"
    assert constat.regle == "CI-SIS, corps non structuré en PDF/A-1"
    assert contenu(ecrire_modele(admis, type="28653-4")) == pdf(b"")
    # The decision admits nothing else.
    with pytest.raises(ChampInvalideError):
        DocumentPdf(pdf=pdf(b"/Encrypt 1 0 R"), admettre_non_pdfa=True)


def test_the_official_example_holds_a_pdf_that_is_not_pdf_a() -> None:
    exemple = etree.parse(kit("ExemplesCDA", "DOC_NON_STRUCTURE_CDA-R2-N1.xml"), etree.XMLParser(huge_tree=True))
    octets = base64.b64decode(exemple.findtext(".//{urn:hl7-org:v3}nonXMLBody/{urn:hl7-org:v3}text"))
    with pytest.raises(ChampInvalideError, match="à corriger"):
        DocumentPdf(pdf=octets)
    assert len(DocumentPdf(pdf=octets, admettre_non_pdfa=True).avertissements) == 1


def test_a_file_encrypted_by_another_tool_is_seen(tmp_path: Path) -> None:
    with pikepdf.new() as vide:
        vide.add_blank_page()
        for nom, reglages in {
            "table": {"object_stream_mode": pikepdf.ObjectStreamMode.disable},
            "flux": {"object_stream_mode": pikepdf.ObjectStreamMode.generate},
        }.items():
            chemin = tmp_path / f"{nom}.pdf"
            vide.save(chemin, encryption=pikepdf.Encryption(owner="a", user="b"), **reglages)
            with pytest.raises(ChampInvalideError) as info:
                DocumentPdf(pdf=chemin.read_bytes(), admettre_non_pdfa=True)
            assert info.value.constats[0].message == "le PDF est chiffré ou protégé par un mot de passe"


# --- the PDF we make -------------------------------------------------------------------------------------


@pytest.mark.juge("pdftotext")
def test_a_note_says_who_to_whom_and_every_word(
    ecrire_modele: Callable[..., Any], dire: Callable[[bytes], str]
) -> None:
    lu = ecrire_modele(
        note(), type="28653-4", titre="Note de liaison", destinataires=[{"nom": "FICTIF", "prenom": "Alain"}]
    )
    texte = dire(contenu(lu))
    for attendu in (
        "Note de liaison",
        "OLA TCHITCHI",
        "21/06/1936",
        "Ce que nous avons vu Chute dans la chambre, à 8 h. Œdème de la cheville <droite> & douleur. • Tension 13/7",
        "• Saturation 97 % Ce que nous demandons • Avis du médecin traitant",
        "Dr Anne MODELE",
        "Alain FICTIF",
    ):
        assert attendu in texte
    # It is the document, not the copy of one; and a note has no allergies to be missed.
    assert "Copie" not in texte
    assert "allergies" not in texte
    assert texte.index("Ce que nous avons vu") < texte.index("Professionnels et structures")


@pytest.mark.juge("pdffonts")
def test_a_note_is_built_to_the_rules_of_pdf_a_1b(ecrire_modele: Callable[..., Any], tmp_path: Path) -> None:
    octets = contenu(ecrire_modele(note(), type="28653-4"))
    assert octets.startswith(b"%PDF-1.4\n%")
    assert DocumentPdf(pdf=octets).avertissements == ()
    with pikepdf.open(io.BytesIO(octets)) as lu:
        meta = lu.open_metadata()
        assert (meta["pdfaid:part"], meta["pdfaid:conformance"]) == ("1", "B")
        assert meta["dc:title"] == "Essai"
        assert lu.Root.OutputIntents[0].S == "/GTS_PDFA1"
        assert not {"/AcroForm", "/AA", "/OCProperties", "/Names"} & set(lu.Root.keys())
    chemin = tmp_path / "note.pdf"
    chemin.write_bytes(octets)
    polices = subprocess.run([judge("pdffonts"), chemin], capture_output=True, check=True, text=True).stdout
    assert all(" yes yes yes " in ligne for ligne in polices.splitlines()[2:])


def test_the_same_note_gives_the_same_bytes(ecrire_modele: Callable[..., Any]) -> None:
    un, autre = (ecrire_modele(note(), type="28653-4").document.octets for _ in range(2))
    assert un == autre


def test_a_targeted_transmission_has_its_parts_in_order() -> None:
    ciblee = NoteLiaison.ciblee("Chute", donnees="Au sol à 8 h", resultat="Va mieux")
    assert [(s.titre, s.texte) for s in ciblee.sections] == [
        ("Cible", "Chute"),
        ("Données", "Au sol à 8 h"),
        ("Résultat", "Va mieux"),
    ]
    with pytest.raises(ChampInvalideError) as info:
        NoteLiaison.ciblee("Chute", donnees=" ")
    assert info.value.champs == ("sections.1.texte",)


@pytest.mark.parametrize(
    ("sections", "champ"),
    [([], "sections"), ([{"titre": "x"}], "sections.0.texte"), ([{"titre": "x", "texte": "\x00"}], "sections.0.texte")],
)
def test_a_note_without_words_is_refused(sections: list[Any], champ: str) -> None:
    with pytest.raises(ChampInvalideError) as info:
        note(sections=sections)
    assert info.value.champs == (champ,)


def test_nothing_of_the_content_is_in_a_repr() -> None:
    assert "cheville" not in repr(note()) + str(note().sections[0])
    assert "pdfaid" not in repr(DocumentPdf(pdf=pdf()))
