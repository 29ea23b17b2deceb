"""Search and retrieval: what is sent, what is refused before, what an altered answer gives."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import inspect
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from dmp_outils import (
    DOCUMENT_ID,
    MAINTENANT,
    MATRICULE,
    OCTETS,
    REGISTRE,
    acces,
    acteur,
    appelant,
    conduire,
    environment,
    faute,
    identite,
    lire,
    registre,
    reponse,
    sans_reseau,
)
from lxml import etree
from test_dmp_golden import GOLDEN, capture

from judges import reference
from segur_socles._core.flow import Http, Request, Response
from segur_socles._core.xml import parse
from segur_socles.config.environment import OptionsDmp
from segur_socles.dmp.client import AsyncDmpClient, DmpClient
from segur_socles.dmp.lecture import FluxLecture
from segur_socles.dmp.lecture_messages import ecrire_lecture, ecrire_recherche, ecrire_recherche_par_id, lire_recherche
from segur_socles.dmp.lecture_types import (
    ConsultationRefusee,
    CriteresDmp,
    DocumentDmp,
    DocumentLu,
    DocumentsTrouves,
)
from segur_socles.dmp.propos import INCONNU
from segur_socles.dmp.reception import Reception
from segur_socles.dmp.types import DmpFerme
from segur_socles.dmp.vihf import Vihf, lire_vihf
from segur_socles.errors import (
    AccesRefuseError,
    ChampInvalideError,
    ConfigurationError,
    DocumentInvalideError,
    IdentiteError,
    ReponseInvalideError,
    SegurError,
    ServiceError,
    TransportError,
)
from segur_socles.nomenclatures.codes import Code
from segur_socles.personnes.autorisation import ActeSocle, Autorisation
from segur_socles.personnes.identite import Identite
from segur_socles.personnes.professionnel import Motif, MoyenAuthentification
from segur_socles.trace.appelant import Appelant
from segur_socles.trace.record import Resultat
from segur_socles.trace.sinks import MemorySink
from segur_socles.trace.traceur import Traceur
from segur_socles.xds.formats import Cx

ACCORD = Autorisation.accorder(ActeSocle.CONSULTER_DMP, "équipe de soins")
OASIS = "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType"
DEPOT = "1.2.250.1.213.4.1.1.1.2"
FICHE = DocumentDmp(
    unique_id=DOCUMENT_ID,
    depot=DEPOT,
    hash=hashlib.sha1(OCTETS, usedforsecurity=False).hexdigest(),
    taille=len(OCTETS),
)


def medecin(moyen: MoyenAuthentification = MoyenAuthentification.PRO_SANTE_CONNECT, **champs: Any) -> Appelant:
    return appelant(acteur("G15_10/SM26", moyen), environment(**champs))


def flux(pour: Appelant, puits: MemorySink | None = None) -> FluxLecture:
    return FluxLecture(pour, acces, Traceur(puits or MemorySink(), clock=pour.clock, ids=pour.ids, cle=b"k" * 32))


def corps(request: Request) -> etree._Element:
    return lire(request).body


def vihf(request: Request) -> Vihf:
    return lire_vihf(lire(request).assertions[0])


# --- answers made by hand --------------------------------------------------------------------------------


def fiches(**attributs: str) -> str:
    """The sample's answer, its first entry being of our document."""
    texte = reference("xds", "samples", "dmp-td31-response.xml").read_text("utf-8")
    texte = texte[texte.index("<query:") :]
    for nom, valeur in attributs.items():
        ancien = {"hash": "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12", "size": "48213"}.get(nom, nom)
        assert ancien in texte
        texte = texte.replace(ancien, valeur)
    return texte


def contenu(
    octets: bytes = OCTETS,
    *,
    unique_id: str = DOCUMENT_ID,
    status: str = "Success",
    href: str = "cid:doc%2Bun@dmp",
    cid: str = "doc+un@dmp",
    relates_to: str | None = None,
) -> Callable[[Request], tuple[str, bytes]]:
    def multipart(request: Request) -> tuple[str, bytes]:
        rs = "urn:oasis:names:tc:ebxml-regrep"
        recu = (
            f"<x:DocumentResponse><x:RepositoryUniqueId>{DEPOT}</x:RepositoryUniqueId>"
            f"<x:DocumentUniqueId>{unique_id}</x:DocumentUniqueId><x:mimeType>text/xml</x:mimeType>"
            f'<x:Document><i:Include xmlns:i="http://www.w3.org/2004/08/xop/include" href="{href}"/></x:Document>'
            "</x:DocumentResponse>"
        )
        liste = ""
        if status == "Failure":
            recu = ""
            liste = (
                '<rs:RegistryErrorList><rs:RegistryError errorCode="XDSDocumentUniqueIdError" location=""'
                f' codeContext="{MATRICULE}" severity="{rs}:ErrorSeverityType:Error"/></rs:RegistryErrorList>'
            )
        racine = reponse(
            request,
            '<x:RetrieveDocumentSetResponse xmlns:x="urn:ihe:iti:xds-b:2007">'
            f'<rs:RegistryResponse xmlns:rs="{rs}:xsd:rs:3.0" status="{rs}:ResponseStatusType:{status}">{liste}'
            f"</rs:RegistryResponse>{recu}</x:RetrieveDocumentSetResponse>",
            relates_to=relates_to,
        ).content
        morceaux = [
            b'--b\r\nContent-Type: application/xop+xml; type="application/soap+xml"\r\nContent-ID: <r@dmp>\r\n\r\n'
        ]
        morceaux += [racine, b"\r\n"]
        if recu:
            morceaux += [f"--b\r\nContent-Type: text/xml\r\nContent-ID: <{cid}>\r\n\r\n".encode(), octets, b"\r\n"]
        type_mime = 'multipart/related; boundary="b"; type="application/xop+xml"; start="<r@dmp>"'
        return type_mime, b"".join([*morceaux, b"--b--\r\n"])

    return multipart


def jouer(http: Http, type_mime: str, octets: bytes, *, status: int = 200, pas: int = 1000) -> Response:
    sink = http.sink()
    for debut in range(0, len(octets), pas):
        sink.write(octets[debut : debut + pas])
    return Response(status, {"content-type": type_mime}, sink.content(), sink)


def servir(
    multipart: Callable[[Request], tuple[str, bytes]], recus: list[Request] | None = None
) -> Callable[[Http, Request], Response]:
    def repondre(http: Http, request: Request) -> Response:
        (recus if recus is not None else []).append(request)
        assert http.repeatable, "reading twice is harmless"
        if request.url.endswith("/registry"):
            return reponse(request, fiches(hash=FICHE.hash or "", size=str(FICHE.taille)))
        return jouer(http, *multipart(request))

    return repondre


CONSULTER: dict[str, Callable[..., Any]] = {
    "rechercher": lambda ligne, qui=None: ligne.rechercher(qui or identite(), ACCORD),
    "lire": lambda ligne, qui=None: ligne.lire(FICHE, qui or identite(), ACCORD),
}


def registre_de(statut: str) -> str:
    """A registry's status as a search answers it."""
    return statut.replace(
        "rs:RegistryResponse xmlns", f'q:AdhocQueryResponse xmlns:q="{REGISTRE}:xsd:query:3.0" xmlns'
    ).replace("/rs:RegistryResponse", "/q:AdhocQueryResponse")


def lecture_de(statut: str) -> str:
    """A registry's status as a retrieval answers it."""
    return f'<x:RetrieveDocumentSetResponse xmlns:x="urn:ihe:iti:xds-b:2007">{statut}</x:RetrieveDocumentSetResponse>'


# --- what is sent ----------------------------------------------------------------------------------------


def _schema(dossier: str, nom: str) -> etree.XMLSchema:
    schema = etree.parse(reference("xds", "wsdl", "schema", dossier, nom))
    if dossier == "IHE":
        # The published rim.xsd refers to a global element that the published XDS.b schema does not declare.
        etree.SubElement(
            schema.getroot(), "{http://www.w3.org/2001/XMLSchema}element", name="Document", type="xs:base64Binary"
        )
    return etree.XMLSchema(schema)


def _canonique(element: etree._Element) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=True, with_comments=False)


def _parametres(element: etree._Element) -> dict[str, str]:
    return {s.get("name", ""): s.findtext(".//{*}Value") or "" for s in element.iter("{*}Slot")}


@pytest.mark.exigence("XDS/ITI-18")
def test_search_holds_what_the_sample_holds_and_is_valid() -> None:
    criteres = CriteresDmp(types=("11490-0",), acte_depuis=datetime(2024, 1, 15, tzinfo=UTC))
    ecrite = parse(ecrire_recherche(identite().matricule, criteres).encode(), what="x")
    exemple = parse(reference("xds", "samples", "dmp-td31-finddocuments.xml").read_bytes(), what="x")
    _schema("ebRS30", "query.xsd").assertValid(ecrite)
    assert _parametres(ecrite) == _parametres(exemple)
    for chemin, attribut in (("{*}ResponseOption", "returnType"), ("{*}AdhocQuery", "id")):
        assert ecrite.find(chemin).get(attribut) == exemple.find(chemin).get(attribut)


def test_every_criterion_is_written_in_its_own_syntax() -> None:
    borne = datetime.fromisoformat("2026-01-15T10:30:00+01:00")
    criteres = CriteresDmp(
        types=("11490-0", "74207-2"),
        classes=("11",),
        acte_depuis=borne,
        acte_jusqu_a=borne,
        cree_depuis=borne,
        cree_jusqu_a=borne,
        archives=True,
    )
    ecrite = parse(ecrire_recherche(identite().matricule, criteres).encode(), what="x")
    _schema("ebRS30", "query.xsd").assertValid(ecrite)
    heures = dict.fromkeys(
        (f"$XDSDocumentEntry{nom}{bout}" for nom in ("CreationTime", "ServiceStartTime") for bout in ("From", "To")),
        "20260115093000",
    )
    assert _parametres(ecrite) == heures | {
        "$XDSDocumentEntryPatientId": f"'{MATRICULE}^^^&1.2.250.1.213.1.4.10&ISO^NH'",
        "$XDSDocumentEntryStatus": "('urn:oasis:names:tc:ebxml-regrep:StatusType:Approved',"
        "'urn:asip:ci-sis:2010:StatusType:Archived')",
        "$XDSDocumentEntryClassCode": "('11^^1.2.250.1.213.1.1.4.1')",
        "$XDSDocumentEntryTypeCode": "('11490-0^^2.16.840.1.113883.6.1','74207-2^^2.16.840.1.113883.6.1')",
    }


@pytest.mark.parametrize(
    "champs",
    [
        {"types": ("inconnu",)},
        {"classes": ("inconnue",)},
        {"acte_depuis": datetime(2026, 1, 15)},  # noqa: DTZ001 - without a zone, on purpose
        {"acte_depuis": MAINTENANT, "acte_jusqu_a": datetime(2025, 1, 1, tzinfo=UTC)},
    ],
)
def test_wrong_criteria_are_refused_when_made(champs: dict[str, Any]) -> None:
    with pytest.raises(ChampInvalideError):
        CriteresDmp(**champs)


@pytest.mark.exigence("XDS/ITI-43")
def test_retrieval_is_the_sample_and_is_valid() -> None:
    ecrite = parse(ecrire_lecture(FICHE).encode(), what="x")
    exemple = parse(
        b"".join(
            ligne.strip() for ligne in reference("xds", "samples", "dmp-td32-retrieve.xml").read_bytes().splitlines()
        ),
        what="x",
    )
    _schema("IHE", "IHEXDSB.xsd").assertValid(ecrite)
    assert _canonique(ecrite) == _canonique(exemple)


def test_search_by_identifier_is_valid() -> None:
    ecrite = parse(ecrire_recherche_par_id("1.2'3").encode(), what="x")
    _schema("ebRS30", "query.xsd").assertValid(ecrite)
    assert _parametres(ecrite) == {"$XDSDocumentEntryUniqueId": "('1.2''3')"}


def recherche() -> Request:
    recus: list[Request] = []
    criteres = CriteresDmp(types=("74207-2",), acte_depuis=MAINTENANT)
    conduire(flux(medecin()).rechercher(identite(), ACCORD, criteres), servir(contenu(), recus))
    return recus[0]


def lecture() -> list[Request]:
    recus: list[Request] = []
    conduire(flux(medecin()).lire(DOCUMENT_ID, identite(), ACCORD), servir(contenu(), recus))
    return recus


def recherche_urgente(*, regulation: bool) -> Request:
    recus: list[Request] = []
    conduire(flux(urgence()).rechercher(identite(), ACCORD, regulation=regulation), servir(contenu(), recus))
    return recus[0]


CAPTURES = {
    "dmp-rechercher.txt": recherche,
    "dmp-rechercher-bris-de-glace.txt": lambda: recherche_urgente(regulation=False),
    "dmp-rechercher-centre-15.txt": lambda: recherche_urgente(regulation=True),
    "dmp-lire-fiche.txt": lambda: lecture()[0],
    "dmp-lire.txt": lambda: lecture()[1],
}


@pytest.mark.parametrize("nom", CAPTURES)
def test_golden_capture(nom: str) -> None:
    assert capture(CAPTURES[nom]()) == (GOLDEN / nom).read_text("utf-8")


# --- who may, and why ------------------------------------------------------------------------------------


def test_the_assertion_says_air_and_is_like_the_sample() -> None:
    exemple = lire_vihf(parse(reference("xds", "samples", "dmp-vihf-air-signed.xml").read_bytes(), what="x"))
    lu = vihf(recherche())
    communs = ("mode", "declaration", "contexte", "version", "structure", "secteur", "usage", "ressource", "patient")
    assert {c: getattr(lu, c) for c in communs} == {c: getattr(exemple, c) for c in communs}
    assert [(r.code, r.systeme) for r in lu.roles] == [(r.code, r.systeme) for r in exemple.roles]


def test_the_declaration_is_a_setting() -> None:
    pour = medecin(options_dmp=OptionsDmp(declaration_air=""))
    recus: list[Request] = []
    conduire(flux(pour).rechercher(identite(), ACCORD), servir(contenu(), recus))
    assert vihf(recus[0]).declaration == ""


@pytest.mark.parametrize(
    "moyen",
    [MoyenAuthentification.MOT_DE_PASSE, MoyenAuthentification.CERTIFICAT, MoyenAuthentification.AUTOMATE],
)
@pytest.mark.parametrize("operation", ["rechercher", "lire"])
def test_weak_authentication_is_refused_before_sending(moyen: MoyenAuthentification, operation: str) -> None:
    puits = MemorySink()
    ligne = flux(medecin(moyen), puits)
    with pytest.raises(AccesRefuseError) as caught:
        conduire(
            ligne.rechercher(identite(), ACCORD)
            if operation == "rechercher"
            else ligne.lire(FICHE, identite(), ACCORD),
            sans_reseau,
        )
    assert [c.champ for c in caught.value.constats] == ["acteur.moyen"]
    assert puits.records[-1].resultat is Resultat.REFUS_DROITS


def test_a_doctor_without_speciality_has_no_role() -> None:
    pour = appelant(acteur("G15_10", MoyenAuthentification.MOT_DE_PASSE))
    with pytest.raises(AccesRefuseError) as caught:
        conduire(flux(pour).rechercher(identite(), ACCORD), sans_reseau)
    assert [c.champ for c in caught.value.constats] == ["acteur.moyen", "acteur.professionnel.profession"]


def connecte(il_y_a: timedelta, **options: Any) -> Appelant:
    """Give a doctor who logged in some time ago."""
    qui = acteur("G15_10/SM26", MoyenAuthentification.PRO_SANTE_CONNECT)
    qui = qui.model_copy(update={"authentifie_le": MAINTENANT - il_y_a})
    return appelant(qui, environment(options_dmp=OptionsDmp(**options)))


@pytest.mark.parametrize("operation", ["rechercher", "lire"])
@pytest.mark.parametrize(("duree", "options"), [(4 * 3600, {}), (60, {"duree_authentification": 60})])
def test_an_authentication_too_old_consults_no_more(operation: str, duree: int, options: dict[str, Any]) -> None:
    puits = MemorySink()
    trop = flux(connecte(timedelta(seconds=duree + 1), **options), puits)
    with pytest.raises(AccesRefuseError) as caught:
        conduire(CONSULTER[operation](trop), sans_reseau)
    (constat,) = caught.value.constats
    assert constat.champ == "acteur.authentifie_le"
    assert str(constat.remede).startswith("se reconnecter")
    assert puits.records[-1].resultat is Resultat.REFUS_DROITS
    conduire(CONSULTER[operation](flux(connecte(timedelta(seconds=duree), **options))), servir(contenu()))


def test_the_assertion_tells_when_the_person_logged_in_and_not_when_it_was_signed() -> None:
    recus: list[Request] = []
    conduire(flux(connecte(timedelta(hours=3))).lire(FICHE, identite(), ACCORD), servir(contenu(), recus))
    assert vihf(recus[0]).authentifie_le == datetime(2026, 1, 15, 6, 30, 5, 120000, tzinfo=UTC)
    assert vihf(recus[0]).emis_le == MAINTENANT
    (texte,) = (etree.tostring(a).decode() for a in lire(recus[0]).assertions)
    assert 'AuthnInstant="2026-01-15T06:30:05.120Z"' in texte


@pytest.mark.parametrize("carte", [MoyenAuthentification.CPS, MoyenAuthentification.PRO_SANTE_CONNECT])
def test_strong_authentication_is_told(carte: MoyenAuthentification) -> None:
    recus: list[Request] = []
    conduire(flux(medecin(carte)).lire(FICHE, identite(), ACCORD), servir(contenu(), recus))
    fin = {MoyenAuthentification.CPS: "SmartcardPKI"}.get(carte, "MobileTwoFactorUnregistered")
    assert vihf(recus[0]).contexte.endswith(f":{fin}")


def urgence(justification: str | None = "inconscient, seul", cadre: str = "SAMU_SMUR") -> Appelant:
    pour = medecin()
    structure = pour.acteur.structure.model_copy(update={"cadre": cadre})
    qui = pour.acteur.model_copy(update={"structure": structure})
    return dataclasses.replace(pour, acteur=qui, motif=Motif.URGENCE, justification=justification)


@pytest.mark.parametrize(("regulation", "code"), [(False, "bris_de_glace"), (True, "centre_15")])
def test_an_emergency_says_why_and_keeps_its_justification_to_itself(regulation: bool, code: str) -> None:
    recus: list[Request] = []
    puits = MemorySink()
    ligne = flux(urgence(), puits).rechercher(identite(), ACCORD, regulation=regulation)
    conduire(ligne, servir(contenu(), recus))
    usage = vihf(recus[0]).usage
    assert usage is not None
    assert (usage.code, usage.systeme) == (code, "1.2.250.1.213.1.1.4.248")
    assert "inconscient" not in capture(recus[0])
    assert dict(puits.records[0].objet) == {"mode": "INDIRECTE_RENFORCEE", "usage": code, "justifie": True}


@pytest.mark.parametrize(
    ("pour", "regulation", "champs"),
    [
        (urgence(None), False, ["justification"]),
        (urgence("  "), False, ["justification"]),
        (urgence(cadre="ESSMS"), True, ["acteur.structure.cadre"]),
        (urgence(None, cadre="ESSMS"), True, ["justification", "acteur.structure.cadre"]),
        (dataclasses.replace(urgence(), motif=Motif.PRISE_EN_CHARGE), True, ["acteur.structure.cadre"]),
    ],
)
def test_an_emergency_that_is_not_one_is_refused(pour: Appelant, regulation: bool, champs: list[str]) -> None:
    for ligne in (
        flux(pour).rechercher(identite(), ACCORD, regulation=regulation),
        flux(pour).lire(FICHE, identite(), ACCORD, regulation=regulation),
    ):
        with pytest.raises(AccesRefuseError) as caught:
            conduire(ligne, sans_reseau)
        assert [c.champ for c in caught.value.constats] == champs


@pytest.mark.parametrize(
    ("autorisation", "raisons"),
    [
        (Autorisation.refuser(ActeSocle.CONSULTER_DMP, "opposition"), ("opposition",)),
        (
            Autorisation.accorder(ActeSocle.ALIMENTER_DMP, "information"),
            ("l'autorisation donnée porte sur un autre acte",),
        ),
    ],
)
def test_without_authorisation_nothing_is_sent(autorisation: Autorisation, raisons: tuple[str, ...]) -> None:
    puits = MemorySink()
    ligne = flux(medecin(), puits)
    assert conduire(ligne.rechercher(identite(), autorisation), sans_reseau) == ConsultationRefusee(raisons)
    assert conduire(ligne.lire(FICHE, identite(), autorisation), sans_reseau) == ConsultationRefusee(raisons)
    assert [r.resultat for r in puits.records[1::2]] == [Resultat.REFUS_DROITS] * 2
    assert raisons[0] in ConsultationRefusee(raisons).explication


# --- search: answers -------------------------------------------------------------------------------------


def trouver(body: str) -> Any:
    return conduire(flux(medecin()).rechercher(identite(), ACCORD), lambda _, request: reponse(request, body))


def test_the_sample_is_read_to_the_last_field() -> None:
    trouves = trouver(fiches())
    assert isinstance(trouves, DocumentsTrouves)
    assert (trouves.complet, trouves.illisibles, trouves.avertissements) == (True, 0, ())
    (document,) = trouves.documents
    assert dataclasses.replace(document, auteurs=()) == DocumentDmp(
        unique_id=DOCUMENT_ID,
        depot=DEPOT,
        entry_uuid="urn:uuid:6f1b7a52-0c7e-4c0e-9c52-3a7f2f0b1c11",
        logical_id="urn:uuid:6f1b7a52-0c7e-4c0e-9c52-3a7f2f0b1c11",
        statut="urn:oasis:names:tc:ebxml-regrep:StatusType:Approved",
        version="1",
        type_mime="text/xml",
        titre="Projet personnalisé (fictif)",
        type=Code("80788-3", "2.16.840.1.113883.6.1", "Projet personnalisé d'accompagnement"),
        classe=Code("44", "1.2.250.1.213.1.1.4.1", "Plan de soins, protocole de soins"),
        format=Code(
            "urn:ihe:iti:xds-sd:pdf:2008", "1.3.6.1.4.1.19376.1.2.3", "Document à corps non structuré en Pdf/A-1"
        ),
        confidentialites=(Code("N", "2.16.840.1.113883.5.25", "Normal"),),
        creation="20260115103000",
        debut="20260115090000",
        hash="2fd4e1c67a2d28fced849ee1bb76e7391b93eb12",
        taille=48213,
        patient=Cx(MATRICULE, "1.2.250.1.213.1.4.10", "NH"),
    )
    assert [a.personne.id for a in document.auteurs] == ["899900000017"]
    assert (document.actif, document.du_patient, document.masque) == (True, False, False)
    assert "(fictif)" not in repr(trouves)
    assert "MARTIN" not in repr(trouves)
    assert trouves.explication == "Un document trouvé dans le DMP."


@pytest.mark.parametrize(
    ("avant", "apres", "attendu"),
    [
        ('totalResultCount="1"', 'totalResultCount="40"', (1, 0, False)),
        ('totalResultCount="1"', "", (1, 0, True)),
        ('"repositoryUniqueId"', '"autre"', (0, 1, False)),
        (f"{OASIS}:Success", "urn:ihe:iti:2007:ResponseStatusType:PartialSuccess", (1, 0, False)),
        ('nodeRepresentation="44"', 'nodeRepresentation="urn:oid:1.3.6.1.4.1.19376.1.2.1.1.1"', (0, 0, True)),
        ("sourcePatientId", "x", (1, 0, True)),
        (">48213<", ">beaucoup<", (1, 0, True)),
    ],
)  # fmt: skip
def test_what_a_search_tells_of_its_own_limits(avant: str, apres: str, attendu: tuple[int, int, bool]) -> None:
    assert avant in fiches()
    trouves = trouver(fiches().replace(avant, apres))
    assert (len(trouves.documents), trouves.illisibles, trouves.complet) == attendu
    assert ("incomplète" in trouves.explication) is not attendu[2]


@pytest.mark.parametrize(
    ("avant", "apres", "propriete"),
    [
        ("StatusType:Approved", "StatusType:Deprecated", "actif"),
        ('nodeRepresentation="44"', 'nodeRepresentation="90"', "du_patient"),
        ('nodeRepresentation="80788-3"', 'nodeRepresentation="DOCPAT01"', "du_patient"),
        ('nodeRepresentation="N"', 'nodeRepresentation="MASQUE_PS"', "masque"),
    ],
)
def test_what_must_be_told_apart(avant: str, apres: str, propriete: str) -> None:
    (exemple,) = trouver(fiches()).documents
    (document,) = trouver(fiches().replace(avant, apres)).documents
    assert getattr(document, propriete) is not getattr(exemple, propriete)


def test_another_message_is_no_answer() -> None:
    with pytest.raises(ReponseInvalideError):
        trouver("<autre/>")
    with pytest.raises(ReponseInvalideError):
        lire_recherche(parse(b"<autre/>", what="x"))


def test_a_refusal_of_the_registry_is_its_error_without_its_wording() -> None:
    echec = (
        fiches()
        .replace("ResponseStatusType:Success", "ResponseStatusType:Failure")
        .replace(
            "<rim:RegistryObjectList>",
            '<rs:RegistryErrorList><rs:RegistryError errorCode="XDSTooManyResults" location=""'
            f' codeContext="{MATRICULE}" severity="x:Error"/></rs:RegistryErrorList><rim:RegistryObjectList>',
        )
    )
    with pytest.raises(ServiceError) as caught:
        trouver(echec)
    assert caught.value.code == "XDSTooManyResults"
    assert MATRICULE not in str(caught.value.to_dict())


# --- reading: answers ------------------------------------------------------------------------------------


@pytest.mark.parametrize("document", [FICHE, DOCUMENT_ID])
def test_what_is_read_is_what_was_sent(document: DocumentDmp | str) -> None:
    puits = MemorySink()
    lu = conduire(flux(medecin(), puits).lire(document, identite(), ACCORD), servir(contenu()))
    assert isinstance(lu, DocumentLu)
    assert (lu.octets, lu.taille, lu.type_mime, lu.verifie) == (OCTETS, len(OCTETS), "text/xml", True)
    assert "DURAND" not in repr(lu)
    assert "bien celui" in lu.explication
    assert dict(puits.records[1].details) == {"octets": len(OCTETS), "verifie": True}
    assert puits.records[0].objet["document"] == DOCUMENT_ID


def test_inline_base64_is_the_same_answer() -> None:
    def sans_xop(http: Http, request: Request) -> Response:
        _, octets = contenu()(request)
        texte = octets[octets.index(b"<env:Envelope") : octets.index(b"</env:Envelope>")].decode() + "</env:Envelope>"
        debut, fin = texte.index("<i:Include"), texte.index("</x:Document>")
        texte = texte[:debut] + base64.b64encode(OCTETS).decode() + texte[fin:]
        return jouer(http, "application/soap+xml", texte.encode())

    lu = conduire(flux(medecin()).lire(FICHE, identite(), ACCORD), sans_xop)
    assert (lu.octets, lu.verifie) == (OCTETS, True)


ALTERE = OCTETS.replace(b"DURAND", b"DUPOND")


@pytest.mark.parametrize(
    ("octets", "fiche", "champs"),
    [
        (ALTERE, FICHE, ["hash"]),
        (OCTETS[:-1], FICHE, ["size", "hash"]),
        (OCTETS + b" ", FICHE, ["size"]),
        (OCTETS[:-1], dataclasses.replace(FICHE, hash=None), ["size"]),
        (ALTERE, dataclasses.replace(FICHE, taille=None), ["hash"]),
    ],
)
@pytest.mark.parametrize("fichier", [False, True])
def test_an_altered_part_is_a_typed_error_and_nothing_is_kept(
    tmp_path: Path,
    octets: bytes,
    fiche: DocumentDmp,
    champs: list[str],
    fichier: bool,
) -> None:
    vers = tmp_path / "document.xml"
    vers.write_bytes(b"avant")
    ligne = flux(medecin()).lire(fiche, identite(), ACCORD, vers=vers if fichier else None)
    with pytest.raises(DocumentInvalideError) as caught:
        conduire(ligne, servir(contenu(octets)))
    assert [c.champ for c in caught.value.constats] == champs
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("document.xml", b"avant")]


@pytest.mark.parametrize("manque", [{"hash": None}, {"taille": None}])
def test_what_could_not_be_verified_says_so(manque: dict[str, None]) -> None:
    fiche = dataclasses.replace(FICHE, **manque)
    lu = conduire(flux(medecin()).lire(fiche, identite(), ACCORD), servir(contenu()))
    assert (lu.octets, lu.verifie) == (OCTETS, False)
    assert "ne permet pas" in lu.explication


def test_to_a_file_whole_and_private(tmp_path: Path) -> None:
    vers = tmp_path / "document.xml"
    lu = conduire(flux(medecin()).lire(FICHE, identite(), ACCORD, vers=vers), servir(contenu()))
    assert (lu.octets, lu.chemin, lu.taille) == (b"", vers, len(OCTETS))
    assert vers.read_bytes() == OCTETS
    assert list(tmp_path.iterdir()) == [vers]


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        conduire(flux(medecin()).lire(FICHE, identite(), ACCORD, vers=tmp_path / "absent" / "x"), servir(contenu()))
    assert caught.value.champ == "vers"


def _non_multipart(type_mime: str, octets: bytes, status: int) -> Callable[[Http, Request], Response]:
    return lambda http, _request: jouer(http, type_mime, octets, status=status)


FAUTES: dict[str, tuple[Callable[[Http, Request], Response], type[SegurError], str | None]] = {
    "autre document": (servir(contenu(unique_id="1.2.3")), ReponseInvalideError, None),
    "pièce absente": (servir(contenu(href="cid:absente@dmp")), ReponseInvalideError, None),
    "pas cid": (servir(contenu(href="https://ailleurs/x")), ReponseInvalideError, None),
    "autre message": (servir(contenu(relates_to="urn:uuid:autre")), ReponseInvalideError, None),
    "tronquée": (servir(lambda r: (contenu()(r)[0], contenu()(r)[1][:-60])), ReponseInvalideError, None),
    "refus": (servir(contenu(status="Failure")), ServiceError, "XDSDocumentUniqueIdError"),
    "droits": (
        lambda http, request: jouer(
            http, "application/soap+xml", reponse(request, faute("DMPAccessDeniedByRightsService")).content, status=500
        ),
        ServiceError,
        "DMPAccessDeniedByRightsService",
    ),
    "503": (_non_multipart("text/html", b"<html/>", 503), TransportError, None),
    "html": (_non_multipart("text/html", b"<html/>", 200), ReponseInvalideError, None),
}


@pytest.mark.parametrize("cas", FAUTES)
def test_fault_gives_its_typed_error_and_no_file(tmp_path: Path, cas: str) -> None:
    repondre, genre, code = FAUTES[cas]
    with pytest.raises(SegurError) as caught:
        conduire(flux(medecin()).lire(FICHE, identite(), ACCORD, vers=tmp_path / "x"), repondre)
    assert type(caught.value) is genre
    assert getattr(caught.value, "code", None) == code
    assert MATRICULE not in str(caught.value.to_dict())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("operation", ["rechercher", "lire"])
def test_a_server_that_breaks_down_is_told_and_leaves_nothing_unknown(operation: str) -> None:
    """Reading changes nothing: a Receiver fault is a plain error, unlike that of a feed."""
    puits = MemorySink()
    with pytest.raises(ServiceError) as caught:
        conduire(
            CONSULTER[operation](flux(medecin(), puits)),
            lambda http, request: jouer(
                http,
                "application/soap+xml",
                reponse(request, faute("DMPInternalError", code="Receiver")).content,
                status=500,
            ),
        )
    assert caught.value.code == "DMPInternalError"
    assert puits.records[-1].resultat is Resultat.ERREUR_METIER


FERMES: dict[str, str] = {
    "faute": faute("DMPClosed"),
    "panne côté service": faute("DMPClosed", code="Receiver"),
    "registre": registre("Failure", ("DMPClosed", "Error")),
}


@pytest.mark.parametrize("cas", FERMES)
@pytest.mark.parametrize("operation", ["rechercher", "lire"])
def test_a_closed_record_is_an_outcome(operation: str, cas: str) -> None:
    def repondre(http: Http, request: Request) -> Response:
        corps_ferme = FERMES[cas]
        if cas == "registre":
            requete = operation == "rechercher"
            corps_ferme = registre_de(corps_ferme) if requete else lecture_de(corps_ferme)
        return jouer(http, "application/soap+xml", reponse(request, corps_ferme).content)

    puits = MemorySink()
    ferme = conduire(CONSULTER[operation](flux(medecin(), puits)), repondre)
    assert isinstance(ferme, DmpFerme)
    assert "fermé" in ferme.explication
    apres = puits.records[-1]
    assert (apres.resultat, apres.code, apres.message_id) == (Resultat.SANS_RESULTAT, "ferme", ferme.message_id)


CITATION = "Patient JEANNE DURAND 14/07/1935"


@pytest.mark.parametrize("operation", ["rechercher", "lire"])
@pytest.mark.parametrize("code", [CITATION, "DurandJeanne", MATRICULE])
def test_a_code_that_names_the_person_is_not_repeated(operation: str, code: str) -> None:
    echec = registre("Failure", ("CODE", "Error")).replace('"CODE"', f'"{code}"').replace(MATRICULE, CITATION)
    emballe = registre_de(echec) if operation == "rechercher" else lecture_de(echec)
    for corps_recu in (emballe, faute("DurandJeanne", texte=CITATION)):
        with pytest.raises(ServiceError) as caught:
            conduire(
                CONSULTER[operation](flux(medecin())),
                lambda http, request, recu=corps_recu: jouer(
                    http, "application/soap+xml", reponse(request, recu).content
                ),
            )
        assert (caught.value.code, caught.value.label) == (INCONNU, "libellé non repris : il cite la personne")
        dit = f"{caught.value!r} {caught.value.to_dict()}".casefold()
        assert not any(mot in dit for mot in ("jeanne", "durand", "1935", MATRICULE))


def test_a_warning_keeps_its_code_only_if_it_names_nobody() -> None:
    erreurs = (
        '<rs:RegistryErrorList><rs:RegistryError errorCode="XDSRegistryBusy" codeContext="" severity="x:Warning"/>'
        f'<rs:RegistryError errorCode="{CITATION}" codeContext="{CITATION}" severity="x:Warning"/>'
        "</rs:RegistryErrorList><rim:RegistryObjectList>"
    )
    trouves = trouver(fiches().replace("<rim:RegistryObjectList>", erreurs))
    assert [c.champ for c in trouves.avertissements] == ["XDSRegistryBusy", INCONNU]
    assert "JEANNE" not in repr(trouves)


def test_an_identifier_that_names_the_person_is_not_traced() -> None:
    puits = MemorySink()
    for unique_id in (f"1.2.3^{MATRICULE}", "1.2.3^DURAND"):
        with pytest.raises(DocumentInvalideError):
            conduire(flux(medecin(), puits).lire(unique_id, identite(), ACCORD), servir(contenu()))
    assert len(puits.records) == 4
    ecrit = str([r.en_json() for r in puits.records])
    assert MATRICULE not in ecrit
    assert "DURAND" not in ecrit


@pytest.mark.parametrize("operation", ["rechercher", "lire"])
def test_only_a_qualified_identity_opens_a_record(operation: str) -> None:
    recuperee: Any = Identite(traits=identite().traits)
    puits = MemorySink()
    with pytest.raises(IdentiteError):
        conduire(CONSULTER[operation](flux(medecin(), puits), recuperee), sans_reseau)
    assert puits.records == []


def test_an_identifier_without_entry_is_not_asked_to_the_repository() -> None:
    recus: list[Request] = []
    with pytest.raises(DocumentInvalideError):
        conduire(flux(medecin()).lire("1.2.3", identite(), ACCORD), servir(contenu(), recus))
    assert [r.url.rpartition("/")[2] for r in recus] == ["registry"]


def test_a_large_answer_goes_through_without_being_kept(tmp_path: Path) -> None:
    """32 MiB to a file, in pieces: the memory used does not depend on them."""
    morceau, nombre = b"x" * 65536, 512
    empreinte = hashlib.sha1(usedforsecurity=False)
    for _ in range(nombre):
        empreinte.update(morceau)
    fiche = dataclasses.replace(FICHE, hash=empreinte.hexdigest(), taille=len(morceau) * nombre)
    pic = 0

    def repondre(http: Http, request: Request) -> Response:
        nonlocal pic
        type_mime, octets = contenu(b"@@")(request)
        tete, _, queue = octets.rpartition(b"@@")
        sink = http.sink()
        tracemalloc.start()
        for bout in (tete, *(morceau for _ in range(nombre)), queue):
            sink.write(bout)
        pic = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return Response(200, {"content-type": type_mime}, sink.content(), sink)

    vers = tmp_path / "grand.xml"
    lu = conduire(flux(medecin()).lire(fiche, identite(), ACCORD, vers=vers), repondre)
    assert lu.taille == vers.stat().st_size == len(morceau) * nombre
    assert lu.verifie
    assert pic < 2 * 1024 * 1024


def test_more_than_announced_is_stopped_as_it_comes() -> None:
    reception = Reception(hash_attendu=None, taille=10)
    reception.write(b"x" * 10)
    with pytest.raises(DocumentInvalideError):
        reception.write(b"x")


def test_twins_have_the_same_signatures() -> None:
    for nom in ("rechercher", "lire"):
        ours, theirs = (inspect.signature(getattr(client, nom)) for client in (DmpClient, AsyncDmpClient))
        assert ours == theirs
