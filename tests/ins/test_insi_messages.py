"""Requests are valid against the published schemas; answers are read whole, in any order."""

from __future__ import annotations

import random
import re
import subprocess
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from hypothesis import given
from hypothesis import strategies as st
from insi_outils import (
    ADRUN,
    CATARINA,
    INSTANT,
    RPPS,
    TCHITCHI,
    ZOE,
    Banc,
    Insi,
    appelant,
    cle,
    resultat,
    traits,
)
from lxml import etree
from signxml import SignatureConfiguration, XMLVerifier

from judges import judge, reference
from segur_socles._core.flow import Response
from segur_socles._core.soap import Answer, read_answer
from segur_socles._core.xml import exc_c14n
from segur_socles._core.xmldsig import verify_enveloped
from segur_socles.errors import ReponseInvalideError
from segur_socles.ins.messages import Resultat, lire_resultat

NS = "http://www.cnamts.fr/INSiResultat"
GOLDEN = Path(__file__).parents[1] / "golden"
HEADERS = {
    "{urn:siram:bam:ctxbam}ContexteBAM": "CTX/ROOT_ctxbam_CTXBAM_V01_02.xsd",
    "{urn:siram:lps:ctxlps}ContexteLPS": "CTX/ROOT_ctxlps_CTXLPS_V01_00.xsd",
    "{http://www.w3.org/2005/08/addressing}MessageID": "ws-addr.xsd",
    "{http://www.w3.org/2005/08/addressing}Action": "ws-addr.xsd",
    "{http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd}Security": "WSSE/Security.xsd",
}
SOAP = "{http://www.w3.org/2003/05/soap-envelope}"


def lire(contenu: bytes, prenoms: tuple[str, ...] = ()) -> Resultat:
    reponse = read_answer(Response(200, {}, contenu), expect_relates_to=None, what="La réponse")
    assert isinstance(reponse, Answer)
    return lire_resultat(reponse.body, prenoms_locaux=prenoms)


# --- requests --------------------------------------------------------------------------------------------


def requetes(*, carte: bool) -> list[bytes]:
    """The two shapes of a search: without, then with the birth place."""
    insi = Insi({("ZOE", None): resultat("02"), ("ZOE", "63220"): resultat("00", ZOE)})
    Banc(insi, signataire=cle() if carte else None).client.rechercher(ADRUN)
    return insi.recues


def schema(name: str) -> etree.XMLSchema:
    parser = etree.XMLParser(no_network=True)
    return etree.XMLSchema(etree.parse(reference("insi-wsdl", "xsd", *name.split("/")), parser))


@pytest.mark.parametrize("carte", [False, True])
def test_each_block_is_valid_against_the_published_schemas(carte: bool) -> None:
    for requete in requetes(carte=carte):
        header, body = etree.fromstring(requete)
        blocks = {block.tag: block for block in header}
        assert set(blocks) == {tag for tag in HEADERS if carte or "Security" not in tag}
        for tag, block in blocks.items():
            schema(HEADERS[tag]).assertValid(etree.fromstring(etree.tostring(block)))
        schema("ServiceIdentiteCertifiee/INSi_RECSANS_INS.xsd").assertValid(etree.fromstring(etree.tostring(body[0])))


def test_request_says_who_calls_and_for_whom() -> None:
    requete = etree.fromstring(requetes(carte=False)[1])
    lus = {etree.QName(e).localname: e.text for e in requete.iter() if not len(e)}
    assert {nom: lus[nom] for nom in ("NomNaissance", "Prenom", "Sexe", "DateNaissance", "LieuNaissance")} == {
        "NomNaissance": "ADRUN",
        "Prenom": "ZOE",
        "Sexe": "F",
        "DateNaissance": "1975-12-31",
        "LieuNaissance": "63220",
    }
    assert lus["Emetteur"] == "10B0152872"
    assert lus["Temps"] == "2026-01-15T09:30:05.120Z"
    assert lus["Nom"] == "urn:lps:DUI-TEST:1.2.3"
    assert lus["IDAM"] == "TESTSGIE0000"
    assert requete.find(".//{urn:siram:lps:ctxlps}IDAM").get("R") == "4"
    assert lus["MessageID"].startswith("uuid:")
    assert lus["Action"] == "urn:ServiceIdentiteCertifiee:1.0.0:rechercherInsAvecTraitsIdentite"
    assert lus["COUVERTURE"] is None
    assert requete.find(f"{SOAP}Body")[0].tag == "{http://www.cnamts.fr/INSiRecSans}RECSANSVITALE"


def test_identifiers_are_fresh_in_each_request() -> None:
    ids = [
        {e.text for e in etree.fromstring(r).iter() if etree.QName(e).localname in ("Id", "MessageID")}
        for r in requetes(carte=False)
    ]
    assert [len(i) for i in ids] == [3, 3]
    assert not ids[0] & ids[1]


def capture(requete: bytes) -> str:
    """A request without what a key made for this run puts in it."""
    ecrite = requete.decode()
    for propre in ("DigestValue", "SignatureValue", "X509Certificate"):
        ecrite = re.sub(f"<ds:{propre}>[^<]+<", f"<ds:{propre}>…<", ecrite)
    return ecrite


@pytest.mark.parametrize(
    ("nom", "carte", "rang"),
    [("insi-rechercher", False, 0), ("insi-rechercher-lieu", False, 1), ("insi-rechercher-carte", True, 0)],
)
def test_golden_capture(nom: str, carte: bool, rang: int) -> None:
    """What goes over the wire changes only with notice: a change here goes to « Ce qui change sur le fil »."""
    assert capture(requetes(carte=carte)[rang]) == (GOLDEN / f"{nom}.xml").read_text(encoding="utf-8")


def test_http_request_is_soap_12() -> None:
    insi = Insi({("ZOE", None): resultat("00", ZOE)})
    Banc(insi).client.rechercher(ADRUN)
    (requete,) = insi.http
    assert (requete.method, str(requete.url)) == ("POST", "https://localhost:8443/lps")
    action = "urn:ServiceIdentiteCertifiee:1.0.0:rechercherInsAvecTraitsIdentite"
    assert requete.headers["content-type"].lower() == f'application/soap+xml; charset=utf-8; action="{action}"'.lower()


def test_markup_in_a_value_stays_text() -> None:
    insi = Insi({})
    pour = appelant()
    pour = type(pour)(
        pour.acteur,
        pour.motif,
        pour.environment,
        pour.logiciel.model_copy(update={"nom": 'A&B<"x>'}),
        pour.clock,
        pour.ids,
    )
    Banc(insi, pour).client.rechercher(ADRUN)
    assert etree.fromstring(insi.recues[0]).findtext(".//{urn:siram:lps:ctxlps}Nom") == 'urn:lps:A&B<"x>:1.2.3'


# --- assertion -------------------------------------------------------------------------------------------


def assertion(requete: bytes) -> etree._Element:
    (found,) = etree.fromstring(requete).iter("{urn:oasis:names:tc:SAML:2.0:assertion}Assertion")
    return found


def test_assertion_has_the_published_structure() -> None:
    element = assertion(requetes(carte=True)[0])
    arbre = [
        (etree.QName(e).localname, e.get("Name"), e.get("NameQualifier"), e.text)
        for e in element.iter()
        if "dsig" not in e.tag
    ]
    assert arbre == [
        ("Assertion", None, None, None),
        ("Issuer", None, None, f"CN={RPPS},2.5.4.12=Infirmier & Cie \\<é\\>,C=FR"),
        ("Subject", None, None, None),
        ("NameID", None, "CPS", RPPS),
        ("AttributeStatement", None, None, None),
        ("Attribute", "identifiantFacturation", None, None),
        ("AttributeValue", None, None, "0B0152872"),
        ("Attribute", "secteurActivite", None, None),
        ("AttributeValue", None, None, "SA17"),
    ]  # fmt: skip
    assert element.get("IssueInstant") == "2026-01-15T09:30:05.120Z"
    assert element.get("Version") == "2.0"
    assert element[0].get("Format") == "urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName"
    assert etree.QName(element[1]).localname == "Signature"


def test_assertion_is_written_in_its_own_canonical_form() -> None:
    """What is hashed without a parser is what a parser would have hashed."""
    requete = requetes(carte=True)[0]
    ecrite = re.search(rb"<saml:Assertion.*</saml:Assertion>", requete)
    assert ecrite is not None
    sans_signature = re.sub(rb"<ds:Signature .*</ds:Signature>", b"", ecrite[0])
    assert len(sans_signature) < len(ecrite[0])
    assert exc_c14n(etree.fromstring(sans_signature)) == sans_signature


@pytest.mark.juge("xmlsec1")
def test_xmlsec1_accepts_the_assertion_in_its_message(tmp_path: Path) -> None:
    signataire = cle()
    insi = Insi({})
    Banc(insi, signataire=signataire).client.rechercher(ADRUN)
    message, certificat = tmp_path / "requete.xml", tmp_path / "certificat.der"
    certificat.write_bytes(signataire.autorite.public_bytes(serialization.Encoding.DER))
    command = [judge("xmlsec1"), "--verify", "--id-attr:ID", "urn:oasis:names:tc:SAML:2.0:assertion:Assertion"]
    command += ["--trusted-der", str(certificat), "--verification-gmt-time", "2026-01-15 09:30:05"]
    command += ["--enabled-key-data", "x509", str(message)]
    message.write_bytes(insi.recues[0])
    assert subprocess.run(command, check=False, capture_output=True).returncode == 0
    message.write_bytes(insi.recues[0].replace(b">SA17<", b">SA07<"))
    assert subprocess.run(command, check=False, capture_output=True).returncode != 0


def test_signxml_and_our_verifier_accept_the_assertion() -> None:
    signataire = cle()
    insi = Insi({})
    Banc(insi, signataire=signataire).client.rechercher(ADRUN)
    element = assertion(insi.recues[0])
    alone = etree.tostring(element, with_tail=False)
    config = SignatureConfiguration(location="./")
    signed = XMLVerifier().verify(alone, x509_cert=signataire.certificate, id_attribute="ID", expect_config=config)
    assert signed.signed_xml.get("ID") == element.get("ID")
    verified = verify_enveloped(element, anchors=[signataire.autorite], at=INSTANT)
    assert verified.certificat == signataire.certificate


# --- answers ---------------------------------------------------------------------------------------------

MOCK = [
    "cnda_REP_CR01.xml",
    "cnda_TEST_2.04_cas2.xml",
    "cnda_TEST_2.05.xml",
    "cnda_TEST_2.08_cas1.xml",
    "cnda_TEST_2.08_cas2.xml",
]


def valeurs(resultat: Resultat) -> list[str]:
    """Every value that our types hold, as INSi writes it."""
    lues = [resultat.code, resultat.libelle]
    if individu := resultat.individu:
        ins = [(individu.matricule, individu.debut, individu.fin)]
        ins += [(h.matricule, h.debut, h.fin) for h in individu.historique]
        for matricule, debut, fin in ins:
            lues += [matricule.numero, matricule.cle, matricule.oid.value]
            lues += [moment.isoformat() for moment in (debut, fin) if moment]
        t = individu.traits
        lues += [t.nom_naissance, t.liste_prenoms, t.sexe.value, t.date_naissance, t.lieu_naissance or ""]
    return sorted(lues)


def feuilles(contenu: bytes) -> list[str]:
    root = etree.fromstring(contenu)
    # Prenom repeats the first of the list: the list is what is kept.
    return sorted(
        str(e.text) for e in root.iter(f"{{{NS}}}*") if not e.findall("*") and etree.QName(e).localname != "Prenom"
    )


@pytest.mark.parametrize("sample", MOCK)
def test_published_samples_are_read_with_nothing_lost(sample: str) -> None:
    contenu = reference("insi-wsdl", "examples", sample).read_bytes()
    assert valeurs(lire(contenu)) == feuilles(contenu)


def dans_le_desordre(enfants: list[etree._Element], hasard: random.Random) -> list[etree._Element]:
    """In any order, except that INSHISTO is a list: former numbers keep theirs."""
    anciens = iter([e for e in enfants if e.tag == f"{{{NS}}}INSHISTO"])
    meles = hasard.sample(enfants, len(enfants))
    return [next(anciens) if e.tag == f"{{{NS}}}INSHISTO" else e for e in meles]


def autrement(source: etree._Element, hasard: random.Random) -> etree._Element:
    """The same content: another prefix, another order, comments between elements and inside values, blanks."""
    copie = etree.Element(source.tag, nsmap={hasard.choice([None, "ns2", "insi"]): NS})
    enfants = [e for e in source if isinstance(e.tag, str)]
    for enfant in dans_le_desordre(enfants, hasard):
        copie.append(etree.Comment(hasard.choice([" OID NIA ", "NumIdentifiant", "<Cle>00</Cle>"])))
        copie.append(autrement(enfant, hasard))
    if not enfants:
        texte = source.text or ""
        coupe = hasard.randint(0, len(texte))
        copie.text = f"\n\t{texte[:coupe]}"
        copie.append(etree.Comment("au milieu"))
        copie[0].tail = f"{texte[coupe:]}  "
    return copie


@pytest.mark.parametrize("sample", MOCK)
@given(hasard=st.randoms(use_true_random=False))
def test_prefix_order_comments_and_blanks_do_not_matter(sample: str, hasard: random.Random) -> None:
    contenu = reference("insi-wsdl", "examples", sample).read_bytes()
    racine = etree.fromstring(contenu)
    (publie,) = racine.iter(f"{{{NS}}}RESULTAT")
    publie.getparent().replace(publie, autrement(publie, hasard))
    lu = lire(etree.tostring(racine))
    assert valeurs(lu) == feuilles(contenu)
    assert lu == lire(contenu)


def test_case_2_04_keeps_history_and_its_impossible_dates() -> None:
    individu = lire(reference("insi-wsdl", "examples", MOCK[1]).read_bytes()).individu
    assert individu is not None
    assert [h.matricule.valeur for h in individu.historique] == ["209076322083439", "209066322012355"]
    assert (individu.historique[0].debut, individu.historique[0].fin) == (date(2019, 3, 1), date(2019, 2, 28))
    assert individu.traits.prenoms == ("PIERRE-ALAIN", "MURIEL", "FLORIANT")
    assert individu.avertissements == ()


def test_case_2_05_is_a_nia() -> None:
    individu = lire(reference("insi-wsdl", "examples", MOCK[2]).read_bytes()).individu
    assert individu is not None
    assert (individu.matricule.valeur, individu.matricule.oid) == ("109076322088835", "1.2.250.1.213.1.4.9")


def test_case_2_08_keeps_wrong_keys_with_a_warning_and_the_repeated_number() -> None:
    individu = lire(reference("insi-wsdl", "examples", MOCK[4]).read_bytes()).individu
    assert individu is not None
    assert individu.matricule.cle_non_conforme
    assert [h.matricule.valeur for h in individu.historique] == ["181036322045660", "281036322045610"]
    assert len(individu.avertissements) == 4
    assert [a for a in individu.avertissements if "répète" in a] == [
        "l'ancien INS n° 1 répète un matricule déjà lu dans la réponse"
    ]
    assert not any("1810363220456" in a for a in individu.avertissements)


def test_case_2_08_1_repeats_its_active_number_which_is_kept_and_said() -> None:
    individu = lire(reference("insi-wsdl", "examples", MOCK[3]).read_bytes()).individu
    assert individu is not None
    assert [h.matricule.valeur for h in individu.historique] == ["180032B02040123"]
    assert individu.avertissements == ("l'ancien INS n° 1 répète un matricule déjà lu dans la réponse",)


@pytest.mark.parametrize(
    ("annonce", "oid", "dit"), [("NIR", "8", 0), ("nia", "9", 0), ("NIA", "8", 1), ("NIR", "9", 1)]
)
def test_a_type_that_contradicts_the_oid_is_said(annonce: str, oid: str, dit: int) -> None:
    xml = CATARINA.replace("</Cle>", f"</Cle><TypeMatricule>{annonce}</TypeMatricule>").replace("4.8<", f"4.{oid}<")
    histo = xml[xml.index("<IdIndividu>") : xml.index("</INSACTIF>")].replace("2360663220836", "2360663220837")
    individu = lire(resultat("00", xml.replace("<TIQ>", f"<INSHISTO>{histo}</INSHISTO><TIQ>"))).individu
    assert individu is not None
    assert sum("contredit son OID" in a for a in individu.avertissements) == 2 * dit


def test_warnings_are_few_whatever_an_answer_repeats() -> None:
    etranges = "".join(f"<E{'x' * rang}/>" for rang in range(25)) * 4_000 + "<Ecetinsi-Pierre/>" + f"<{'A' * 4_000}/>"
    individu = lire(resultat("00", CATARINA.replace("<TIQ>", f"<TIQ>{etranges}"))).individu
    assert individu is not None
    assert len(individu.avertissements) == 21
    assert individu.avertissements[-1] == "et 6 autres anomalies, à lire dans la réponse brute"
    assert len("".join(individu.avertissements)) < 2_000
    vingt_noms = "".join(f"<E{'x' * rang}/>" for rang in range(20))
    vingt = lire(resultat("00", CATARINA.replace("<TIQ>", f"<TIQ>{vingt_noms}")))
    assert vingt.individu is not None
    assert len(vingt.individu.avertissements) == 20
    seul = lire(resultat("00", CATARINA.replace("<TIQ>", "<TIQ><Ecetinsi-Pierre/>"))).individu
    assert seul is not None
    assert seul.avertissements == ("élément inconnu inattendu dans TIQ, à lire dans la réponse brute",)


def test_answer_with_first_name_and_no_list() -> None:
    """The oldest published answer has Prenom only."""
    seul = resultat("00", ZOE.replace("ListePrenom", "Prenom"))
    individu = lire(seul).individu
    assert individu is not None
    assert individu.traits.prenoms == ("ZOE",)


@pytest.mark.parametrize(("prenom", "avertissements"), [("CATARINA", 0), ("CATARINA-BELLA", 0), ("BELLA", 1)])
def test_first_name_that_does_not_begin_the_list_is_said(prenom: str, avertissements: int) -> None:
    individu = lire(
        resultat("00", CATARINA.replace("<ListePrenom>", f"<Prenom>{prenom}</Prenom><ListePrenom>"))
    ).individu
    assert individu is not None
    assert individu.traits.liste_prenoms == "CATARINA BELLA"
    assert len(individu.avertissements) == avertissements


def test_lunar_date_is_kept_as_sent() -> None:
    individu = lire(resultat("00", CATARINA.replace("1936-06-21", "1936-00-00"))).individu
    assert individu is not None
    assert (individu.traits.date_naissance, individu.traits.date_lunaire) == ("1936-00-00", True)
    assert len(individu.avertissements) == 1


def test_type_and_validity_of_the_active_ins() -> None:
    xml = CATARINA.replace("</OID>", "</OID><DateDeb>2010-12-07Z</DateDeb><DateFin>hier</DateFin>")
    individu = lire(resultat("00", xml.replace("</Cle>", "</Cle><TypeMatricule>NIR</TypeMatricule>"))).individu
    assert individu is not None
    assert (individu.debut, individu.fin) == (date(2010, 12, 7), None)
    assert [a for a in individu.avertissements if "DateFin" in a]


def test_absent_key_is_computed_and_absent_birth_place_is_said() -> None:
    xml = CATARINA.replace("<Cle>56</Cle>", "").replace("<LieuNaissance>63220</LieuNaissance>", "")
    individu = lire(resultat("00", xml)).individu
    assert individu is not None
    assert individu.matricule.cle == "56"
    assert individu.traits.lieu_naissance is None
    assert individu.avertissements == ("le lieu de naissance manque dans la réponse",)


def test_unknown_elements_are_named_in_a_warning() -> None:
    xml = CATARINA.replace("<Sexe>", "<NomUsage>X</NomUsage><Sexe>").replace(
        "<TIQ>", '<NomNaissance xmlns="urn:x"/><TIQ>'
    )
    individu = lire(resultat("00", xml)).individu
    assert individu is not None
    assert len(individu.avertissements) == 2
    assert individu.traits.nom_naissance == "TCHITCHI"


def test_unreadable_history_is_named_not_dropped_in_silence() -> None:
    histo = "<INSHISTO><IdIndividu><NumIdentifiant>1</NumIdentifiant></IdIndividu><OID>1.2.3</OID></INSHISTO>"
    individu = lire(resultat("00", CATARINA.replace("<TIQ>", f"{histo}<TIQ>"))).individu
    assert individu is not None
    assert individu.historique == ()
    assert "n° 1" in individu.avertissements[0]


@pytest.mark.parametrize(
    ("liste", "locaux", "attendu"),
    [
        ("JEAN CHRISTOPHE PIERRE", ("JEAN CHRISTOPHE", "PIERRE"), ("JEAN CHRISTOPHE", "PIERRE")),
        ("JEAN CHRISTOPHE PIERRE", ("JEAN-CHRISTOPHE",), ("JEAN CHRISTOPHE", "PIERRE")),
        ("JEAN-CHRISTOPHE PIERRE", ("JEAN CHRISTOPHE",), ("JEAN-CHRISTOPHE", "PIERRE")),
        ("JEAN CHRISTOPHE PIERRE", ("CHRISTOPHE", "PIERRE"), ("JEAN", "CHRISTOPHE", "PIERRE")),
        ("JEAN CHRISTOPHE PIERRE", (), ("JEAN", "CHRISTOPHE", "PIERRE")),
        ("CATARINA BELLA", ("OLA", "CATARINA", "BELLA"), ("CATARINA", "BELLA")),
    ],
)
def test_compound_first_names_are_grouped_as_held_here(
    liste: str, locaux: tuple[str, ...], attendu: tuple[str, ...]
) -> None:
    individu = lire(resultat("00", CATARINA.replace("CATARINA BELLA", liste)), locaux).individu
    assert individu is not None
    assert individu.traits.prenoms == attendu
    assert individu.traits.liste_prenoms == liste


SANS = {
    "matricule": ("<NumIdentifiant>2360663220836</NumIdentifiant>", ""),
    "oid": ("<OID>1.2.250.1.213.1.4.8</OID>", ""),
    "oid-inconnu": ("1.2.250.1.213.1.4.8", "1.2.250.1.213.1.4.2"),
    "matricule-malformé": ("2360663220836", "23606632208"),
    "deux-oid": ("</OID>", "</OID><OID>1.2.250.1.213.1.4.9</OID>"),
    "deux-actifs": ("<TIQ>", "<INSACTIF/><TIQ>"),
    "sans-actif": ("INSACTIF", "INSHISTO"),
    "nom": ("<NomNaissance>TCHITCHI</NomNaissance>", ""),
    "prénoms": ("<ListePrenom>CATARINA BELLA</ListePrenom>", "<ListePrenom/>"),
    "date": ("<DateNaissance>1936-06-21</DateNaissance>", ""),
    "sexe": ("<Sexe>F</Sexe>", "<Sexe>X</Sexe>"),
    "lieu": ("<LieuNaissance>63220", "<LieuNaissance>LYON"),
    "namespace": ('xmlns="http://www.cnamts.fr/INSiResultat"', 'xmlns="http://www.cnamts.fr/INSiRecVit"'),
    "code": ("<CodeCR>00</CodeCR>", "<CodeCR/>"),
    "cr": ("CR>", "XX>"),
}


@pytest.mark.parametrize(("ancien", "nouveau"), SANS.values(), ids=SANS)
def test_an_answer_without_what_identifies_is_refused_without_quoting(ancien: str, nouveau: str) -> None:
    contenu = resultat("00", CATARINA).decode()
    assert ancien in contenu
    with pytest.raises(ReponseInvalideError) as caught:
        lire(contenu.replace(ancien, nouveau).encode())
    for secret in ("TCHITCHI", "CATARINA", "2360663220836", "1936", "LYON"):
        assert secret not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_reprs_show_no_identity() -> None:
    texte = repr(lire(resultat("00", CATARINA)))
    assert not [s for s in ("TCHITCHI", "CATARINA", "2360663220836", "1936") if s in texte]
    assert "OLA" not in repr(TCHITCHI)
    assert traits("A", ("B",), "M", "2000-01-01")
