"""The DMP's acts, without input or output: does this person have one (TD0.2), feed it (TD2.1).

A lost reply never makes a second document: identifiers are fixed before the first attempt, and an unknown
outcome is settled by asking the registry for them (TD3.1b) before anything is sent again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from segur_socles._core.body import Body, BytesBody
from segur_socles._core.flow import Flow, Sleep
from segur_socles._core.mtom import MtomBody, Part
from segur_socles._core.soap import Answer
from segur_socles.dmp.acces import AccesDmp
from segur_socles.dmp.codes import SERVICE, erreur_dmp
from segur_socles.dmp.controles import Envoi, exiger, exiger_transmissible
from segur_socles.dmp.echange import REPRENDRE, Echange, Transaction, avertissements, refus, seule
from segur_socles.dmp.lot import signer_lot
from segur_socles.dmp.lot_de_soumission import LotDeSoumission
from segur_socles.dmp.messages import (
    ACTION_EXISTENCE,
    ACTION_RECHERCHE,
    RefusMessage,
    ReponseRegistre,
    ecrire_depot,
    ecrire_existence,
    ecrire_presence,
    lire_depot,
    lire_existence,
    lire_presence,
)
from segur_socles.dmp.propos import Propos
from segur_socles.dmp.types import (
    Accuse,
    AlimentationRefusee,
    DmpFerme,
    DmpInexistant,
    DmpOuvert,
    ResultatAlimentation,
    ResultatExistence,
)
from segur_socles.errors import (
    Constat,
    DocumentInvalideError,
    DoublonSoumissionError,
    SegurError,
    TransportError,
)
from segur_socles.personnes.autorisation import ActeSocle, Autorisation
from segur_socles.personnes.identite import IdentiteQualifiee
from segur_socles.trace.appelant import Appelant
from segur_socles.trace.record import Detail, Resultat
from segur_socles.trace.traceur import ActeTrace, Bilan, Traceur
from segur_socles.xds.ebrim import ecrire_soumission

__all__ = ["FluxDmp"]

EXISTENCE: Final = "dmp.tester_existence"
ALIMENTER: Final = "dmp.alimenter"
REGLER: Final = "dmp.regler"

ENVOIS: Final = 3
"""Times one call may send the same set, each after the registry said that it does not hold it."""

ATTENTE: Final = 1.0
"""Seconds between a settled absence and the next sending: the first one may still be on its way."""


class FluxDmp:
    """Flows of one caller. ``acces`` is asked at each call, so that a renewed certificate is taken up."""

    def __init__(self, appelant: Appelant, acces: Callable[[], AccesDmp], traceur: Traceur) -> None:
        self._appelant = appelant
        self._acces = acces
        self._traceur = traceur

    def tester_existence(self, identite: IdentiteQualifiee) -> Flow[ResultatExistence]:
        """Ask whether this person has a DMP, open or closed, and whether the caller is authorised."""
        exiger_transmissible(identite, self._appelant)
        acte: ActeTrace[ResultatExistence] = ActeTrace(
            service=SERVICE,
            operation=EXISTENCE,
            acteur=self._appelant.acteur,
            motif=self._appelant.motif,
            usager_ref=self._traceur.reference(identite.matricule),
            bilan=_bilan_existence,
        )
        return (yield from self._traceur.suivre(self._existence(identite), acte))

    def alimenter(
        self, lot: LotDeSoumission, autorisation: Autorisation, *, reprise: bool = False
    ) -> Flow[ResultatAlimentation]:
        """Send a set; see :meth:`DmpClient.alimenter`."""
        exiger_transmissible(lot.identite, self._appelant)
        acte: ActeTrace[ResultatAlimentation] = ActeTrace(
            service=SERVICE,
            operation=ALIMENTER,
            acteur=self._appelant.acteur,
            motif=self._appelant.motif,
            usager_ref=self._traceur.reference(lot.identite.matricule),
            objet={"lot": lot.lot_id, "documents": len(lot.documents), "octets": lot.taille, "reprise": reprise},
            bilan=_bilan_alimentation,
        )
        return (yield from self._traceur.suivre(self._alimenter(lot, autorisation, reprise=reprise), acte))

    # --- TD0.2 -------------------------------------------------------------------------------------------

    def _existence(self, identite: IdentiteQualifiee) -> Flow[ResultatExistence]:
        appelant, matricule = self._appelant, identite.matricule

        def corps() -> str:
            return ecrire_existence(
                matricule,
                appelant.logiciel,
                instant=appelant.clock.now(),
                message=str(appelant.ids.uuid()),
                requete=str(appelant.ids.uuid()),
                traitement=appelant.environment.options_dmp.code_traitement,
            )

        def lire(answer: Answer, message_id: str, propos: Propos) -> ResultatExistence:
            lu = lire_existence(answer.body, matricule, message_id=message_id)
            if isinstance(lu, RefusMessage):
                raise erreur_dmp(lu.code, propos=propos, label=lu.texte, correlation_id=message_id)
            return lu

        transaction = Transaction("patients", ACTION_EXISTENCE, EXISTENCE, corps, lire, seule(ACTION_EXISTENCE))
        return (yield from Echange(appelant, self._acces(), identite, transaction).flux())

    # --- TD2.1 -------------------------------------------------------------------------------------------

    def _alimenter(
        self, lot: LotDeSoumission, autorisation: Autorisation, *, reprise: bool
    ) -> Flow[ResultatAlimentation]:
        if autorisation.acte is not ActeSocle.ALIMENTER_DMP:
            return AlimentationRefusee(("l'autorisation donnée porte sur un autre acte",))
        if not autorisation.accordee:
            return AlimentationRefusee(autorisation.raisons)
        acces = self._acces()
        constats = exiger(Envoi(lot, self._appelant, acces))
        perdu = _appel_precedent() if reprise else None
        if perdu is not None:
            preuve = yield from self._regler(lot, perdu)
            if preuve:
                return Accuse(lot.unique_ids, lot.lot_id, preuve, constats, regle=True, tentatives=0)
        # Signed once: the same bytes go out at each attempt.
        try:
            signe = yield from self._composer(lot, acces)
        except SegurError as error:
            if perdu is None:
                raise
            raise _issue_inconnue(error) from error
        accuse = yield from self._envoyer(lot, signe, acces, perdu)
        return replace(accuse, avertissements=(*constats, *accuse.avertissements))

    def _envoyer(
        self, lot: LotDeSoumission, signe: _LotSigne, acces: AccesDmp, perdu: TransportError | None
    ) -> Flow[Accuse]:
        """Send until it is settled: accepted, found in the registry, refused, or unknown for good.

        ``perdu`` is the last sending whose outcome is not known. From then on it may still arrive: no later
        failure, be it a plain refusal, says that nothing was done.
        """
        tentatives = 0
        while True:
            tentatives += 1
            doublon = False
            appel = Echange(self._appelant, acces, lot.identite, signe.depot(self._appelant))
            try:
                if tentatives > 1:
                    yield Sleep(ATTENTE)
                registre = yield from appel.flux()
            except SegurError as error:
                # A duplicate: an earlier sending may have gone through after the registry was asked.
                doublon = isinstance(error, DoublonSoumissionError)
                if isinstance(error, TransportError) and error.outcome_unknown:
                    perdu = error
                elif perdu is None:
                    raise
                elif not doublon:
                    raise _issue_inconnue(error) from error
            else:
                remarques = avertissements(registre, appel.propos, _ENREGISTRE)
                return Accuse(lot.unique_ids, lot.lot_id, appel.message_id, remarques, tentatives=tentatives)
            preuve = yield from self._regler(lot, perdu)
            if preuve:
                return Accuse(lot.unique_ids, lot.lot_id, preuve, regle=True, tentatives=tentatives)
            if doublon or tentatives == ENVOIS:
                raise _issue_inconnue(perdu) from perdu

    def _composer(self, lot: LotDeSoumission, acces: AccesDmp) -> Flow[_LotSigne]:
        """Sign the set and write its metadata; look up first the entries that it replaces."""
        remplaces: list[tuple[str, str]] = []
        for document in lot.documents:
            ancien = document.document.entete.remplace
            if ancien is not None:
                remplaces.append((document.entree.id, (yield from self._ancienne_entree(ancien, lot))))
        signature = yield from signer_lot(
            lot.lot_id,
            [document.empreinte for document in lot.documents],
            acces.signataire,
            signature_id=lot.signature_id,
            instant=lot.identifiants.heure,
            digest=lot.digest,
        )
        entree = lot.entree_signature(signature, avec_empreinte=self._appelant.environment.options_dmp.envoyer_hash)
        entrees = [*(document.entree for document in lot.documents), entree]
        metadonnees = ecrire_soumission(lot.soumission, entrees, lot.associations(remplaces))
        contenus = [*(document.octets for document in lot.documents), signature]
        pieces = tuple((entree.id, octets) for entree, octets in zip(entrees, contenus, strict=True))
        return _LotSigne(metadonnees, pieces)

    def _ancienne_entree(self, unique_id: str, lot: LotDeSoumission) -> Flow[str]:
        trouvees, _ = yield from self._chercher(unique_id, lot.identite)
        if len(trouvees) != 1:
            constat = Constat(
                "entete.remplace",
                "la version à remplacer n'est pas dans le registre, ou y est plusieurs fois",
                "XDS, association RPLC",
                "vérifier l'identifiant de la version remplacée, ou envoyer une première version",
            )
            raise DocumentInvalideError("Le document à remplacer est introuvable.", constats=(constat,))
        return trouvees[0]

    # --- TD3.1b ------------------------------------------------------------------------------------------

    def _regler(self, lot: LotDeSoumission, perdu: TransportError) -> Flow[str | None]:
        """Ask the registry for each document.

        Return the MessageID of the proof when all are there, None when surely none is. Otherwise (the question
        failed too, or only some are there) the outcome of ``perdu`` stays unknown, and that is raised.
        """
        presents = 0
        preuve = ""
        try:
            for unique_id in lot.unique_ids:
                trouvees, preuve = yield from self._chercher(unique_id, lot.identite)
                presents += bool(trouvees)
        except SegurError:
            presents = -1
        if presents == len(lot.unique_ids):
            return preuve
        if presents:
            raise _issue_inconnue(perdu) from perdu
        return None

    def _chercher(self, unique_id: str, identite: IdentiteQualifiee) -> Flow[tuple[tuple[str, ...], str]]:
        """Return the entryUUIDs that the registry holds under ``unique_id``, and the MessageID of the question."""

        def corps() -> str:
            return ecrire_presence(unique_id)

        def lire(answer: Answer, message_id: str, propos: Propos) -> tuple[str, ...]:
            registre, trouvees = lire_presence(answer.body)
            if not registre.succes:
                raise refus(registre, propos, message_id)
            return trouvees

        transaction = Transaction("registry", ACTION_RECHERCHE, REGLER, corps, lire, seule(ACTION_RECHERCHE))
        appel = Echange(self._appelant, self._acces(), identite, transaction)
        trouvees = yield from appel.flux()
        return trouvees, appel.message_id


# --- the signed set --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _LotSigne:
    """A signed set: its metadata, and each symbolic identifier with its bytes; the same at each attempt."""

    metadonnees: str
    pieces: tuple[tuple[str, bytes], ...]

    def depot(self, appelant: Appelant) -> Transaction[ReponseRegistre]:
        """Make the ITI-41 transaction."""
        options = appelant.environment.options_dmp
        liens = [(symbole, f"{symbole}@segur-socles") for symbole, _ in self.pieces]
        parts = [
            Part(content_id, options.type_partie_document, BytesBody(octets))
            for (_, content_id), (_, octets) in zip(liens, self.pieces, strict=True)
        ]

        def emballer(enveloppe: bytes) -> tuple[str, Body]:
            body = MtomBody(
                enveloppe,
                parts,
                ids=appelant.ids,
                action=options.action_iti41,
                root_action=options.action_partie_racine,
            )
            return body.content_type, body

        return Transaction(
            "repository",
            options.action_iti41,
            ALIMENTER,
            lambda: ecrire_depot(self.metadonnees, liens),
            _lire_depot,
            emballer,
            repeatable=False,
        )


_ENREGISTRE: Final = "avertissement du registre ; le document est enregistré"


def _lire_depot(answer: Answer, message_id: str, propos: Propos) -> ReponseRegistre:
    registre = lire_depot(answer.body)
    if registre.partiel:
        message = (
            f"DMP, {propos.code(registre.cause.code) or 'sans code'} : une partie du lot seulement est enregistrée."
        )
        raise TransportError(message, phase="answer", sent=True, remede=REPRENDRE)
    if not registre.succes:
        raise refus(registre, propos, message_id)
    return registre


def _appel_precedent() -> TransportError:
    return TransportError("Un appel précédent s'est mal terminé.", phase="answer", sent=True)


def _issue_inconnue(cause: SegurError) -> TransportError:
    """Say that a sending of this set may be registered, now or later, and what happened last."""
    message = f"L'issue d'un envoi de ce lot reste inconnue. {cause.message}"
    if isinstance(cause, TransportError):
        phase = cause.phase if cause.outcome_unknown else "answer"
        return type(cause)(message, phase=phase, sent=True, outcome_unknown=True, status=cause.status, remede=REPRENDRE)
    return TransportError(message, phase="answer", sent=True, outcome_unknown=True, remede=REPRENDRE)


# --- trace -----------------------------------------------------------------------------------------------


def _bilan_existence(result: ResultatExistence) -> Bilan:
    match result:
        case DmpOuvert():
            return Bilan(Resultat.SUCCES, "ouvert", result.message_id)
        case DmpInexistant():
            return Bilan(Resultat.SANS_RESULTAT, "inexistant", result.message_id)
        case DmpFerme():
            return Bilan(Resultat.SANS_RESULTAT, "ferme", result.message_id)


def _bilan_alimentation(result: ResultatAlimentation) -> Bilan:
    match result:
        case Accuse():
            details: dict[str, Detail] = {
                "tentatives": result.tentatives,
                "regle": result.regle,
                "avertissements": len(result.avertissements),
            }
            return Bilan(Resultat.SUCCES, None, result.message_id, details=details)
        case AlimentationRefusee():
            return Bilan(Resultat.REFUS_DROITS, details={"raisons": len(result.raisons)})
