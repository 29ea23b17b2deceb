"""Archives received: ours read back, others' accepted, every mutation caught, one person and no other."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xdm_outils import (
    DOCUMENT,
    METADONNEES,
    TRAITS,
    archive,
    changer,
    contenu,
    document,
    identite,
    remplacer,
    sans_ins,
    zipper,
)

from segur_socles.errors import Gravite
from segur_socles.personnes.identite import Identite
from segur_socles.personnes.rapprochement import SansIns, UsagerReconnu, rapprocher
from segur_socles.personnes.traits import Sexe
from segur_socles.xds import xdm_lecture
from segur_socles.xds.xdm_lecture import ArchiveLue, ArchiveRefusee, lire_xdm

SECRETS = ("ARTAGNAN", "MARTIN", "235079999999960", "RES-000123", "19350714", "lise")


def refus(octets: bytes) -> str:
    """Read an archive that must be refused; give the sentence, in which nothing of the person may be."""
    lue = lire_xdm(octets)
    assert isinstance(lue, ArchiveRefusee), "l'archive devait être refusée"
    assert any(constat.gravite is Gravite.ERREUR for constat in lue.constats)
    for secret in SECRETS:
        assert secret not in repr(lue) + lue.explication
    return lue.explication


def lecture(octets: bytes) -> ArchiveLue:
    lue = lire_xdm(octets)
    assert isinstance(lue, ArchiveLue), lue
    return lue


def avertissements(octets: bytes) -> list[str]:
    lue = lecture(octets)
    assert {constat.gravite for constat in lue.constats} <= {Gravite.AVERTISSEMENT}
    return [constat.message for constat in lue.constats]


# --- ours ------------------------------------------------------------------------------------------------


def test_what_we_write_we_read_back() -> None:
    documents = [document(1), document(2, titre="Autre titre")]
    lue = lecture(archive(*documents))
    assert [d.octets for d in lue.documents] == [d.octets for d in documents]
    assert [d.entete.unique_id for d in lue.documents] == [d.unique_id for d in documents]
    assert [d.chemin for d in lue.documents] == [DOCUMENT, "IHE_XDM/SUBSET01/DOC0002.XML"]
    assert lue.constats == ()
    assert lue.identite.identifiants == (
        ("1.2.250.1.213.1.4.10", "235079999999960"),
        ("1.2.250.1.999.1.1.99001.2", "RES-000123"),
    )
    assert (lue.identite.nom_naissance, lue.identite.premier_prenom) == ("D'ARTAGNAN", "MARIE-ELISE")
    assert (lue.identite.sexe, lue.identite.date_naissance) == (Sexe.FEMININ, "19350714")
    for secret in SECRETS:
        assert secret not in repr(lue)


_noms = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn", "Co")), min_size=1, max_size=30)


@settings(max_examples=20)
@given(
    noms=st.tuples(_noms, _noms, _noms).filter(lambda t: all(nom.strip() for nom in t)),
    qualifie=st.booleans(),
    nombre=st.integers(1, 3),
)
def test_whatever_people_typed_is_read_back(noms: tuple[str, str, str], qualifie: bool, nombre: int) -> None:
    depart = identite() if qualifie else sans_ins()
    personne = depart.model_copy(update={"nom_utilise": noms[0], "prenom_utilise": noms[1]})
    documents = [document(rang + 1, personne, titre=noms[2]) for rang in range(nombre)]
    lue = lecture(archive(*documents, contact=noms[2]))
    assert [d.octets for d in lue.documents] == [d.octets for d in documents]
    assert lue.constats == ()
    trouve = rapprocher(lue.identite, [personne])
    assert trouve == (UsagerReconnu(personne) if qualifie else SansIns())


def test_an_incomplete_birth_date_is_written_the_same_everywhere_and_recognised() -> None:
    lunaire = identite(TRAITS.model_copy(update={"date_naissance": "1935-07-00", "date_lunaire": True}))
    lue = lecture(archive(document(personne=lunaire)))
    assert lue.identite.date_naissance == "193507"
    assert rapprocher(lue.identite, [lunaire]) == UsagerReconnu(lunaire)  # type: ignore[arg-type]


# --- others' ---------------------------------------------------------------------------------------------

CDA = """<?xml version="1.0" encoding="ISO-8859-1"?>
<n:ClinicalDocument xmlns:n="urn:hl7-org:v3"><n:id root="1.2.3.4" extension="77"/>
<n:code code="34112-3" codeSystem="2.16.840.1.113883.6.1"/><n:effectiveTime value="20260110"/>
<n:recordTarget><n:patientRole><n:id root="1.2.250.1.213.1.4.10" extension="235079999999960"/>
<n:patient><n:name><n:family qualifier="BR">D Artagnan</n:family><n:given qualifier="BR">Marie Élise</n:given></n:name>
<n:administrativeGenderCode code="F"/><n:birthTime value="19350714000000"/></n:patient></n:patientRole>
</n:recordTarget></n:ClinicalDocument>""".encode("iso-8859-1")

FICHE = """<SubmitObjectsRequest xmlns="urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0">
<q:RegistryObjectList xmlns:q="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0">
<q:RegistryPackage id="lot"/>
<q:ExtrinsicObject id="doc" mimeType="text/XML; charset=ISO-8859-1">
<q:Slot name="URI"><q:ValueList><q:Value> cr.xml </q:Value></q:ValueList></q:Slot>
<q:Slot name="size"><q:ValueList><q:Value>{taille}</q:Value></q:ValueList></q:Slot>
<q:Slot name="hash"><q:ValueList><q:Value>{empreinte}</q:Value></q:ValueList></q:Slot>
<q:Slot name="sourcePatientInfo"><q:ValueList><q:Value>PID-5|d-artagnan^^^^^^L</q:Value>
<q:Value>PID-7|193507140000</q:Value><q:Value>PID-8|F</q:Value></q:ValueList></q:Slot>
<q:ExternalIdentifier id="a" identificationScheme="urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427"
 registryObject="doc" value="235079999999960^^^&amp;1.2.250.1.213.1.4.10&amp;ISO^NH^^19350714"/>
<q:ExternalIdentifier id="b" identificationScheme="urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab"
 registryObject="doc" value="1.2.3.4^77"/>
</q:ExtrinsicObject></q:RegistryObjectList></SubmitObjectsRequest>"""

ETRANGERE = {
    "Envoi du 10/index.htm": b"<html/>",
    "Envoi du 10/ihe_xdm/": b"",
    "Envoi du 10/ihe_xdm/subset01/Metadata.xml": FICHE.format(
        taille=len(CDA), empreinte=hashlib.sha1(CDA).hexdigest().upper()
    ).encode(),
    "Envoi du 10/ihe_xdm/subset01/Cr.xml": CDA,
    "Envoi du 10/ihe_xdm/subset01/Cr.pdf": b"%PDF-1.4",
    "Envoi du 10/ihe_xdm/subset01/style.xsl": b"<not even xml",
    "__MACOSX/Envoi du 10/._cr.xml": b"\0\5\x16\7",
}


def test_an_archive_written_otherwise_is_read() -> None:
    octets = zipper(ETRANGERE)
    assert avertissements(octets) == []
    (lu,) = lecture(octets).documents
    assert (lu.octets, lu.entete.unique_id) == (CDA, "1.2.3.4^77")
    assert lecture(octets).identite.premier_prenom == "Marie Élise"
    qualifiee = identite(TRAITS.model_copy(update={"prenoms": ("MARIE ELISE", "JEANNE")}))
    assert rapprocher(lecture(octets).identite, [qualifiee]) == UsagerReconnu(qualifiee)  # type: ignore[arg-type]


def test_backslashes_between_directories_are_read_as_slashes() -> None:
    assert lecture(zipper({nom.replace("/", "\\"): o for nom, o in contenu(archive()).items()})).constats == ()


def test_paths_that_begin_with_a_dot_are_those_without() -> None:
    pointee = changer(archive(), METADONNEES, _texte(">DOC0001.XML<", ">./DOC0001.XML<"))
    assert lecture(zipper({f"./{nom}": octets for nom, octets in contenu(pointee).items()})).constats == ()


def test_metadata_at_the_top_are_read_and_told() -> None:
    a_plat = {nom.rpartition("/")[2]: octets for nom, octets in contenu(archive()).items()}
    assert avertissements(zipper(a_plat)) == ["METADATA.XML n'est pas dans un dossier de IHE_XDM"]


def test_metadata_without_a_submission_set_are_told() -> None:
    sans_lot = changer(
        archive(), METADONNEES, lambda o: re.sub(rb"<rim:RegistryPackage.*</rim:RegistryPackage>", b"", o)
    )
    assert avertissements(sans_lot) == ["un seul lot de soumission est attendu par sous-ensemble"]


def test_too_many_documents_announced_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    double = archive(document(1), document(2))
    monkeypatch.setattr(xdm_lecture, "MEMBRES_MAX", 1)
    assert "les métadonnées annoncent trop de documents" in refus(double)


def test_several_subsets_of_one_person_are_read_together_and_of_two_are_refused() -> None:
    def deux(second: bytes) -> bytes:
        ajout = {n.replace("SUBSET01", "SUBSET02"): o for n, o in contenu(second).items() if "SUBSET" in n}
        return zipper(contenu(archive(document(1))) | ajout)

    lue = lecture(deux(archive(document(2))))
    assert [d.entete.unique_id[-1] for d in lue.documents] == ["1", "2"]
    autre = identite(matricule="135079999999913")
    assert "l'archive concerne plusieurs usagers" in refus(deux(archive(document(2, autre))))
    assert "l'archive concerne plusieurs usagers" in refus(deux(archive(document(2, sans_ins()))))
    assert "le même document figure deux fois" in refus(deux(archive(document(1))))


def test_without_metadata_documents_are_looked_for_and_it_is_said() -> None:
    membres = contenu(archive(document(1), document(2)))
    del membres[METADONNEES]
    assert avertissements(zipper(membres)) == ["METADATA.XML absent : ni taille ni empreinte ne peuvent être vérifiées"]
    assert len(lecture(zipper(membres)).documents) == 2
    for autre in (document(2, sans_ins()), document(2, identite(matricule="135079999999913"))):
        assert "l'archive concerne plusieurs usagers" in refus(
            zipper({"A.XML": membres[DOCUMENT], "B.XML": autre.octets})
        )
    anonymes = [document(rang, sans_ins()).octets for rang in (1, 2)]
    assert len(lecture(zipper({"A.XML": anonymes[0], "B.XML": anonymes[1]})).documents) == 2
    homonyme = anonymes[1].replace(b"RES-000123", b"RES-000124")
    assert "l'archive concerne plusieurs usagers" in refus(zipper({"A.XML": anonymes[0], "B.XML": homonyme}))
    membres[DOCUMENT] = b"<stylesheet/>"
    assert "n'est pas un CDA R2" in refus(zipper(membres))


def test_metadata_elsewhere_and_files_not_announced_are_told() -> None:
    membres = {nom.replace("IHE_XDM/", "XDM/"): octets for nom, octets in contenu(archive()).items()}
    assert avertissements(zipper(membres)) == ["METADATA.XML n'est pas dans un dossier de IHE_XDM"]
    en_trop = contenu(archive()) | {"IHE_XDM/SUBSET01/DOC0009.XML": b"<x/>", "IHE_XDM/SUBSET01/A.ZIP": b"PK"}
    (message,) = avertissements(zipper(en_trop))
    assert message.startswith("des fichiers XML ne sont pas annoncés")


def _sans_slot(nom: str) -> Callable[[bytes], bytes]:
    return lambda octets: re.sub(rb'<rim:Slot name="%b">.*?</rim:Slot>' % nom.encode(), b"", octets)


def test_size_or_hash_not_given_is_told() -> None:
    for slot, nom in (("size", "la taille"), ("hash", "l'empreinte")):
        (message,) = avertissements(changer(archive(), METADONNEES, _sans_slot(slot)))
        assert message == f"les métadonnées ne donnent pas {nom} d'un document, qui n'est pas vérifiée"


def test_a_document_that_is_no_cda_is_left_aside_once_verified() -> None:
    pdf = b"%PDF-1.4 un texte"
    fiche = FICHE.format(taille=len(pdf), empreinte=hashlib.sha1(pdf).hexdigest())
    fiche = fiche.replace("text/XML; charset=ISO-8859-1", "application/pdf").replace("cr.xml", "cr.pdf")
    seul = {"IHE_XDM/S/METADATA.XML": fiche.encode(), "IHE_XDM/S/CR.PDF": pdf}
    assert "aucun document CDA dans l'archive" in refus(zipper(seul))
    avec = contenu(archive()) | {n.replace("/S/", "/SUBSET02/"): o for n, o in seul.items()}
    assert avertissements(zipper(avec)) == ["un document n'est pas un CDA, il est laissé de côté"]
    avec["IHE_XDM/SUBSET02/CR.PDF"] += b"!"
    assert "n'a pas l'empreinte annoncée" in refus(zipper(avec))


# --- mutations -------------------------------------------------------------------------------------------


def _inverser(octets: bytes) -> bytes:
    milieu = len(octets) // 2
    return octets[:milieu] + bytes([octets[milieu] ^ 1]) + octets[milieu + 1 :]


def _texte(ancien: str, nouveau: str) -> Callable[[bytes], bytes]:
    return lambda octets: octets.replace(ancien.encode(), nouveau.encode(), 1)


def _pid3(valeur: str) -> Callable[[bytes], bytes]:
    return _texte("<rim:Value>PID-5|", f"<rim:Value>PID-3|{valeur}</rim:Value><rim:Value>PID-5|")


PATIENT_LOT = '38446" registryObject="SubmissionSet01" value="'


@pytest.mark.parametrize(
    ("nom", "modifier", "attendu"),
    [
        (DOCUMENT, _inverser, "un document n'a pas l'empreinte annoncée"),
        (DOCUMENT, lambda o: o + b"\n", "un document n'a pas la taille annoncée"),
        (METADONNEES, lambda o: re.sub(rb'(name="size".{20,40}Value>)\d', rb"\g<1>9", o), "la taille annoncée"),
        (METADONNEES, lambda o: re.sub(rb'(name="hash".{20,40}Value>)[0-9a-f]{2}', rb"\g<1>zz", o), "l'empreinte"),
        (METADONNEES, _texte(">DOC0001.XML<", ">DOC0002.XML<"), "un document annoncé manque"),
        (METADONNEES, _texte(">DOC0001.XML<", ">../SUBSET01/DOC0001.XML<"), "un document annoncé manque"),
        (METADONNEES, _sans_slot("URI"), "un document annoncé manque"),
        (METADONNEES, _texte(PATIENT_LOT + "2", PATIENT_LOT + "1"), "l'archive concerne plusieurs usagers"),
        (METADONNEES, lambda o: o.replace(b"235079999999960", b"135079999999913"), "discordance d'identité"),
        (METADONNEES, lambda o: o.replace(b"1.213.1.4.10&", b"1.213.1.4.8&"), "discordance d'identité"),
        (METADONNEES, _texte("PID-5|D'ARTAGNAN", "PID-5|DARTAGNAN"), "(nom de naissance)"),
        (METADONNEES, _texte("^MARIE-ELISE^^^^^L", "^JEANNE^^^^^L"), "(prénom)"),
        (METADONNEES, _texte("PID-5|D'ARTAGNAN^MARIE-ELISE^^^^^L", "PID-5|MARTIN^MARIE-ELISE"), "(nom)"),
        (METADONNEES, _texte("PID-5|D'ARTAGNAN^MARIE-ELISE^^^^^L", "PID-5|D'ARTAGNAN^JEANNE"), "(prénom)"),
        (METADONNEES, _texte("RES-000123", "RES-000124"), "(sourcePatientId)"),
        (METADONNEES, _pid3("135079999999913^^^&amp;1.2.250.1.213.1.4.10&amp;ISO^NH"), "(INS ou identifiant local)"),
        (METADONNEES, _pid3("235079999999960^^^&amp;1.2.250.1.213.1.4.8&amp;ISO^NH"), "(INS ou identifiant local)"),
        (
            METADONNEES,
            _pid3("X^^^&amp;1.2.3&amp;ISO~RES-000124^^^&amp;1.2.250.1.999.1.1.99001.2&amp;ISO^PI"),
            "(INS ou identifiant local)",
        ),
        (METADONNEES, _texte("PID-7|19350714", "PID-7|19350715"), "(date de naissance)"),
        (METADONNEES, _texte("PID-8|F", "PID-8|M"), "(sexe)"),
        (METADONNEES, _texte(".99001.1.1", ".99001.1.9"), "un autre document (uniqueId)"),
        (METADONNEES, lambda o: o.replace(b"58a6f841", b"58a6f842"), "patientId absent"),
        (METADONNEES, lambda o: o[:-20], "METADATA.XML est illisible"),
        (METADONNEES, lambda _: b"<lot/>", "liste d'objets absente"),
        (METADONNEES, lambda o: o.replace(b"ExtrinsicObject", b"ExtrinsicObjekt"), "aucun document CDA"),
    ],
)  # fmt: skip
def test_each_mutation_is_refused_and_named(nom: str, modifier: Callable[[bytes], bytes], attendu: str) -> None:
    assert attendu in refus(changer(archive(), nom, modifier))


@pytest.mark.parametrize(
    "modifier",
    [
        _pid3("235079999999960^^^&amp;1.2.250.1.213.1.4.10&amp;ISO^NH~77^^^&amp;1.2.3&amp;ISO^PI"),
        _texte("PID-5|D'ARTAGNAN^MARIE-ELISE^^^^^L", "PID-5|d artagnan^Marie Elise"),
        _texte("PID-5|D'ARTAGNAN^MARIE-ELISE^^^^^L", "PID-5|D'ARTAGNAN^^^^^^L"),
        _sans_slot("sourcePatientId"),
    ],
)
def test_metadata_that_say_less_or_otherwise_of_the_same_person_are_read(modifier: Callable[[bytes], bytes]) -> None:
    changee = changer(archive(), METADONNEES, modifier)
    assert contenu(changee)[METADONNEES] != contenu(archive())[METADONNEES]
    assert lecture(changee).constats == ()


@pytest.mark.exigence("MSS/ECO.2.1.2")
@pytest.mark.parametrize(
    ("ancien", "nouveau", "attendu"),
    [
        ("235079999999960", "135079999999913", "discordance d'identité entre le document et ses métadonnées"),
        ("1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.8", "(patientId)"),
        (">D'ARTAGNAN<", ">MARTIN<", "(nom de naissance)"),
        ('birthTime value="19350714"', 'birthTime value="19350614"', "(date de naissance)"),
        ('code="F"', 'code="M"', "(sexe)"),
        ('.99001.1.1"', '.99001.1.2"', "un autre document (uniqueId)"),
        ("</recordTarget>", "</recordTarget><recordTarget></recordTarget>", "le document concerne plusieurs usagers"),
        ("<patientRole>", '<patientRole><id root="1.2.250.1.213.1.4.8" extension="1"></id>', "plusieurs INS"),
        ("</ClinicalDocument>", "", "illisible"),
        ("<ClinicalDocument", "<Document", "illisible"),
        ("?>", "?><!DOCTYPE x [<!ENTITY a 'b'>]>", "DOCTYPE"),
    ],
)  # fmt: skip
def test_a_document_of_another_is_refused_though_its_hash_is_right(ancien: str, nouveau: str, attendu: str) -> None:
    assert attendu in refus(remplacer(archive(), ancien, nouveau))


@pytest.mark.exigence("MSS/ECO.2.1.1")
@pytest.mark.parametrize(
    ("ancien", "nouveau"),
    [
        (">D'ARTAGNAN<", ">MARTIN<"),
        (">MARIE-ELISE<", ">JEANNE<"),
        ('birthTime value="19350714"', 'birthTime value="19350614"'),
        ('code="F"', 'code="M"'),
        ("<county>69123", "<county>69124"),
    ],
)
def test_two_headers_that_contradict_each_other_are_two_persons(ancien: str, nouveau: str) -> None:
    muette = changer(archive(document(1), document(2)), METADONNEES, _sans_slot("sourcePatientInfo"))
    assert len(lecture(muette).documents) == 2
    double = remplacer(muette, ancien, nouveau, nom="IHE_XDM/SUBSET01/DOC0002.XML")
    assert "l'archive concerne plusieurs usagers" in refus(double)


def test_the_same_file_announced_twice_is_refused() -> None:
    double = changer(archive(document(1), document(2)), METADONNEES, _texte(">DOC0002.XML<", ">DOC0001.XML<"))
    assert "le même fichier est annoncé deux fois" in refus(double)


def test_every_reason_is_given_at_once() -> None:
    phrase = refus(changer(changer(archive(), METADONNEES, _texte("PID-8|F", "PID-8|M")), DOCUMENT, lambda o: o + b" "))
    for motif in ("la taille annoncée", "l'empreinte annoncée", "(sexe)"):
        assert motif in phrase


def test_a_candidate_is_recognised_from_an_archive_and_a_homonym_is_not() -> None:
    nous = identite()
    homonyme: Identite = identite(matricule="235079999999861")
    recue = lecture(archive()).identite
    assert rapprocher(recue, [homonyme, nous]) == UsagerReconnu(nous)  # type: ignore[arg-type]
