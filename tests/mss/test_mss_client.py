"""The client, from the session to the wire: what is sent once, what is tried again, what the traces say."""

from __future__ import annotations

import asyncio
import inspect
from dataclasses import replace
from typing import Any

import pytest
from mss_outils import ACTEUR, CITOYEN, LOGICIEL, PDF, dlu, rediger, xdm
from mss_serveur import ADRESSE, CAPACITES, COUPER, FINESS, JEAN, Scripte, certificat, imap, pki, serveur, smtp

from segur_socles._core.retry import RetryPolicy
from segur_socles.config.environment import Environment, Nature
from segur_socles.config.messagerie import OperateurMss, OptionsMss
from segur_socles.credentials.configuration import Configuration
from segur_socles.credentials.trousseau import Trousseau
from segur_socles.errors import (
    ChampInvalideError,
    ConfigurationError,
    CredentialError,
    ServiceError,
    TransportError,
    VerificationIndisponibleError,
)
from segur_socles.mss.client import AsyncMssClient, MssClient
from segur_socles.mss.codes import ErreurIntegration
from segur_socles.mss.lecture import lire_message
from segur_socles.mss.types import EnvoiNonAutorise, EnvoiRefuse, MessageEnvoye, MessagePret
from segur_socles.personnes.autorisation import ActeSocle, Autorisation
from segur_socles.personnes.boite import BoiteStructure
from segur_socles.personnes.professionnel import Motif
from segur_socles.segur.acces import acces_mss
from segur_socles.segur.facade import AsyncSegur, Segur
from segur_socles.trace.record import Resultat
from segur_socles.trace.sinks import MemorySink

DOMAINE = "ehpad.bac-a-sable.mssante.fr"
OUI = Autorisation.accorder(ActeSocle.ENVOYER_MSS, "usager informé, sans opposition")
OUI_USAGER = Autorisation.accorder(ActeSocle.ECRIRE_USAGER, "usager informé, sans opposition")
NON_USAGER = Autorisation.refuser(ActeSocle.ECRIRE_USAGER, "la personne s'y est opposée")
RAPIDE = RetryPolicy(attempts=3, base=0.0, cap=0.0)
both = pytest.mark.parametrize("mode", ["sync", "async"])

DEMANDE = (
    b"From: Jean <" + JEAN.encode() + b">\r\nTo: <" + ADRESSE.encode() + b">\r\n"
    b"Return-Path: <" + JEAN.encode() + b">\r\nDisposition-Notification-To: <" + JEAN.encode() + b">\r\n"
    b"Date: Mon, 01 Jun 2026 10:00:00 +0200\r\nMessage-ID: <q1@medecin.mssante.fr>\r\nSubject: Question\r\n"
    b"\r\nBonjour\r\n"
)


def config(smtp_: Scripte | None = None, imap_: Scripte | None = None, **autres: Any) -> Configuration:
    ports = [ouvert.port if ouvert else 1 for ouvert in (smtp_, imap_)]
    operateur = OperateurMss(domaines=(DOMAINE,), smtp=f"localhost:{ports[0]}", imap=f"localhost:{ports[1]}")
    donnees = {"operateurs_mss": (operateur,), "nature": Nature.BAC_A_SABLE, **autres}
    environment = Environment(nom="essai", ancres=pki().ancres_pem, listes_revocation=pki().listes_pem, **donnees)
    trousseau = Trousseau()
    trousseau.ajouter(FINESS, certificat())
    trousseau.ajouter_boite(FINESS, BoiteStructure(adresse=ADRESSE, nom="EHPAD Les Tilleuls"))
    return Configuration(environment, LOGICIEL, trousseau)


def appeler(mode: str, ou: Configuration, sink: MemorySink, nom: str, *arguments: Any, **options: Any) -> Any:
    """Call the client of either twin; its name, then its arguments."""
    if mode == "sync":
        with Segur(ou, traces=sink, policy=RAPIDE) as segur:
            session = segur.au_nom_de(ACTEUR, motif=Motif.PRISE_EN_CHARGE)
            return getattr(session.mss, nom)(*arguments, **options)

    async def appel() -> Any:
        async with AsyncSegur(ou, traces=sink, policy=RAPIDE) as segur:
            session = segur.au_nom_de(ACTEUR, motif=Motif.PRISE_EN_CHARGE)
            return await getattr(session.mss, nom)(*arguments, **options)

    return asyncio.run(appel())


def preparer(*destinataires: str) -> MessagePret:
    with Segur(config(), traces=MemorySink()) as segur:
        session = segur.au_nom_de(ACTEUR, motif=Motif.PRISE_EN_CHARGE)
        return session.mss.preparer(dlu(), a=destinataires or JEAN, pdf=PDF)


def transmis(operateur: Scripte) -> list[bytes]:
    """Give each whole content the server received, dots undone."""
    contenus, contenu = [], list[str]()
    for ligne in operateur.chiffre:
        if ligne == ".":
            contenus.append("".join(f"{li.removeprefix('.')}\r\n" for li in contenu).encode())
        contenu = [] if ligne == "DATA" else [*contenu, ligne]
    return contenus


@both
def test_a_message_goes_from_documents_to_the_operator(mode: str) -> None:
    message = preparer(JEAN, CITOYEN)
    sink = MemorySink()
    with serveur(smtp()) as operateur:
        resultat = appeler(mode, config(operateur), sink, "envoyer", message, OUI, OUI_USAGER)
    assert resultat == MessageEnvoye(message.message_id, (JEAN, CITOYEN))
    assert transmis(operateur) == [message.octets]
    avant, apres = sink.records
    assert (avant.service, avant.operation, avant.resultat) == ("mss", "mss.envoyer", Resultat.EN_COURS)
    assert avant.objet == {
        "message_id": message.message_id,
        "destinataires": 2,
        "documents": 1,
        "octets": message.taille,
    }
    assert (apres.resultat, apres.message_id, apres.details) == (Resultat.SUCCES, message.message_id, {"acceptes": 2})
    assert avant.usager_ref is not None
    assert avant.usager_ref == apres.usager_ref
    dit = "".join(record.en_json() for record in sink.records)
    for secret in (CITOYEN, JEAN, ADRESSE, CITOYEN.partition("@")[0], "VIAL"):
        assert secret not in dit


def test_the_reference_of_a_person_is_that_of_the_other_services() -> None:
    message, sink, cle = preparer(), MemorySink(), b"k" * 32
    with serveur(smtp()) as operateur, Segur(config(operateur), traces=sink, cle_traces=cle) as segur:
        segur.au_nom_de(ACTEUR, motif=Motif.PRISE_EN_CHARGE).mss.envoyer(message, OUI)
        matricule = dlu().entete.usager.identite.matricule
        assert matricule is not None
        assert sink.records[0].usager_ref == segur._traceur.reference(matricule)


@both
@pytest.mark.parametrize(
    ("autorisations", "raison"),
    [
        ((OUI,), "aucune autorisation d'écrire à la personne n'est donnée"),
        ((OUI, NON_USAGER), "la personne s'y est opposée"),
        ((NON_USAGER, OUI_USAGER, OUI), "la personne s'y est opposée"),
        ((OUI_USAGER,), "aucune autorisation d'écrire à des professionnels n'est donnée"),
    ],
)
def test_each_kind_of_recipient_wants_its_own_authorisation(
    mode: str, autorisations: tuple[Autorisation, ...], raison: str
) -> None:
    with serveur(smtp()) as operateur:
        resultat = appeler(mode, config(operateur), MemorySink(), "envoyer", preparer(JEAN, CITOYEN), *autorisations)
    assert isinstance(resultat, EnvoiNonAutorise)
    assert resultat.raisons == (raison,)
    assert operateur.connexions == 0


def test_what_was_refused_for_a_time_is_offered_again_to_those_only() -> None:
    message = preparer(JEAN, CITOYEN)
    reste = message.pour(CITOYEN)
    assert (reste.destinataires, reste.octets, reste.message_id) == ((CITOYEN,), message.octets, message.message_id)
    for autres in ((), ("autre@medecin.bac-a-sable.mssante.fr",)):
        with pytest.raises(ChampInvalideError, match="pas destinataire"):
            message.pour(*autres)


@both
def test_a_message_cut_before_its_end_goes_out_again_with_the_same_bytes(mode: str) -> None:
    message = preparer()
    with serveur(smtp(ACCUEIL="421 4.3.2 plus tard"), smtp(DATA=COUPER), smtp()) as operateur:
        resultat = appeler(mode, config(operateur), MemorySink(), "envoyer", message, OUI)
    assert isinstance(resultat, MessageEnvoye)
    assert operateur.connexions == 3
    assert transmis(operateur) == [message.octets]


@both
def test_a_message_without_an_answer_is_never_sent_again(mode: str) -> None:
    sink = MemorySink()
    with serveur(smtp(FIN=COUPER), smtp()) as operateur, pytest.raises(TransportError) as echec:
        appeler(mode, config(operateur), sink, "envoyer", preparer(), OUI)
    assert echec.value.outcome_unknown
    assert operateur.connexions == 1
    assert sink.records[-1].resultat is Resultat.ISSUE_INCONNUE


@both
def test_a_plain_refusal_is_not_insisted_upon(mode: str) -> None:
    with serveur(smtp(MAIL="451 4.3.0 plus tard")) as operateur, pytest.raises(ServiceError) as echec:
        appeler(mode, config(operateur), MemorySink(), "envoyer", preparer(), OUI)
    assert echec.value.retryable
    assert operateur.connexions == 1


@both
@pytest.mark.parametrize(
    "autorisation",
    [
        Autorisation.refuser(ActeSocle.ENVOYER_MSS, "opposition de l'usager"),
        Autorisation.accorder(ActeSocle.ALIMENTER_DMP, "information donnée"),
    ],
)
def test_without_authorisation_nothing_is_sent(mode: str, autorisation: Autorisation) -> None:
    sink = MemorySink()
    with serveur(smtp()) as operateur:
        resultat = appeler(mode, config(operateur), sink, "envoyer", preparer(), autorisation)
    assert isinstance(resultat, EnvoiNonAutorise)
    assert resultat.raisons == (
        autorisation.raisons or ("aucune autorisation d'écrire à des professionnels n'est donnée",)
    )
    assert operateur.connexions == 0
    assert sink.records[-1].resultat is Resultat.REFUS_DROITS


def test_refused_recipients_are_counted_and_never_named() -> None:
    sink = MemorySink()
    with serveur(smtp(RCPT=f"550 5.1.1 <{CITOYEN}> inconnue")) as operateur:
        resultat = appeler("sync", config(operateur), sink, "envoyer", preparer(JEAN, CITOYEN), OUI, OUI_USAGER)
    assert isinstance(resultat, EnvoiRefuse)
    assert (sink.records[-1].code, sink.records[-1].details) == ("550", {"refuses": 2, "codes": "550"})
    assert CITOYEN not in sink.records[-1].en_json()


def test_a_message_leaves_from_the_mailbox_it_was_made_for() -> None:
    message = preparer()
    with serveur(smtp()) as operateur:
        ou = config(operateur)
        autre = BoiteStructure(adresse=f"autre@{DOMAINE}", nom="EHPAD Les Tilleuls")
        ou.trousseau.ajouter_boite(FINESS, autre)
        with Segur(ou, traces=MemorySink()) as segur:
            session = segur.au_nom_de(ACTEUR, motif=Motif.PRISE_EN_CHARGE)
            with pytest.raises(ChampInvalideError, match="autre boîte"):
                session.mss_de(autre.adresse).envoyer(message, OUI)
            with pytest.raises(CredentialError, match="2 boîtes"):
                session.mss.envoyer(message, OUI)
            assert isinstance(session.mss_de(ADRESSE).envoyer(message, OUI), MessageEnvoye)


# --- reading -----------------------------------------------------------------------------------------------


@both
def test_read_acknowledge_then_mark(mode: str) -> None:
    sink = MemorySink()
    with serveur(smtp()) as sortie, serveur(imap(DEMANDE)) as entree:
        ou = config(sortie, entree)
        (recu,) = appeler(mode, ou, sink, "relever")
        accuse = appeler(mode, ou, sink, "accuser", recu, ErreurIntegration.PATIENT_INCONNU)
        appeler(mode, ou, sink, "marquer_lu", recu)
    assert (recu.uid, recu.message_id, recu.octets) == (1, "<q1@medecin.mssante.fr>", DEMANDE)
    assert accuse.acceptes == (JEAN,)
    (contenu,) = transmis(sortie)
    assert b"Original-Message-ID: <q1@medecin.mssante.fr>" in contenu
    assert b"902" in contenu
    assert DEMANDE in contenu  # given back to the byte
    assert any(ligne.startswith("MAIL FROM:<>") for ligne in sortie.chiffre)
    assert any("STORE 1 +FLAGS" in ligne for ligne in entree.chiffre)
    assert [r.operation for r in sink.records[1::2]] == ["mss.relever", "mss.accuser", "mss.marquer_lu"]
    assert {r.resultat for r in sink.records[1::2]} == {Resultat.SUCCES}
    assert sink.records[1].details == {
        "messages": 1,
        "restants": 0,
        "archives_verifiees": 0,
        "archives_refusees": 0,
        "messages_recus_refs": sink.records[1].details["messages_recus_refs"],
    }
    assert sink.records[2].objet["erreur"] == "902"
    dit = "".join(record.en_json() for record in sink.records)
    assert JEAN not in dit
    assert ADRESSE not in dit


@both
def test_a_receipt_said_twice_bears_the_same_message_id(mode: str) -> None:
    recu = lire_message(DEMANDE)
    with serveur(smtp(), smtp()) as sortie:
        for _ in range(2):
            appeler(mode, config(sortie), MemorySink(), "accuser", recu)
    un, deux = (contenu.partition(b"Message-ID: ")[2].partition(b"\r\n")[0] for contenu in transmis(sortie))
    assert un == deux != b""


@both
def test_a_receipt_obeys_the_limit_of_the_environment(mode: str) -> None:
    recu = lire_message(DEMANDE + b"Bonjour\r\n" * 200)
    with serveur(smtp()) as sortie:
        ou = config(sortie, options_mss=OptionsMss(taille_maximale=2000))
        appeler(mode, ou, MemorySink(), "accuser", recu)
    (contenu,) = transmis(sortie)
    assert b"text/rfc822-headers" in contenu
    assert b"Bonjour" not in contenu


@both
def test_a_reading_is_tried_again(mode: str) -> None:
    indisponible = imap(DEMANDE, external="NO [UNAVAILABLE] plus tard")
    with serveur(imap(fetch=COUPER), indisponible, imap(DEMANDE)) as entree:
        (recu,) = appeler(mode, config(None, entree), MemorySink(), "relever")
    assert recu.uid == 1
    assert entree.connexions == 3


def test_a_lasting_outage_is_told_as_such() -> None:
    with serveur(imap(external="NO [UNAVAILABLE] plus tard")) as entree, pytest.raises(VerificationIndisponibleError):
        appeler("sync", config(None, entree), MemorySink(), "relever")
    assert entree.connexions == RAPIDE.attempts


def test_a_certificate_refused_is_not_shown_again() -> None:
    with serveur(imap(capacites2=CAPACITES, external="NO non")) as entree, pytest.raises(ServiceError):
        appeler("sync", config(None, entree), MemorySink(), "relever")
    assert entree.connexions == 1


def test_a_message_too_large_says_so() -> None:
    gros = DEMANDE + b"x" * 2000 + b"\r\n"
    with serveur(imap(gros)) as entree:
        ou = config(None, entree, options_mss={"taille_maximale": 1000})
        (recu,) = appeler("sync", ou, MemorySink(), "relever")
    assert "trop volumineux" in recu.constats[-1].message
    assert recu.message_id == "<q1@medecin.mssante.fr>"


def test_a_message_read_from_a_file_is_not_marked() -> None:
    with serveur(imap(DEMANDE)) as entree:
        ou = config(None, entree)
        (recu,) = appeler("sync", ou, MemorySink(), "relever")
        fichier = type(recu)(**{c: getattr(recu, c) for c in recu.__slots__} | {"emplacement": None})
        with pytest.raises(ChampInvalideError, match="relever"):
            appeler("sync", ou, MemorySink(), "marquer_lu", fichier)
    assert entree.connexions == 1


@both
def test_a_reading_goes_on_past_what_is_not_marked(mode: str) -> None:
    with serveur(imap(DEMANDE, DEMANDE.replace(b"q1", b"q2"), DEMANDE.replace(b"q1", b"q3"))) as entree:
        ou = config(None, entree)
        premiers = appeler(mode, ou, MemorySink(), "relever", limite=2)
        suite = appeler(mode, ou, MemorySink(), "relever", apres=premiers.apres)
    assert [recu.message_id[:3] for recu in premiers] == ["<q1", "<q2"]
    assert (len(premiers), premiers.restants, premiers.apres and premiers.apres.uid) == (2, 1, 2)
    assert premiers[-1].uid == 2
    assert [recu.uid for recu in premiers[:1]] == [1]
    assert [recu.uid for recu in suite] == [3]
    assert suite.restants == 0


@pytest.mark.parametrize("bornes", [{"limite": 0}, {"limite": -1}])
def test_the_bounds_of_a_reading_are_checked(bornes: dict[str, int]) -> None:
    with serveur(imap(DEMANDE)) as entree, pytest.raises(ChampInvalideError) as refus:
        appeler("sync", config(None, entree), MemorySink(), "relever", **bornes)
    assert refus.value.constats[0].champ == next(iter(bornes))
    assert entree.connexions == 0


def test_of_a_message_that_the_operator_cannot_give_nothing_else_is_said() -> None:
    with serveur(imap(DEMANDE, DEMANDE, un_message={1: "NO [SERVERBUG] non"})) as entree:
        illisible, lisible = appeler("sync", config(None, entree), MemorySink(), "relever")
    assert (illisible.octets, illisible.archive, illisible.accuse_demande) == (b"", None, None)
    assert [constat.champ for constat in illisible.constats] == ["message"]
    assert lisible.octets == DEMANDE


@both
def test_a_message_is_dealt_with_by_the_mailbox_where_it_came(mode: str) -> None:
    with serveur(smtp()) as sortie, serveur(imap(DEMANDE)) as entree:
        ou = config(sortie, entree)
        (recu,) = appeler(mode, ou, MemorySink(), "relever")
        assert recu.emplacement.boite == ADRESSE
        ailleurs = replace(recu, emplacement=replace(recu.emplacement, boite=f"autre@{DOMAINE}"))
        for acte in ("marquer_lu", "accuser"):
            with pytest.raises(ChampInvalideError, match="autre boîte"):
                appeler(mode, ou, MemorySink(), acte, ailleurs)
    assert sortie.connexions == 0
    assert not any("STORE" in ligne for ligne in entree.chiffre)


def test_the_traces_tell_what_came_and_about_whom() -> None:
    document = dlu()
    matricule = document.entete.usager.identite.matricule
    assert matricule is not None
    lettre = rediger(document, archive=xdm(document), accuse=True).octets
    gatee = f"Message-ID: <{CITOYEN}.1@medecin.mssante.fr>\r\n".encode() + (
        b"Content-Type: application/zip; name=IHE_XDM.ZIP\r\n\r\npas une archive\r\n"
    )
    sink = MemorySink()
    with (
        serveur(smtp()) as sortie,
        serveur(imap(lettre, gatee)) as entree,
        Segur(config(sortie, entree), traces=sink) as segur,
    ):
        mss = segur.au_nom_de(ACTEUR, motif=Motif.PRISE_EN_CHARGE).mss
        recu, autre = mss.relever()
        mss.accuser(recu)
        reference = segur._traceur.reference(matricule)
        refs = [segur._traceur.reference(lu.message_id) for lu in (recu, autre)]
    details = sink.records[1].details
    assert (details["archives_verifiees"], details["archives_refusees"]) == (1, 1)
    assert details["messages_recus_refs"] == " ".join(refs)
    assert {record.usager_ref for record in sink.records[2:]} == {reference}
    assert "erreur" not in sink.records[2].objet


# --- who may read it ---------------------------------------------------------------------------------------

AUTRE_CITOYEN = "275126322074974@patient.mssante.fr"
DETOURNEMENTS = {
    "citoyen, autre que la personne": ((CITOYEN,), (AUTRE_CITOYEN,), "celle de la personne"),
    "citoyen, personne inconnue": ((CITOYEN,), (CITOYEN,), "celle de la personne"),
    "hors de l'espace": ((JEAN,), ("x@gmail.com",), "hors de l'espace"),
    "pas nommé": ((JEAN,), ("autre@medecin.bac-a-sable.mssante.fr",), "pas nommé"),
}


@both
@pytest.mark.parametrize(("faits", "envoyes", "ecart"), DETOURNEMENTS.values(), ids=DETOURNEMENTS)
def test_a_message_goes_to_those_it_was_made_for_only(
    mode: str, faits: tuple[str, ...], envoyes: tuple[str, ...], ecart: str
) -> None:
    message = replace(preparer(*faits), destinataires=envoyes)
    if faits == envoyes:
        message = replace(message, matricule=None)
    with serveur(smtp()) as operateur, pytest.raises(ChampInvalideError, match=ecart) as refus:
        appeler(mode, config(operateur), MemorySink(), "envoyer", message, OUI, OUI_USAGER)
    assert operateur.connexions == 0
    assert not any(adresse in f"{refus.value!r} {refus.value.to_dict()}" for adresse in envoyes)


def test_many_recipients_are_all_known_again() -> None:
    adresses = [f"medecin.numero{n}@medecin.bac-a-sable.mssante.fr" for n in range(400)]
    message = preparer(*adresses)
    with serveur(smtp()) as operateur:
        resultat = appeler("sync", config(operateur), MemorySink(), "envoyer", message, OUI)
    assert isinstance(resultat, MessageEnvoye)
    assert resultat.acceptes == tuple(adresses)


# --- what is missing ---------------------------------------------------------------------------------------


def test_an_operator_unknown_to_the_environment() -> None:
    ou = config(operateurs_mss=())
    with pytest.raises(ConfigurationError, match=DOMAINE):
        acces_mss(ou, ACTEUR)


def test_a_structure_without_certificate() -> None:
    ou = config()
    trousseau = Trousseau()
    trousseau.ajouter(FINESS)
    trousseau.ajouter_boite(FINESS, BoiteStructure(adresse=ADRESSE, nom="EHPAD"))
    with pytest.raises(CredentialError, match="MSSanté"):
        acces_mss(Configuration(ou.environment, LOGICIEL, trousseau), ACTEUR)


def test_the_number_of_the_software_is_demanded_before_any_mail() -> None:
    operateur = OperateurMss(domaines=(DOMAINE,), smtp="smtp.x.fr:587", imap="imap.x.fr:143")
    environment = config().environment.model_copy(
        update={"nature": Nature.QUALIFICATION, "operateurs_mss": (operateur,)}
    )
    with pytest.raises(ConfigurationError, match="nil_mss"):
        LOGICIEL.verifier_pour(environment)
    LOGICIEL.model_copy(update={"nil_mss": "DUI000001"}).verifier_pour(environment)


@both
def test_a_closed_segur_sends_nothing(mode: str) -> None:
    with serveur(smtp()) as operateur:
        ou = config(operateur)
        if mode == "sync":
            segur = Segur(ou, traces=MemorySink())
            client = segur.au_nom_de(ACTEUR, motif=Motif.PRISE_EN_CHARGE).mss
            segur.close()
            with pytest.raises(ConfigurationError, match="fermé"):
                client.envoyer(preparer(), OUI)
        else:

            async def appel() -> None:
                asynchrone = AsyncSegur(ou, traces=MemorySink())
                du_meme = asynchrone.au_nom_de(ACTEUR, motif=Motif.PRISE_EN_CHARGE).mss
                await asynchrone.aclose()
                with pytest.raises(ConfigurationError, match="fermé"):
                    await du_meme.envoyer(preparer(), OUI)

            asyncio.run(appel())
    assert operateur.connexions == 0


def test_twins_have_the_same_signatures() -> None:
    publics = {nom for nom in vars(MssClient) if not nom.startswith("_")}
    assert publics == {"envoyer", "relever", "accuser", "marquer_lu"}
    assert publics == {nom for nom in vars(AsyncMssClient) if not nom.startswith("_")}
    for nom in publics:
        assert inspect.signature(getattr(MssClient, nom)) == inspect.signature(getattr(AsyncMssClient, nom))
        assert inspect.iscoroutinefunction(getattr(AsyncMssClient, nom))
    assert MssClient.preparer is AsyncMssClient.preparer
