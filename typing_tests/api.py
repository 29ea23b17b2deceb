"""What type checkers must see through the lazy façade. Never run: checked by mypy and pyright."""

from __future__ import annotations

from pathlib import Path
from typing import assert_never, assert_type

import segur_socles
from segur_socles import (
    Accuse,
    AccuseRecu,
    ActeSocle,
    Acteur,
    ActivitesMultiples,
    ActiviteUnique,
    AlimentationRefusee,
    ArchiveLue,
    ArchiveRefusee,
    AsyncSegur,
    AsyncSession,
    Autorisation,
    AvisDeRemise,
    BoiteConnue,
    BoiteInconnue,
    BoiteStructure,
    CandidatsMultiples,
    ClientPsc,
    Configuration,
    ConnexionNonAboutie,
    ConsultationRefusee,
    ControleIdentite,
    CriteresDmp,
    DatamatrixIns,
    DemandeConnexion,
    Dlu,
    DmpFerme,
    DmpInexistant,
    DmpOuvert,
    DocumentCda,
    DocumentDmp,
    DocumentLu,
    DocumentRecu,
    DocumentsTrouves,
    Entete,
    Environment,
    EnvoiNonAutorise,
    EnvoiRefuse,
    ErreurIntegration,
    Identite,
    IdentiteQualifiee,
    InsAbsente,
    InsConfirmee,
    InsDiscordante,
    InsIncomplete,
    InsInfirmee,
    InsMultiple,
    InsScannee,
    InsTrouvee,
    IssueAccuse,
    JsonLinesSink,
    LectureVitale,
    ListeAnnuaire,
    LotDeSoumission,
    MemorySink,
    MessageEnvoye,
    MessagePret,
    MessageRecu,
    ModeInsi,
    Motif,
    Nature,
    NullSink,
    ProfessionnelAbsent,
    ProfessionnelTrouve,
    SansActivite,
    SansIns,
    Segur,
    Session,
    SessionPsc,
    Structure,
    StructureAbsente,
    StructureTrouvee,
    TraceSink,
    Trait,
    TraitsIdentite,
    Trousseau,
    UsagerInconnu,
    UsagerReconnu,
    VerificationInconnue,
    adresse_citoyenne,
    ecrire_document,
    errors,
    lire_ins_image,
    lire_ins_scannee,
    lire_message,
    lire_profil,
    lire_xdm,
    page_html,
    pdf_a,
    pdf_d_origine,
    rapprocher,
)
from segur_socles.errors import Constat, SegurError, ServiceError, TransportError
from segur_socles.mss import CourrierReleve, RefusDestinataire
from segur_socles.mss.annuaire import BoiteMss, FicheProfessionnel, FicheStructure


def the_facade_gives_the_real_types(traits: TraitsIdentite, environment: Environment) -> None:
    assert_type(traits.date_naissance, str)
    assert_type(environment.production, bool)
    assert_type(segur_socles.__version__, str)


def a_misspelt_name_is_an_error() -> None:
    segur_socles.IdentiteQualifie  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]


def plain_traits_are_not_a_qualified_identity(traits: TraitsIdentite) -> IdentiteQualifiee:
    return traits  # type: ignore[return-value]  # pyright: ignore[reportReturnType]


def errors_say_what_is_known(error: SegurError) -> None:
    match error:
        case TransportError():
            assert_type(error.outcome_unknown, bool)
        case ServiceError():
            assert_type(error.code, str)
            assert_type(error.retryable, bool)
        case _:
            assert_type(error.remede, str | None)
    assert_type(errors.SegurError("x").message, str)


def a_motive_is_one_of_the_list() -> None:
    Motif("prise_en_charge")
    Motif.CURIOSITE  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]


def three_outcomes_and_no_other(session: Session, traits: TraitsIdentite) -> str:
    resultat = session.insi.rechercher(traits)
    assert_type(resultat, InsTrouvee | InsAbsente | InsMultiple)
    match resultat:
        case InsTrouvee(identite=trouvee):
            qualifiee = trouvee.qualifier(ControleIdentite.PASSEPORT, par=session.acteur)
            return assert_type(qualifiee, IdentiteQualifiee).statut
        case (InsAbsente() | InsMultiple()) as autre:
            return autre.explication


def a_card_is_a_key_and_a_verification_is_a_decision(
    session: Session, lecture: LectureVitale, identite: Identite, traits: TraitsIdentite
) -> Identite | None:
    assert_type(session.insi.rechercher_par_vitale(lecture, traits), InsTrouvee | InsAbsente | InsMultiple)
    session.insi.rechercher_par_vitale(traits)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    session.insi.rechercher(lecture)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    match session.insi.verifier(identite):
        case InsConfirmee():
            return identite
        case InsInfirmee() as infirmee:
            return assert_type(infirmee.invalider(session.acteur), Identite)
        case VerificationInconnue(code=code):
            assert_type(code, str)
            return None


def a_scan_is_a_candidate_and_only_a_qualified_identity_is_printed(
    session: Session, identite: Identite, qualifiee: IdentiteQualifiee, photo: Path
) -> bytes:
    assert_type(lire_ins_image(photo), InsScannee)
    scannee = assert_type(lire_ins_scannee("IS01"), InsScannee)
    session.insi.rechercher(scannee.traits)
    session.dmp.tester_existence(scannee)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    DatamatrixIns(identite)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    return assert_type(DatamatrixIns(qualifiee).png(), bytes)


def a_difference_is_accepted_with_its_value(trouvee: InsTrouvee, acteur: Acteur) -> None:
    proposee = trouvee.identite
    proposee.accepter(acteur, differences_acceptees={Trait.PRENOMS: "CATARINA BELLA"})
    traits = [Trait.PRENOMS]
    proposee.accepter(acteur, differences_acceptees=traits)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def every_outcome_of_the_existence_test_has_a_sentence(session: Session, identite: IdentiteQualifiee) -> str:
    resultat = session.dmp.tester_existence(identite)
    assert_type(resultat, DmpOuvert | DmpInexistant | DmpFerme)
    if isinstance(resultat, DmpOuvert):
        assert_type(resultat.autorisation_valide, bool)
    return resultat.explication


def a_feed_is_acknowledged_or_refused(
    config: Configuration, session: Session, dlu: Dlu, entete: Entete, identite: IdentiteQualifiee
) -> tuple[str, ...]:
    lot = session.dmp.preparer(assert_type(ecrire_document(dlu, entete, config.ids), DocumentCda), identite)
    assert_type(lot, LotDeSoumission)
    autorisation = Autorisation.accorder(ActeSocle.ALIMENTER_DMP, "information délivrée")
    match session.dmp.alimenter(lot, autorisation):
        case Accuse(unique_ids=identifiants):
            return assert_type(identifiants, tuple[str, ...])
        case AlimentationRefusee(raisons=raisons):
            return assert_type(raisons, tuple[str, ...])


def a_session_is_bound_to_an_actor_and_a_motive(config: Configuration, acteur: Acteur, structure: Structure) -> None:
    with Segur(config, traces=JsonLinesSink(Path("traces.jsonl"))) as segur:
        assert_type(segur.au_nom_de(acteur, motif=Motif.PRISE_EN_CHARGE, insi=ModeInsi.CARTE), Session)
        assert_type(segur.automate(structure, responsable=acteur.professionnel, motif=Motif.ADMISSION), Session)
        segur.au_nom_de(acteur)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def any_object_that_keeps_records_is_a_sink(puits: JsonLinesSink | MemorySink | NullSink) -> TraceSink:
    return puits


def a_profile_is_a_configuration(chemin: Path) -> Trousseau:
    config = assert_type(lire_profil(chemin), Configuration)
    assert_type(config.environment.nature, Nature)
    return config.trousseau


def storage_gives_an_identity_whose_status_is_to_be_read(identite: Identite) -> IdentiteQualifiee:
    relue = assert_type(Identite.depuis_stockage(identite.vers_stockage()), Identite)
    return assert_type(relue.qualifiee(), IdentiteQualifiee)


def what_is_found_can_be_read(session: Session, identite: IdentiteQualifiee, autorisation: Autorisation) -> bytes:
    trouves = session.dmp.rechercher(identite, autorisation, CriteresDmp(archives=True))
    match trouves:
        case DocumentsTrouves(documents=documents):
            return the_one_that_is_read(session, assert_type(documents, tuple[DocumentDmp, ...])[0], identite)
        case ConsultationRefusee(raisons=raisons):
            return "".join(assert_type(raisons, tuple[str, ...])).encode()
        case DmpFerme() as ferme:
            return ferme.explication.encode()
        case _:
            assert_never(trouves)


def the_one_that_is_read(session: Session, document: DocumentDmp | str, identite: IdentiteQualifiee) -> bytes:
    urgence = Autorisation.accorder(ActeSocle.CONSULTER_DMP, "urgence vitale")
    lu = session.dmp.lire(document, identite, urgence)
    match lu:
        case DocumentLu(octets=octets, verifie=verifie):
            return octets if assert_type(verifie, bool) else b""
        case ConsultationRefusee() | DmpFerme():
            return lu.explication.encode()
        case _:
            assert_never(lu)


async def the_asynchronous_facade_awaits(
    config: Configuration,
    acteur: Acteur,
    traits: TraitsIdentite,
    identite: IdentiteQualifiee,
    lot: LotDeSoumission,
    autorisation: Autorisation,
) -> None:
    async with AsyncSegur(config) as segur:
        session = assert_type(segur.au_nom_de(acteur, motif=Motif.PRISE_EN_CHARGE), AsyncSession)
        assert_type(await session.insi.rechercher(traits), InsTrouvee | InsAbsente | InsMultiple)
        assert_type(await session.dmp.tester_existence(identite), DmpOuvert | DmpInexistant | DmpFerme)
        assert_type(await session.dmp.alimenter(lot, autorisation), Accuse | AlimentationRefusee)
        trouves = await session.dmp.rechercher(identite, autorisation)
        assert_type(trouves, DocumentsTrouves | ConsultationRefusee | DmpFerme)
        lu = await session.dmp.lire("1.2", identite, autorisation)
        assert_type(lu, DocumentLu | ConsultationRefusee | DmpFerme)


def an_unqualified_identity_opens_no_record(session: Session, traits: TraitsIdentite, identite: Identite) -> None:
    session.dmp.tester_existence(traits)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    session.dmp.tester_existence(identite)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def nothing_is_fed_without_an_authorisation(session: Session, lot: LotDeSoumission) -> None:
    session.dmp.alimenter(lot)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def a_login_gives_a_person_or_says_why_not(segur: Segur, demande: DemandeConnexion, retour: str) -> Acteur | str:
    resultat = segur.psc.terminer(demande, retour)
    assert_type(resultat, SessionPsc | ConnexionNonAboutie)
    if isinstance(resultat, ConnexionNonAboutie):
        return resultat.explication
    choix = resultat.choix
    match choix:
        case ActiviteUnique(activite=activite):
            return resultat.acteur(activite)
        case ActivitesMultiples(activites=activites):
            return resultat.acteur(activites[0])
        case SansActivite():
            return choix.explication
        case _:
            assert_never(choix)


def a_login_is_kept_renewed_and_ended(segur: Segur, session: SessionPsc, client: ClientPsc) -> str:
    demande = assert_type(segur.psc.preparer(prompt="login"), DemandeConnexion)
    assert_type(DemandeConnexion.depuis_stockage(demande.pour_stockage()), DemandeConnexion)
    assert_type(segur.psc.rafraichir(session), SessionPsc)
    segur.psc.preparer(prompt="maybe")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert_type(client.client_id, str)
    return segur.psc.deconnecter(session, etat="x").reveler()


# --- directory -------------------------------------------------------------------------------------------


def a_professional_is_found_with_mailboxes_or_is_absent(session: Session) -> tuple[str, ...]:
    resultat = session.annuaire.rechercher_par_rpps("99900000017")
    match resultat:
        case ProfessionnelTrouve(fiche=fiche, boites=boites):
            assert_type(fiche, FicheProfessionnel)
            return tuple(boite.adresse for boite in assert_type(boites, tuple[BoiteMss, ...]))
        case ProfessionnelAbsent():
            return (resultat.explication,)
        case _:
            assert_never(resultat)


def a_structure_is_found_or_is_absent(session: Session) -> str:
    resultat = session.annuaire.rechercher_par_finess("990000019")
    match resultat:
        case StructureTrouvee(fiche=fiche):
            return assert_type(fiche, FicheStructure).nom or ""
        case StructureAbsente():
            return resultat.explication
        case _:
            assert_never(resultat)


def a_mailbox_is_published_or_not(session: Session) -> BoiteMss | None:
    resultat = session.annuaire.verifier_boite("urgences@ch.mssante.fr")
    match resultat:
        case BoiteConnue(boite=boite):
            return boite
        case BoiteInconnue():
            return None
        case _:
            assert_never(resultat)


def lists_say_of_what_they_are(session: Session) -> None:
    assert_type(session.annuaire.rechercher_professionnels("essai", prenom="a"), ListeAnnuaire[FicheProfessionnel])
    structures = assert_type(session.annuaire.rechercher_structures("essai"), ListeAnnuaire[FicheStructure])
    assert_type(structures.fiches, tuple[FicheStructure, ...])
    assert_type(structures.tronquee, bool)


# --- secure mail -----------------------------------------------------------------------------------------


def a_message_is_prepared_then_sent(
    session: Session, document: DocumentCda, boite: BoiteStructure, identite: IdentiteQualifiee
) -> str:
    citoyen = assert_type(adresse_citoyenne(identite), str)
    message = session.mss_de(boite.adresse).preparer(document, a=("a@b.mssante.fr", citoyen), pdf=b"%PDF")
    assert_type(message, MessagePret)
    assert_type(message.octets, bytes)
    resultat = session.mss.envoyer(message, Autorisation.accorder(ActeSocle.ENVOYER_MSS, "sans opposition"))
    match resultat:
        case MessageEnvoye(acceptes=acceptes, refus=refus):
            assert_type(acceptes, tuple[str, ...])
            return " ".join(r.libelle for r in assert_type(refus, tuple[RefusDestinataire, ...]))
        case EnvoiRefuse(refus=refus):
            return refus[0].libelle
        case EnvoiNonAutorise(raisons=raisons):
            return assert_type(raisons, tuple[str, ...])[0]
        case _:
            assert_never(resultat)


def nothing_is_sent_without_an_authorisation(session: Session, message: MessagePret) -> None:
    session.mss.envoyer(message)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def a_citizens_address_wants_a_qualified_identity(identite: Identite) -> str:
    return adresse_citoyenne(identite)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def a_mailbox_is_read_filed_acknowledged_and_marked(
    session: Session, envoye: MessagePret, nos_usagers: tuple[IdentiteQualifiee, ...]
) -> list[IdentiteQualifiee]:
    reconnus: list[IdentiteQualifiee] = []
    for recu in assert_type(session.mss.relever(limite=10), CourrierReleve):
        if recu.accuse:
            assert_type(recu.accuse, AccuseRecu)
            assert_type(recu.accuse.concerne(envoye) and recu.accuse.reussi, bool)
            assert_type(recu.accuse.issue, IssueAccuse)
            assert_type(recu.accuse.destinataire_de(envoye), str | None)
            continue
        if recu.avis:
            assert_type(recu.avis, AvisDeRemise)
            assert_type(recu.avis.concerne(envoye), bool)
            continue
        usager = whose_message(recu, nos_usagers)
        if usager:
            reconnus.append(usager)
        assert_type(session.mss.accuser(recu, None if usager else ErreurIntegration.PATIENT_INCONNU), MessageEnvoye)
        session.mss.marquer_lu(recu)
    return reconnus


def whose_message(recu: MessageRecu, candidats: tuple[IdentiteQualifiee, ...]) -> IdentiteQualifiee | None:
    archive = recu.archive
    match archive:
        case ArchiveLue(identite=identite, documents=documents):
            assert_type(documents, tuple[DocumentRecu, ...])
        case ArchiveRefusee(constats=constats):
            assert_type(constats, tuple[Constat, ...])
            return None
        case None:
            return None
        case _:
            assert_never(archive)
    rapprochement = rapprocher(identite, candidats)
    match rapprochement:
        case UsagerReconnu(identite=reconnue):
            return assert_type(reconnue, IdentiteQualifiee)
        case UsagerInconnu() | SansIns() | InsDiscordante() | InsIncomplete() | CandidatsMultiples():
            assert_type(rapprochement.code, str | None)
            return None
        case _:
            assert_never(rapprochement)


def a_message_and_an_archive_are_read_from_files(chemin: Path) -> str:
    recu = assert_type(lire_message(chemin.read_bytes()), MessageRecu)
    assert_type(lire_xdm(recu.pieces[0].octets), ArchiveLue | ArchiveRefusee)
    return recu.objet


def a_document_is_rendered(document: DocumentCda) -> tuple[str, bytes]:
    return page_html(document), pdf_a(document, document.entete.date_creation)


def the_pdf_of_a_document_is_given_back(recu: bytes) -> tuple[bytes, str | None] | None:
    origine = pdf_d_origine(recu)
    return (origine.octets, origine.pdf_a) if origine else None


async def the_asynchronous_clients_await(
    segur: AsyncSegur, session: AsyncSession, message: MessagePret, autorisation: Autorisation
) -> None:
    demande = assert_type(await segur.psc.preparer(), DemandeConnexion)
    assert_type(await segur.psc.terminer(demande, "?"), SessionPsc | ConnexionNonAboutie)
    assert_type(await session.annuaire.verifier_boite("a@b.mssante.fr"), BoiteConnue | BoiteInconnue)
    assert_type(await session.mss.envoyer(message, autorisation), MessageEnvoye | EnvoiRefuse | EnvoiNonAutorise)
    (recu,) = await session.mss.relever()
    assert_type(await session.mss.accuser(recu), MessageEnvoye)
    await session.mss.marquer_lu(recu)
