"""The searches and the verification, without input or output."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeVar

from segur_socles._core import soap
from segur_socles._core.clock import Clock
from segur_socles._core.flow import Flow
from segur_socles._core.model import invalide
from segur_socles.errors import ConfigurationError, Constat, IdentiteError, ReponseInvalideError
from segur_socles.ins.acces import AccesInsi
from segur_socles.ins.appel import Appel
from segur_socles.ins.codes import SERVICE, code_inattendu, code_sain, libelle_sain
from segur_socles.ins.contract import Contrat
from segur_socles.ins.contrat_verification import (
    ContratVerification,
    DemandeVerification,
    contrat_unitaire,
    lire_verification,
)
from segur_socles.ins.messages import WHAT, Demande, DemandeTraits, Individu, lire_resultat
from segur_socles.ins.paquet import PaquetInsi
from segur_socles.ins.strategie import PAR_VITALE, CodeRecherche, Essai, prochaine
from segur_socles.ins.types import IdentiteProposee, InsAbsente, InsMultiple, InsTrouvee, ResultatInsi
from segur_socles.ins.verification import InsConfirmee, InsInfirmee, ResultatVerification, VerificationInconnue
from segur_socles.ins.vitale import DemandeVitale, LecteurVitale, LectureVitale
from segur_socles.personnes.identite import Identite, ReponseIns
from segur_socles.personnes.matricule import MatriculeIns
from segur_socles.personnes.naissance import LIEU_INCONNU
from segur_socles.personnes.traits import TraitsIdentite
from segur_socles.trace.appelant import Appelant
from segur_socles.trace.record import Detail
from segur_socles.trace.record import Resultat as ResultatTrace
from segur_socles.trace.traceur import ActeTrace, Bilan, Traceur

__all__ = ["FluxInsi"]

RECHERCHER: Final = "insi.rechercher"
RECHERCHER_PAR_VITALE: Final = "insi.rechercher_par_vitale"
VERIFIER: Final = "insi.verifier"

T = TypeVar("T")


@dataclass(frozen=True, slots=True, repr=False)
class _Recue:
    """What one call of a search brought."""

    code: CodeRecherche
    individu: Individu | None
    brute: bytes


class FluxInsi:
    """Flows of one caller. ``acces`` is asked at each call, so that a renewed certificate is taken up."""

    def __init__(
        self,
        appelant: Appelant,
        acces: Callable[[], AccesInsi],
        traceur: Traceur,
        contrat: Contrat,
        paquet: PaquetInsi | None = None,
    ) -> None:
        self._appelant = appelant
        self._acces = acces
        self._traceur = traceur
        self._contrat = contrat
        self._paquet = paquet or PaquetInsi()

    def rechercher(self, personne: TraitsIdentite | Identite) -> Flow[ResultatInsi]:
        """Search one person, call after call, until INSi answers with one identity or nothing is left to try.

        Raises :class:`IdentiteError` before any call for an identity douteuse or fictive (RNIV EXI ID 26), and
        after it if production answers with a test OID; :class:`ChampInvalideError` before any call for a birth date
        in the future.
        """
        identite, traits = _interrogeable(personne, self._appelant.clock)
        # Sending an unknown place could only exclude the right person.
        lieu_connu = traits.lieu_naissance not in (None, LIEU_INCONNU)
        essais: tuple[Essai, ...] = ()
        while tentative := prochaine(len(traits.prenoms), essais, lieu_connu=lieu_connu):
            appel = self._recherche(DemandeTraits.de(traits, tentative), RECHERCHER, traits)
            objet = {"essai": len(essais) + 1, "prenoms": len(tentative.rangs), "avec_lieu": tentative.avec_lieu}
            recue = yield from self._suivre(RECHERCHER, appel, objet)
            essais += (Essai(tentative, recue.code, appel.message_id),)
            if recue.individu is not None:
                proposee = self._proposee(appel.message_id, recue.individu, traits, identite)
                alertes = (*recue.individu.avertissements, *_matricule_change(identite, proposee.reponse))
                return InsTrouvee(proposee, essais, alertes, recue.brute)
        multiple = any(essai.code is CodeRecherche.PLUSIEURS for essai in essais)
        return InsMultiple(essais) if multiple else InsAbsente(essais)

    def rechercher_par_vitale(
        self, lecture: LectureVitale, personne: TraitsIdentite | Identite | None, lecteur: LecteurVitale | None
    ) -> Flow[ResultatInsi]:
        """Search the beneficiary of a carte Vitale, in one call; ``personne`` is who it is held to be here."""
        identite, traits = (None, None) if personne is None else _interrogeable(personne, self._appelant.clock)
        appel = self._recherche(DemandeVitale(lecture), RECHERCHER_PAR_VITALE, traits, lecteur)
        objet = {"numero_individu": lecture.individu is not None, "assertion_vitale": lecteur is not None}
        recue = yield from self._suivre(RECHERCHER_PAR_VITALE, appel, objet)
        essais = (Essai(PAR_VITALE, recue.code, appel.message_id),)
        if recue.individu is not None:
            proposee = self._proposee(appel.message_id, recue.individu, traits, identite, lecture)
            alertes = (*recue.individu.avertissements, *lecture.alertes(proposee.reponse))
            alertes += _matricule_change(identite, proposee.reponse)
            return InsTrouvee(proposee, essais, alertes, recue.brute)
        return InsMultiple(essais) if recue.code is CodeRecherche.PLUSIEURS else InsAbsente(essais)

    def verifier(
        self, personne: TraitsIdentite | Identite, matricule: MatriculeIns | None
    ) -> Flow[ResultatVerification]:
        """Ask whether a matricule and traits go together (WS_INS3), as the official package says to."""
        reglages = self._paquet.verification
        if reglages is None:
            message = "La vérification unitaire d'INSi n'est pas réglée : son contrat n'est pas public."
            remede = "la régler d'après le paquet officiel : Segur(…, paquet_insi=PaquetInsi(verification=…))"
            raise ConfigurationError(message, champ="paquet_insi.verification", remede=remede)
        identite, traits = _interrogeable(personne, self._appelant.clock)
        verifie = self._a_verifier(identite, matricule)
        demande = DemandeVerification(traits, verifie, reglages.operation)
        lecture = _Verification(self._appelant, reglages, demande, identite)
        appel = Appel(
            self._appelant,
            self._acces(),
            contrat_unitaire(reglages),
            demande,
            label=VERIFIER,
            lire=lambda reponse, _: lecture.lire(reponse, appel),
        )

        def bilan(resultat: ResultatVerification) -> Bilan:
            issue = ResultatTrace.SUCCES if isinstance(resultat, InsConfirmee) else ResultatTrace.SANS_RESULTAT
            return Bilan(issue, resultat.code, appel.message_id, self._traceur.reference(verifie))

        acte = self._acte(VERIFIER, bilan, {"mode": appel.acces.mode}, self._traceur.reference(verifie))
        return (yield from self._traceur.suivre(appel.flux(), acte))

    def _a_verifier(self, identite: Identite | None, matricule: MatriculeIns | None) -> MatriculeIns:
        porte = matricule if identite is None else identite.matricule
        if porte is None or (matricule is not None and matricule != porte):
            message = "Il n'y a pas d'INS à vérifier, ou pas celle de cette identité."
            remede = "donner une identité qui porte une INS, ou des traits avec leur matricule"
            raise IdentiteError(message, remede=remede)
        self._hors_essai(porte, "Un matricule de test ne se vérifie pas dans un environnement de production.")
        return porte

    def _recherche(
        self,
        demande: Demande,
        label: str,
        locaux: TraitsIdentite | None,
        lecteur: LecteurVitale | None = None,
    ) -> Appel[_Recue]:
        prenoms = () if locaux is None else locaux.prenoms

        def lire(reponse: soap.Answer, brute: bytes) -> _Recue:
            resultat = lire_resultat(reponse.body, prenoms_locaux=prenoms)
            code = _CODES.get(resultat.code)
            if code is None:
                raise code_inattendu(resultat.code, resultat.libelle, message_id=appel.message_id, cites=appel.cites)
            if (code is CodeRecherche.TROUVEE) is not (resultat.individu is not None):
                presence = "présente" if resultat.individu else "absente"
                message = f"{WHAT} se contredit : code {code.value}, identité {presence}."
                raise ReponseInvalideError(message, phase="read", sent=True)
            return _Recue(code, resultat.individu, brute)

        appel = Appel(
            self._appelant,
            self._acces(),
            self._contrat,
            demande,
            label=label,
            lire=lire,
            lecteur=lecteur,
            personne=locaux,
        )
        return appel

    def _suivre(self, operation: str, appel: Appel[_Recue], objet: Mapping[str, Detail]) -> Flow[_Recue]:
        def bilan(recue: _Recue) -> Bilan:
            resultat = ResultatTrace.SUCCES if recue.individu else ResultatTrace.SANS_RESULTAT
            personne = self._traceur.reference(recue.individu.matricule) if recue.individu else None
            return Bilan(resultat, recue.code.value, appel.message_id, personne)

        acte = self._acte(operation, bilan, {**objet, "mode": appel.acces.mode})
        return (yield from self._traceur.suivre(appel.flux(), acte))

    def _acte(
        self,
        operation: str,
        bilan: Callable[[T], Bilan],
        objet: Mapping[str, Detail],
        usager_ref: str | None = None,
    ) -> ActeTrace[T]:
        return ActeTrace(
            service=SERVICE,
            operation=operation,
            acteur=self._appelant.acteur,
            motif=self._appelant.motif,
            bilan=bilan,
            usager_ref=usager_ref,
            objet=objet,
        )

    def _proposee(
        self,
        message_id: str,
        individu: Individu,
        traits: TraitsIdentite | None,
        identite: Identite | None,
        vitale: LectureVitale | None = None,
    ) -> IdentiteProposee:
        environment = self._appelant.environment
        self._hors_essai(
            individu.matricule, "INSi a répondu par un matricule de test dans un environnement de production."
        )
        reponse = ReponseIns(
            matricule=individu.matricule,
            traits=individu.traits,
            debut=individu.debut,
            fin=individu.fin,
            historique=individu.historique,
            message_id=message_id,
            recue_le=self._appelant.clock.now(),
            environnement=environment.nom,
            production=environment.production,
        )
        return IdentiteProposee(traits, reponse, identite, individu.debut, individu.fin, vitale)

    def _hors_essai(self, matricule: MatriculeIns, message: str) -> None:
        if self._appelant.environment.production and matricule.oid.de_test:
            remede = "vérifier les adresses de l'environnement ; cette identité ne doit pas être conservée"
            raise IdentiteError(message, remede=remede)


class _Verification:
    """Turns the answer of a verification into its outcome."""

    def __init__(
        self,
        appelant: Appelant,
        reglages: ContratVerification,
        demande: DemandeVerification,
        identite: Identite | None,
    ) -> None:
        self._appelant = appelant
        self._reglages = reglages
        self._demande = demande
        self._identite = identite

    def lire(self, reponse: soap.Answer, appel: Appel[ResultatVerification]) -> ResultatVerification:
        ecrit, libelle_ecrit = lire_verification(reponse.body, self._reglages)
        # A code of the settings says nothing of anyone, even if somebody's name is a part of it.
        regle = ecrit in self._reglages.confirmes | self._reglages.infirmes
        code = ecrit if regle else code_sain(ecrit, appel.cites)
        libelle = libelle_sain(libelle_ecrit, appel.cites)
        if code is None:
            raise code_inattendu(ecrit, libelle_ecrit, message_id=appel.message_id, cites=appel.cites)
        maintenant = self._appelant.clock.now()
        if code in self._reglages.confirmes:
            return InsConfirmee(code, appel.message_id, maintenant)
        if code in self._reglages.infirmes:
            matricule = self._demande.matricule
            return InsInfirmee(code, appel.message_id, maintenant, matricule, libelle, self._identite)
        return VerificationInconnue(code, appel.message_id, maintenant, libelle)


def _matricule_change(identite: Identite | None, reponse: ReponseIns) -> tuple[str, ...]:
    """Say that the identity held another INS: the same traits do not make it the same person."""
    if identite is None or identite.matricule is None or identite.matricule.numero == reponse.matricule.numero:
        return ()
    if identite.matricule.numero in {ancien.matricule.numero for ancien in reponse.historique}:
        return ("le matricule de cette identité est ancien, et la réponse le remplace",)
    return (
        "le matricule reçu n'est pas celui de cette identité, et ne le remplace pas : vérifier qui est la personne",
    )


_CODES: Final = {code.value: code for code in CodeRecherche}


def _interrogeable(personne: TraitsIdentite | Identite, clock: Clock) -> tuple[Identite | None, TraitsIdentite]:
    """Tell the identity from bare traits; refuse the one that must not be sent to INSi."""
    identite = personne if isinstance(personne, Identite) else None
    if identite is not None:
        identite.exiger_interrogeable()
    traits = personne.traits if isinstance(personne, Identite) else personne
    demain = clock.now().date() + timedelta(days=1)  # one day of grace covers every zone
    if traits.date_naissance > demain.isoformat():
        remede = "relire la date de naissance sur la pièce d'identité, l'année surtout"
        raise invalide("TraitsIdentite", (Constat("date_naissance", "date dans le futur", "RNIV", remede),))
    return identite, traits
