"""Reading the DMP, without input or output: find a person's documents (TD3.1), read one (TD3.2).

Both are done in the mode AIR (``INDIRECTE_RENFORCEE``) and no other: INDIRECTE feeds and does not consult (GIE
SESAM-Vitale rights matrix, certain). Hence the professional must have been authenticated strongly, by card or by
Pro Santé Connect. Nothing is sent otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Final, TypeVar

from segur_socles._core.body import MemorySink, Sink
from segur_socles._core.flow import Flow
from segur_socles._core.mtom import SOAP_TYPE, XOP_TYPE, MtomReader, PartHead
from segur_socles._core.soap import Answer
from segur_socles.dmp.acces import AccesDmp
from segur_socles.dmp.codes import FERME, SERVICE
from segur_socles.dmp.controles import exiger_transmissible
from segur_socles.dmp.echange import Echange, Transaction, avertissements, refus, seule
from segur_socles.dmp.lecture_messages import (
    ACTION_LECTURE,
    ReponseRecherche,
    ecrire_lecture,
    ecrire_recherche,
    ecrire_recherche_par_id,
    lire_lecture,
    lire_recherche,
)
from segur_socles.dmp.lecture_personne import exiger_fiche, personne_du_cda, trier
from segur_socles.dmp.lecture_types import (
    ConsultationRefusee,
    CriteresDmp,
    DocumentDmp,
    DocumentLu,
    DocumentsTrouves,
    ResultatLecture,
    ResultatRecherche,
)
from segur_socles.dmp.messages import ACTION_RECHERCHE, QUOI, ReponseRegistre
from segur_socles.dmp.propos import Propos
from segur_socles.dmp.reception import Reception
from segur_socles.dmp.types import DmpFerme
from segur_socles.dmp.vihf import BRIS_DE_GLACE, CENTRE_15, RENFORCEE, USAGE_NORMAL
from segur_socles.dmp.vihf_appelant import roles_de_l_acteur
from segur_socles.errors import (
    AccesRefuseError,
    Constat,
    DocumentInvalideError,
    ReponseInvalideError,
    ServiceError,
)
from segur_socles.nomenclatures.codes import Code
from segur_socles.personnes.autorisation import ActeSocle, Autorisation
from segur_socles.personnes.identite import IdentiteQualifiee
from segur_socles.personnes.professionnel import Motif, MoyenAuthentification
from segur_socles.trace.appelant import Appelant
from segur_socles.trace.record import Detail, Resultat
from segur_socles.trace.traceur import ActeTrace, Bilan, Traceur

__all__ = ["FluxLecture"]

T = TypeVar("T")

RECHERCHER: Final = "dmp.rechercher"
LIRE: Final = "dmp.lire"

_FORTS: Final = frozenset({MoyenAuthentification.CPS, MoyenAuthentification.PRO_SANTE_CONNECT})
_AIR: Final = "DMP, mode INDIRECTE_RENFORCEE (AIR)"
_REGULATION: Final = "SAMU_SMUR"
"""Practice setting (JDV_J04) of a regulation centre."""

_MESSAGE: Final = frozenset({"", SOAP_TYPE, XOP_TYPE})
"""Media types of the part that is the message; an answer that is not multipart has none."""


class FluxLecture:
    """Flows of one caller. ``acces`` is asked at each call, so that a renewed certificate is taken up."""

    def __init__(self, appelant: Appelant, acces: Callable[[], AccesDmp], traceur: Traceur) -> None:
        self._appelant = appelant
        self._acces = acces
        self._traceur = traceur

    def rechercher(
        self,
        identite: IdentiteQualifiee,
        autorisation: Autorisation,
        criteres: CriteresDmp | None = None,
        *,
        regulation: bool = False,
    ) -> Flow[ResultatRecherche]:
        """Find documents; see :meth:`DmpClient.rechercher`."""
        exiger_transmissible(identite, self._appelant)
        usage = usage_de(self._appelant, regulation=regulation)
        acte: ActeTrace[ResultatRecherche] = ActeTrace(
            service=SERVICE,
            operation=RECHERCHER,
            acteur=self._appelant.acteur,
            motif=self._appelant.motif,
            usager_ref=self._traceur.reference(identite.matricule),
            objet=self._objet(usage),
            bilan=_bilan_recherche,
        )
        recherche = self._rechercher(identite, autorisation, criteres or CriteresDmp(), usage)
        return (yield from self._traceur.suivre(_ou_ferme(recherche), acte))

    def lire(
        self,
        document: DocumentDmp | str,
        identite: IdentiteQualifiee,
        autorisation: Autorisation,
        *,
        vers: Path | None = None,
        regulation: bool = False,
    ) -> Flow[ResultatLecture]:
        """Read one document; see :meth:`DmpClient.lire`."""
        exiger_transmissible(identite, self._appelant)
        usage = usage_de(self._appelant, regulation=regulation)
        unique_id = document if isinstance(document, str) else document.unique_id
        acte: ActeTrace[ResultatLecture] = ActeTrace(
            service=SERVICE,
            operation=LIRE,
            acteur=self._appelant.acteur,
            motif=self._appelant.motif,
            usager_ref=self._traceur.reference(identite.matricule),
            objet={**self._objet(usage), "document": Propos.sur(identite).libelle(unique_id) or ""},
            bilan=_bilan_lecture,
        )
        lecture = self._lire(document, identite, autorisation, usage, vers)
        return (yield from self._traceur.suivre(_ou_ferme(lecture), acte))

    def _objet(self, usage: Code) -> dict[str, Detail]:
        # The justification itself is free text, which may name the person: only its presence is traced.
        return {"mode": RENFORCEE, "usage": usage.code, "justifie": bool(self._appelant.justification)}

    # --- TD3.1 -------------------------------------------------------------------------------------------

    def _rechercher(
        self, identite: IdentiteQualifiee, autorisation: Autorisation, criteres: CriteresDmp, usage: Code
    ) -> Flow[DocumentsTrouves | ConsultationRefusee]:
        if refusee := _refusee(autorisation):
            return refusee
        exiger_consultation(self._appelant)
        matricule = identite.matricule
        reponse, echange = yield from self._fiches(identite, lambda: ecrire_recherche(matricule, criteres), usage)
        vus = len(reponse.documents) + reponse.illisibles + reponse.signatures
        documents, constats = trier(reponse.documents, identite)
        etrangers = len(reponse.documents) - len(documents)
        partielle = reponse.registre.partiel or reponse.illisibles or etrangers or (reponse.total or 0) > vus
        return DocumentsTrouves(
            echange.message_id,
            documents,
            complet=not partielle,
            illisibles=reponse.illisibles,
            etrangers=etrangers,
            avertissements=(
                *avertissements(reponse.registre, echange.propos, "avertissement du registre"),
                *constats,
            ),
        )

    def _fiches(
        self, identite: IdentiteQualifiee, corps: Callable[[], str], usage: Code
    ) -> Flow[tuple[ReponseRecherche, Echange[ReponseRecherche]]]:
        def lire(answer: Answer, message_id: str, propos: Propos) -> ReponseRecherche:
            reponse = lire_recherche(answer.body)
            if not reponse.registre.succes and not reponse.registre.partiel:
                raise refus(reponse.registre, propos, message_id)
            return reponse

        transaction = Transaction(
            "registry",
            ACTION_RECHERCHE,
            RECHERCHER,
            corps,
            lire,
            seule(ACTION_RECHERCHE),
            mode=RENFORCEE,
            usage=usage,
        )
        echange = Echange(self._appelant, self._acces(), identite, transaction)
        reponse = yield from echange.flux()
        return reponse, echange

    # --- TD3.2 -------------------------------------------------------------------------------------------

    def _lire(
        self,
        document: DocumentDmp | str,
        identite: IdentiteQualifiee,
        autorisation: Autorisation,
        usage: Code,
        vers: Path | None,
    ) -> Flow[DocumentLu | ConsultationRefusee]:
        if refusee := _refusee(autorisation):
            return refusee
        exiger_consultation(self._appelant)
        if isinstance(document, str):
            document = yield from self._fiche(document, identite, usage)
        exiger_fiche(document, identite)
        return (yield from self._recuperer(document, identite, usage, vers))

    def _fiche(self, unique_id: str, identite: IdentiteQualifiee, usage: Code) -> Flow[DocumentDmp]:
        """Look up the entry of a document: it names its repository, and what the bytes must be."""
        reponse, _ = yield from self._fiches(identite, lambda: ecrire_recherche_par_id(unique_id), usage)
        trouves = [document for document in reponse.documents if document.unique_id == unique_id]
        if len(trouves) != 1:
            remede = "chercher les documents de la personne, puis lire celui que donne la recherche"
            quoi = "aucune fiche, ou plusieurs, sous cet identifiant pour cette personne"
            constat = Constat("document", quoi, "XDS, uniqueId", remede)
            raise DocumentInvalideError("Ce document n'est pas dans le DMP de cette personne.", constats=(constat,))
        return trouves[0]

    def _recuperer(
        self, document: DocumentDmp, identite: IdentiteQualifiee, usage: Code, vers: Path | None
    ) -> Flow[DocumentLu]:
        receptions: list[Reception] = []

        def puits() -> MtomReader:
            return MtomReader(sink=piece, what=QUOI)

        def piece(head: PartHead) -> Sink:
            # The message's own part has a type of its own; any other can only be the document, and is verified.
            return MemorySink() if head.media_type in _MESSAGE else reception()

        def reception() -> Reception:
            receptions.append(Reception(hash_attendu=document.hash, taille=document.taille, vers=vers))
            return receptions[-1]

        def lire(answer: Answer, message_id: str, propos: Propos) -> DocumentLu:
            lu = lire_lecture(answer.body, document)
            if isinstance(lu, ReponseRegistre):
                raise refus(lu, propos, message_id)
            recue: Sink
            if lu.octets is None:
                recue = answer.message.resolve(lu.href)
            else:
                recue = reception()
                recue.write(lu.octets)
            if not isinstance(recue, Reception):
                message = f"{QUOI} ne porte pas le document dans une pièce à part."
                raise ReponseInvalideError(message, phase="read", sent=True)
            verifie = recue.verifier()
            personne = personne_du_cda(recue.relire, {lu.type_mime, document.type_mime}, identite)
            recue.conclure()
            return DocumentLu(
                document=document,
                message_id=message_id,
                taille=recue.taille,
                type_mime=lu.type_mime,
                verifie=verifie,
                octets=recue.content(),
                chemin=vers,
                personne=personne,
            )

        transaction = Transaction(
            "repository",
            ACTION_LECTURE,
            LIRE,
            lambda: ecrire_lecture(document),
            lire,
            seule(ACTION_LECTURE),
            mode=RENFORCEE,
            usage=usage,
            puits=puits,
        )
        try:
            return (yield from Echange(self._appelant, self._acces(), identite, transaction).flux())
        finally:
            for abandonnee in receptions:
                abandonnee.abandonner()


# --- who may, and why ------------------------------------------------------------------------------------


def usage_de(appelant: Appelant, *, regulation: bool) -> Code:
    """Return the purposeofuse of a caller: normal, or in an emergency one of the two that demand a justification.

    Raises :class:`AccesRefuseError` for an emergency without justification, and for a regulation centre's access
    asked by another structure or for another reason.
    """
    urgence = appelant.motif is Motif.URGENCE
    constats: list[Constat] = []
    if urgence and not (appelant.justification or "").strip():
        remede = "passer justification=… en ouvrant la session"
        constats.append(Constat("justification", "un accès en urgence demande une justification", "VIHF", remede))
    if regulation and not (urgence and appelant.acteur.structure.cadre.code == _REGULATION):
        quoi = "l'accès « centre 15 » est celui d'un centre de régulation, en urgence"
        remede = "demander l'accès en urgence sans regulation=True (bris de glace)"
        constats.append(Constat("acteur.structure.cadre", quoi, "TRE_R248, centre_15", remede))
    if constats:
        raise _refus_d_acces(constats)
    if regulation:
        return CENTRE_15
    return BRIS_DE_GLACE if urgence else USAGE_NORMAL


def exiger_consultation(appelant: Appelant) -> None:
    """Refuse who may not consult: :class:`AccesRefuseError` with every reason at once, before anything is sent."""
    constats: list[Constat] = []
    if appelant.acteur.moyen not in _FORTS:
        quoi = "la consultation demande une authentification forte ; le mode INDIRECTE alimente et ne consulte pas"
        remede = "authentifier le professionnel par sa carte CPS ou par Pro Santé Connect, puis rouvrir la session"
        constats.append(Constat("acteur.moyen", quoi, _AIR, remede))
    duree = timedelta(seconds=appelant.environment.options_dmp.duree_authentification)
    depuis = appelant.acteur.authentifie_le
    if depuis is not None and appelant.clock.now() - depuis > duree:
        # No login of Pro Santé Connect lasts longer, whatever became of its tokens (RIE-PS 13).
        quoi = "l'authentification du professionnel est trop ancienne pour consulter"
        remede = "se reconnecter (Pro Santé Connect ou carte CPS), puis rouvrir la session"
        constats.append(Constat("acteur.authentifie_le", quoi, _AIR, remede))
    try:
        roles_de_l_acteur(appelant.acteur)
    except AccesRefuseError as error:
        constats.extend(error.constats)
    if constats:
        raise _refus_d_acces(constats)


def _refus_d_acces(constats: list[Constat]) -> AccesRefuseError:
    return AccesRefuseError("Ce DMP ne peut pas être consulté ainsi ; rien n'a été envoyé.", constats=tuple(constats))


def _refusee(autorisation: Autorisation) -> ConsultationRefusee | None:
    if autorisation.acte is not ActeSocle.CONSULTER_DMP:
        return ConsultationRefusee(("l'autorisation donnée porte sur un autre acte",))
    return None if autorisation.accordee else ConsultationRefusee(autorisation.raisons)


def _ou_ferme(flux: Flow[T]) -> Flow[T | DmpFerme]:
    """Make a closed DMP an outcome, as it is for the existence test."""
    try:
        return (yield from flux)
    except ServiceError as error:
        if error.code != FERME:
            raise
        return DmpFerme(error.correlation_id or "")


# --- trace -----------------------------------------------------------------------------------------------


def _bilan_recherche(result: ResultatRecherche) -> Bilan:
    match result:
        case DocumentsTrouves():
            trouve = Resultat.SUCCES if result.documents else Resultat.SANS_RESULTAT
            details: dict[str, Detail] = {"documents": len(result.documents), "complet": result.complet}
            if result.etrangers:
                details["etrangers"] = result.etrangers
            return Bilan(trouve, None, result.message_id, details=details)
        case _:
            return _bilan_sans_acces(result)


def _bilan_lecture(result: ResultatLecture) -> Bilan:
    match result:
        case DocumentLu():
            details: dict[str, Detail] = {"octets": result.taille, "verifie": result.verifie}
            return Bilan(Resultat.SUCCES, None, result.message_id, details=details)
        case _:
            return _bilan_sans_acces(result)


def _bilan_sans_acces(result: ConsultationRefusee | DmpFerme) -> Bilan:
    match result:
        case DmpFerme():
            return Bilan(Resultat.SANS_RESULTAT, "ferme", result.message_id)
        case ConsultationRefusee():
            return Bilan(Resultat.REFUS_DROITS, details={"raisons": len(result.raisons)})
