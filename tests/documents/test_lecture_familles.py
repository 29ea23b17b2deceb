"""What laboratories, doctors and emergency wards send: fragments of our own, in the shape of the published models."""

from __future__ import annotations

from decimal import Decimal

import pytest
from rendu_outils import cda

from segur_socles.documents.lecture.document import CdaLu, lire_document
from segur_socles.documents.lecture.modeles import MODELES
from segur_socles.documents.lecture.observations import ObservationLu
from segur_socles.documents.lecture.personnes import RoleLu
from segur_socles.documents.lecture.traitements import ContexteTraitement
from segur_socles.documents.lecture.valeurs import CodeLu, IntervalleLu, QuantiteLue

PHARMACIE = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:p="urn:ihe:pharm:medication"'


def lire(recit: str, entrees: str, code: str, avant: str = "") -> CdaLu:
    octets = cda(recit, entrees=f"<entry {PHARMACIE}>{entrees}</entry>", code=code)
    return lire_document(octets.replace(b"<id root=", avant.encode() + b"<id root=", 1))


# --- biology ---------------------------------------------------------------------------------------------

BIOLOGIE = """<templateId root="1.3.6.1.4.1.19376.1.3.3.2.1"/>"""


def biologie(recit: str, acte: str) -> CdaLu:
    octets = cda(recit, entrees=f"<entry {PHARMACIE}>{acte}</entry>", code="18719-5")
    return lire_document(octets.replace(b"<section>", b"<section>" + BIOLOGIE.encode()))


def resultat(code: str, valeur: str, suite: str = "") -> str:
    return (
        f'<observation moodCode="EVN"><code code="{code}" displayName="Analyte"><originalText><reference '
        f'value="#r-{code}"/></originalText></code><statusCode code="completed"/>'
        f'<effectiveTime value="20260105073000+0100"/>{valeur}{suite}</observation>'
    )


NORMES = """<interpretationCode code="L" displayName="Bas"/><referenceRange><observationRange>
<value xsi:type="IVL_PQ"><low value="9.3" unit="pg/mL"/><high value="17" unit="pg/mL"/></value>
<interpretationCode code="N"/></observationRange></referenceRange>"""


def test_a_laboratory_report_gives_value_unit_range_interpretation_and_heading() -> None:
    t4 = resultat("3024-7", '<value xsi:type="PQ" value="7.67" unit="pg/mL"/>', NORMES)
    lu = biologie(
        '<table><tr><td ID="r-3024-7">Thyroxine libre</td><td>7,67 pg/mL</td></tr></table>',
        f'<act><code code="18719-5" displayName="Biochimie"/><entryRelationship typeCode="COMP">{t4}'
        "</entryRelationship></act>",
    )
    (lue,) = lu.resultats
    assert lue.quantite == QuantiteLue(valeur=Decimal("7.67"), ecrite="7.67", unite="pg/mL")
    assert (lue.texte, lue.dit) == ("Thyroxine libre", "7,67 pg/mL")
    assert [i.code for i in lue.interpretations] == ["L"]
    assert lue.references[0].intervalle == IntervalleLu(
        bas=QuantiteLue(valeur=Decimal("9.3"), ecrite="9.3", unite="pg/mL"),
        haut=QuantiteLue(valeur=Decimal(17), ecrite="17", unite="pg/mL"),
    )
    assert lue.groupe is not None
    assert (lue.groupe.libelle, lue.periode and lue.periode.moment) == ("Biochimie", "20260105073000+0100")


def test_an_antibiogram_is_about_its_isolate() -> None:
    cmi = resultat("20-8", '<value xsi:type="IVL_PQ"><high value="0.128" inclusive="false" unit="ug/mL"/></value>')
    lu = biologie(
        "<paragraph>ECBU</paragraph>",
        '<act><entryRelationship typeCode="COMP"><organizer><specimen><specimenRole><specimenPlayingEntity>'
        '<code code="112283007" displayName="Escherichia coli"/></specimenPlayingEntity></specimenRole></specimen>'
        f'<component><organizer><code code="18769-0" displayName="Antibiogramme"/><component>{cmi}</component>'
        "</organizer></component></organizer></entryRelationship></act>",
    )
    (lue,) = lu.resultats
    assert isinstance(lue.valeur, IntervalleLu)
    assert (lue.valeur.bas, lue.valeur.haut_inclus) == (None, False)
    assert [c.libelle for c in (lue.groupe, lue.echantillon) if c] == ["Antibiogramme", "Escherichia coli"]


def test_an_earlier_result_is_not_a_result_of_today() -> None:
    ancien = resultat("1-1", '<value xsi:type="PQ" value="12"/>')
    du_jour = resultat(
        "1-1", '<value xsi:type="PQ" value="7"/>', f'<entryRelationship typeCode="REFR">{ancien}</entryRelationship>'
    )
    lu = biologie("<paragraph>R</paragraph>", du_jour)
    assert [r.quantite and r.quantite.ecrite for r in lu.resultats] == ["7"]


@pytest.mark.parametrize(
    ("ecrit", "valeur"),
    [
        ('<value xsi:type="PQ" value="1,5"/>', QuantiteLue(ecrite="1,5")),
        ('<value xsi:type="PQ" value="1e9"/>', QuantiteLue(ecrite="1e9")),
        ('<value xsi:type="REAL" value="-2.50"/>', QuantiteLue(valeur=Decimal("-2.50"), ecrite="-2.50")),
        ('<value xsi:type="PQ" nullFlavor="NASK" unit="g"/>', QuantiteLue(unite="g", absence="NASK")),
        ('<value xsi:type="ED">&lt; 1,0 mg/L</value>', "< 1,0 mg/L"),
        ('<value xsi:type="ED" representation="B64">AAAA</value>', None),
        (
            '<value xsi:type="RTO"><numerator value="1"/><denominator value="128"/></value>',
            "1 / 128",
        ),
        ('<value code="260385009" displayName="négatif"/>', CodeLu(code="260385009", libelle="négatif")),
        ('<value unit="g" value="3"/>', QuantiteLue(valeur=Decimal(3), ecrite="3", unite="g")),
        ('<value value="true"/>', True),
        ("<value>mots</value>", "mots"),
        ('<value xsi:type="INCONNU" value="x"/>', "x"),
        ('<value xmlns:h="urn:hl7-org:v3" xsi:type="h:INT" value="4"/>', QuantiteLue(valeur=Decimal(4), ecrite="4")),
    ],
)
def test_a_value_of_any_type_is_kept_as_written(ecrit: str, valeur: object) -> None:
    (lue,) = biologie("<paragraph>R</paragraph>", resultat("1-1", ecrit)).resultats
    assert lue.valeur == valeur


# --- prescriptions and pharmacy --------------------------------------------------------------------------


def test_a_prescription_with_its_steps_and_instructions() -> None:
    def etape(rang: int, debut: str, heures: int, dose: str) -> str:
        return (
            f'<entryRelationship typeCode="COMP"><sequenceNumber value="{rang}"/><substanceAdministration>'
            f'<effectiveTime xsi:type="SXPR_TS"><comp xsi:type="IVL_TS"><low value="{debut}"/>'
            '<width value="2" unit="d"/>'
            f'</comp><comp xsi:type="PIVL_TS"><period value="{heures}" unit="h"/></comp></effectiveTime>'
            f'<doseQuantity><low value="{dose}" unit="{{tablet}}"/>'
            f'<high value="{dose}" unit="{{tablet}}"/></doseQuantity>'
            "<consumable><manufacturedProduct><manufacturedMaterial><code nullFlavor='NA'/></manufacturedMaterial>"
            "</manufacturedProduct></consumable></substanceAdministration></entryRelationship>"
        )

    lu = lire(
        '<paragraph><content ID="m">Paracétamol 500 mg</content> '
        '<content ID="i">pendant le repas</content></paragraph>',
        '<substanceAdministration moodCode="INT"><text><reference value="#m"/></text>'
        '<effectiveTime xsi:type="IVL_TS"><low value="20260101"/><high value="20260105"/></effectiveTime>'
        '<repeatNumber value="3"/><routeCode code="20053000" displayName="Voie orale"/>'
        '<rateQuantity value="40" unit="mL/h"/><consumable><manufacturedProduct><manufacturedMaterial>'
        '<code code="63107752" codeSystem="1.2.250.1.213.2.3.1"><translation code="3400933516390" '
        'codeSystem="1.2.250.1.213.2.3.2"/></code><name>Paracétamol</name><p:formCode displayName="Comprimé"/>'
        '<p:ingredient><p:ingredient><p:code code="1" displayName="Paracetamol"/></p:ingredient></p:ingredient>'
        "</manufacturedMaterial></manufacturedProduct></consumable>"
        + etape(1, "20260101", 8, "2")
        + etape(2, "20260103", 12, "1")
        + '<entryRelationship typeCode="SUBJ"><act><code code="PINSTRUCT"/><text><reference value="#i"/></text></act>'
        '</entryRelationship><entryRelationship typeCode="COMP"><supply><quantity value="2" unit="30009000"/></supply>'
        "</entryRelationship></substanceAdministration>",
        "57828-6",
    )
    (ordonne,) = lu.traitements  # an intent is how a prescription is written
    assert (ordonne.nom, ordonne.contexte) == ("Paracétamol", ContexteTraitement.PRESCRIT)
    assert (ordonne.produit.cis, ordonne.produit.cip) == ("63107752", "3400933516390")
    assert [s.libelle for s in ordonne.produit.substances] == ["Paracetamol"]
    assert ordonne.produit.forme is not None
    assert (ordonne.produit.forme.libelle, ordonne.renouvellements) == ("Comprimé", "3")
    assert [
        (e.periode and e.periode.debut, e.frequence and e.frequence.valeur, e.dose and e.dose.bas and e.dose.bas.valeur)
        for e in ordonne.etapes
    ] == [("20260101", Decimal(8), Decimal(2)), ("20260103", Decimal(12), Decimal(1))]
    # A rate is not a dose.
    assert (ordonne.prise.dose, ordonne.prise.debit and ordonne.prise.debit.bas) == (
        None,
        QuantiteLue(valeur=Decimal(40), ecrite="40", unite="mL/h"),
    )
    assert (ordonne.instructions, ordonne.quantite and ordonne.quantite.valeur) == ("pendant le repas", Decimal(2))
    assert lu.prevus == ()


def test_what_a_pharmacy_handed_over() -> None:
    lu = lire(
        "<paragraph>R</paragraph>",
        '<supply moodCode="EVN"><quantity value="2"/><product><manufacturedProduct><manufacturedMaterial>'
        "<name>Paracétamol</name><lotNumberText>L1</lotNumberText></manufacturedMaterial></manufacturedProduct></product>"
        "</supply>",
        "60590-7",
    )
    (remis,) = lu.traitements
    assert (remis.nom, remis.produit.lot, remis.contexte) == ("Paracétamol", "L1", ContexteTraitement.DELIVRE)


def test_a_device_asked_for_is_not_one_in_use() -> None:
    demande = (
        '<supply moodCode="INT"><participant typeCode="DEV"><participantRole><id root="1.2" extension="S1"/>'
        '<playingDevice><code code="V0806" displayName="Lit"/></playingDevice></participantRole></participant></supply>'
    )
    lu = lire("<paragraph>R</paragraph>", demande, "46264-8")
    assert lu.dispositifs == ()
    assert [getattr(d, "identifiant", None) for d in lu.prevus] == ["1.2^S1"]


# --- emergency return sheet, medical summary -------------------------------------------------------------


def test_a_return_sheet_gives_diagnosis_destination_and_what_was_handed_back() -> None:
    diagnostic = (
        '<act><statusCode code="completed"/><entryRelationship><observation>'
        '<templateId root="1.3.6.1.4.1.19376.1.5.3.1.4.5"/><code code="282291009"/>'
        '<value xsi:type="CD" code="S52.5" displayName="Fracture du radius"/><targetSiteCode code="7771000" '
        'displayName="gauche"/></observation></entryRelationship></act>'
    )
    lu = lire(
        "<paragraph>Fracture</paragraph>",
        diagnostic,
        "11535-2",
        '<templateId root="1.2.250.1.213.1.1.1.62" extension="2025.01"/>',
    )
    assert lu.modele is not None
    assert (lu.modele.nom, lu.modele.edition) == ("FR-SU", "2025.01")
    (probleme,) = lu.problemes
    assert (probleme.nom, probleme.contexte.value) == ("Fracture du radius", "diagnostic de sortie")
    assert probleme.cote is not None
    assert probleme.cote.libelle == "gauche"
    remis = (
        '<observation><code code="GEN-415" displayName="Prescriptions"/><text><reference value="#d"/></text>'
        '<value xsi:type="BL" value="true"/></observation>'
    )
    lu = lire('<table><tr><td ID="d">Ordonnance</td><td>oui</td></tr></table>', remis, "77599-9")
    assert [(o.nom, o.texte, o.reponse) for o in lu.observations] == [("Prescriptions", "Ordonnance", True)]


def test_sections_inside_sections_are_read_in_order() -> None:
    dedans = (
        '<component><section><code code="11450-4"/><title>En cours</title><text>Asthme</text><entry><observation>'
        '<value code="J45" displayName="Asthme"/></observation></entry></section></component>'
        '<component><section><code code="48765-2"/><title>Allergies</title><text>Latex</text></section></component>'
    )
    lu = lire_document(cda("<paragraph>Synthèse</paragraph>", entrees=dedans, code="46612-8"))
    assert [s.titre for s in lu.parcourir()] == ["Rubrique", "En cours", "Allergies"]
    assert [s.texte for s in lu.sections[0].sections] == ["Asthme", "Latex"]
    assert [(p.nom, p.rubrique) for p in lu.problemes] == [("Asthme", "11450-4")]


@pytest.mark.parametrize("oid", MODELES)
def test_every_model_is_recognised_deprecated_ones_too(oid: str) -> None:
    octets = cda().replace(b"<id root=", f'<templateId root="{oid}" extension="E"/><id root='.encode(), 1)
    modele = lire_document(octets).modele
    assert modele is not None
    assert (modele.oid, modele.edition) == (oid, "E")


def test_the_formats_that_are_no_longer_written() -> None:
    deprecies = {oid.rpartition(".")[2] for oid, (*_, deprecie) in MODELES.items() if deprecie}
    assert deprecies == {"48", "49", "50", "60"}
    assert lire_document(cda()).modele is None


# --- people ----------------------------------------------------------------------------------------------

CLASSES = {
    "NOK": RoleLu.PERSONNE_DE_CONFIANCE,
    "ECON": RoleLu.A_PREVENIR,
    "CAREGIVER": RoleLu.AIDANT,
    "CON": RoleLu.CONTACT,
    "PAT": RoleLu.USAGER,
    "GUARD": RoleLu.REPRESENTANT,
    "XYZ": RoleLu.AUTRE,
}
FONCTIONS = {
    "PCP": RoleLu.MEDECIN_TRAITANT,
    "CORRE": RoleLu.CONTACT_24H,
    "ES-PREF": RoleLu.ETABLISSEMENT_PREFERE,
    "353": RoleLu.EQUIPE,
    "330": RoleLu.AUTRE,
}


def test_roles_are_told_apart_by_their_code_and_by_nothing_else() -> None:
    proches = "".join(
        f'<informant><relatedEntity classCode="{c}"><code code="SIS" displayName="Personne de confiance"/>'
        f"<relatedPerson><name><family>{c}</family></name></relatedPerson></relatedEntity></informant>"
        for c in CLASSES
    )
    pros = "".join(
        f'<participant typeCode="INF"><functionCode code="{f}"/><associatedEntity><associatedPerson><name>'
        f"<family>{f}</family></name></associatedPerson></associatedEntity></participant>"
        for f in FONCTIONS
    )
    octets = cda().replace(b"<component>", (proches + pros).encode() + b"<component>", 1)
    lus = {p.nom: p.role for p in lire_document(octets).personnes}
    assert lus == {**CLASSES, **FONCTIONS}


def test_someone_else_is_never_the_person() -> None:
    groupe = (
        '<organizer><subject><relatedSubject><code code="MTH" displayName="Mère"/></relatedSubject></subject>'
        '<component><observation><value code="E11" displayName="Diabète"/></observation></component>'
        "<component><substanceAdministration><consumable><manufacturedProduct><manufacturedMaterial><name>X</name>"
        "</manufacturedMaterial></manufacturedProduct></consumable></substanceAdministration></component></organizer>"
    )
    lu = lire("<paragraph>R</paragraph>", groupe, "11450-4")
    assert (lu.problemes, lu.traitements) == ((), ())
    assert [e.sujet and e.sujet.libelle for e in lu.sur_un_proche] == ["Mère", "Mère"]


# --- references and files --------------------------------------------------------------------------------


def test_an_id_used_twice_means_the_nearest_or_nothing() -> None:
    autre = '<component><section><text><content ID="o">Ailleurs</content></text></section></component>'
    entree = '<entry><observation><code code="1-1"/><text><reference value="#o"/></text></observation></entry>'
    ici = lire_document(cda('<content ID="o">Ici</content>', entrees=entree + autre))
    assert [o.texte for o in ici.observations] == ["Ici"]
    deux = lire_document(cda('<content ID="o">Un</content><content ID="o">Deux</content>', entrees=entree))
    assert [o.texte for o in deux.observations] == [None]
    memes = lire_document(cda('<content ID="o">Un</content><content ID="o">Un</content>', entrees=entree))
    assert [o.texte for o in memes.observations] == ["Un"]
    rien = lire_document(cda("<content>Un</content>", entrees=entree))
    assert [(o.texte, o.ligne) for o in rien.observations] == [(None, ())]


def test_struck_out_words_are_no_longer_said() -> None:
    entree = '<entry><observation><code code="1-1"/><text><reference value="#o"/></text></observation></entry>'
    lu = lire_document(cda('<content ID="o"><content revised="delete">500</content> 1000 mg</content>', entrees=entree))
    assert [o.texte for o in lu.observations] == ["1000 mg"]
    assert "500" in lu.sections[0].texte


@pytest.mark.parametrize(
    ("valeur", "octets", "annonce", "constate"),
    [
        (
            '<value mediaType="application/pdf" representation="B64">JVBE\nRi0x</value>',
            b"%PDF-1",
            "application/pdf",
            "application/pdf",
        ),
        (
            '<value mediaType="image/jpeg" representation="B64">iVBORw0KGgo=</value>',
            b"\x89PNG\r\n\x1a\n",
            "image/jpeg",
            "image/png",
        ),
        ('<value mediaType="application/pdf" representation="B64">%%%</value>', None, "application/pdf", None),
        ('<value mediaType="application/pdf" representation="B64">JVBER</value>', None, "application/pdf", None),
        ('<value nullFlavor="MSK"/>', None, None, None),
    ],
)
def test_a_file_gives_its_bytes_or_none(valeur: str, octets: bytes | None, annonce: str, constate: str) -> None:
    lu = lire("<paragraph>R</paragraph>", f'<observationMedia ID="x">{valeur}</observationMedia>', "55107-7")
    (piece,) = lu.pieces
    assert (piece.octets, piece.type_media, piece.type_constate) == (octets, annonce, constate)
    assert piece.absence == ("MSK" if "MSK" in valeur else None)


@pytest.mark.parametrize(
    ("texte", "octets", "mots"),
    [
        ("<text>Bonjour</text>", None, "Bonjour"),
        ('<text mediaType="text/plain" representation="B64">w6l0w6k=</text>', "été".encode(), "été"),
        ('<text mediaType="text/plain" representation="B64">/w==</text>', b"\xff", None),
        ('<text mediaType="text/rtf" representation="B64">e1xydGYx</text>', b"{\\rtf1", None),
    ],
)
def test_an_unstructured_body_of_any_kind(texte: str, octets: bytes | None, mots: str | None) -> None:
    debut, _, _ = cda().partition(b"<component>")
    corps = f"<component><nonXMLBody>{texte}</nonXMLBody></component></ClinicalDocument>"
    lu = lire_document(debut + corps.encode()).corps
    assert lu is not None
    assert (lu.octets, lu.texte) == (octets, mots)


def test_an_observation_of_a_plan_is_planned() -> None:
    lu = lire("<paragraph>R</paragraph>", '<observation moodCode="INT"><code code="1-1"/></observation>', "18776-5")
    assert lu.observations == ()
    assert [type(e) for e in lu.prevus] == [ObservationLu]
