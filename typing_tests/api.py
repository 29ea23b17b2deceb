"""What type checkers must see through the lazy façade. Never run: checked by mypy and pyright."""

from __future__ import annotations

from pathlib import Path
from typing import assert_type

import segur_socles
from segur_socles import (
    Accuse,
    ActeSocle,
    Acteur,
    ActivitesMultiples,
    ActiviteUnique,
    AlimentationRefusee,
    AsyncSegur,
    AsyncSession,
    Autorisation,
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
    DocumentsTrouves,
    Entete,
    Environment,
    Identite,
    IdentiteQualifiee,
    InsAbsente,
    InsMultiple,
    InsScannee,
    InsTrouvee,
    JsonLinesSink,
    LotDeSoumission,
    MemorySink,
    ModeInsi,
    Motif,
    Nature,
    NullSink,
    SansActivite,
    Segur,
    Session,
    SessionPsc,
    Structure,
    TraceSink,
    Trait,
    TraitsIdentite,
    Trousseau,
    ecrire_dlu,
    errors,
    lire_ins_image,
    lire_ins_scannee,
    lire_profil,
)
from segur_socles.errors import SegurError, ServiceError, TransportError


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
    lot = session.dmp.preparer(assert_type(ecrire_dlu(dlu, entete, config.ids), DocumentCda), identite)
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
    match session.dmp.rechercher(identite, autorisation, CriteresDmp(archives=True)):
        case DocumentsTrouves(documents=trouves):
            lu = session.dmp.lire(assert_type(trouves, tuple[DocumentDmp, ...])[0], identite, autorisation)
            return lu.octets if isinstance(lu, DocumentLu) else b""
        case ConsultationRefusee(raisons=raisons):
            return "".join(assert_type(raisons, tuple[str, ...])).encode()
        case DmpFerme() as ferme:
            return ferme.explication.encode()


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
    match resultat.choix:
        case ActiviteUnique(activite=activite):
            return resultat.acteur(activite)
        case ActivitesMultiples(activites=activites):
            return resultat.acteur(activites[0])
        case SansActivite() as sans:
            return sans.explication
