"""The search by identity traits, without input or output."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from segur_socles._core import soap
from segur_socles._core.body import BytesBody
from segur_socles._core.flow import Flow, Http, Request, Response
from segur_socles._core.model import invalide
from segur_socles.errors import Constat, IdentiteError, ReponseInvalideError
from segur_socles.ins.acces import AccesInsi
from segur_socles.ins.assertion import AttributsPs, signer_assertion
from segur_socles.ins.codes import SERVICE, code_inattendu, erreur_de
from segur_socles.ins.contract import Contrat
from segur_socles.ins.messages import WHAT, Demande, Individu, ecrire_recherche, lire_resultat
from segur_socles.ins.strategie import CodeRecherche, Essai, Tentative, prochaine
from segur_socles.ins.types import IdentiteProposee, InsAbsente, InsMultiple, InsTrouvee, ResultatInsi
from segur_socles.personnes.identite import Identite, ReponseIns
from segur_socles.personnes.naissance import LIEU_INCONNU
from segur_socles.personnes.traits import TraitsIdentite
from segur_socles.trace.appelant import Appelant
from segur_socles.trace.record import Resultat as ResultatTrace
from segur_socles.trace.traceur import ActeTrace, Bilan, Traceur

__all__ = ["FluxInsi"]

RECHERCHER: Final = "insi.rechercher"


class FluxInsi:
    """Flows of one caller. ``acces`` is asked at each call, so that a renewed certificate is taken up."""

    def __init__(self, appelant: Appelant, acces: Callable[[], AccesInsi], traceur: Traceur, contrat: Contrat) -> None:
        self._appelant = appelant
        self._acces = acces
        self._traceur = traceur
        self._contrat = contrat

    def rechercher(self, personne: TraitsIdentite | Identite) -> Flow[ResultatInsi]:
        """Search one person, call after call, until INSi answers with one identity or nothing is left to try.

        Raises :class:`IdentiteError` before any call for an identity douteuse or fictive (RNIV EXI ID 26), and
        after it if production answers with a test OID; :class:`ChampInvalideError` before any call for a birth date
        in the future.
        """
        identite = personne if isinstance(personne, Identite) else None
        if identite is not None:
            identite.exiger_interrogeable()
        traits = personne.traits if isinstance(personne, Identite) else personne
        self._exiger_deja_nee(traits)
        # Sending an unknown place could only exclude the right person.
        lieu_connu = traits.lieu_naissance not in (None, LIEU_INCONNU)
        essais: tuple[Essai, ...] = ()
        while tentative := prochaine(len(traits.prenoms), essais, lieu_connu=lieu_connu):
            appel = _Appel(self._appelant, self._acces(), self._contrat, traits, tentative)
            code = yield from self._traceur.suivre(appel.flux(), self._acte(appel, len(essais) + 1))
            essais += (Essai(tentative, code, appel.message_id),)
            if appel.individu is not None:
                return self._trouvee(appel, appel.individu, traits, identite, essais)
        multiple = any(essai.code is CodeRecherche.PLUSIEURS for essai in essais)
        return InsMultiple(essais) if multiple else InsAbsente(essais)

    def _exiger_deja_nee(self, traits: TraitsIdentite) -> None:
        demain = self._appelant.clock.now().date() + timedelta(days=1)  # one day of grace covers every zone
        if traits.date_naissance > demain.isoformat():
            remede = "relire la date de naissance sur la pièce d'identité, l'année surtout"
            raise invalide("TraitsIdentite", (Constat("date_naissance", "date dans le futur", "RNIV", remede),))

    def _acte(self, appel: _Appel, rang: int) -> ActeTrace[CodeRecherche]:
        def bilan(code: CodeRecherche) -> Bilan:
            trouvee = appel.individu is not None
            resultat = ResultatTrace.SUCCES if trouvee else ResultatTrace.SANS_RESULTAT
            personne = self._traceur.reference(appel.individu.matricule) if appel.individu else None
            return Bilan(resultat, code.value, appel.message_id, personne)

        return ActeTrace(
            service=SERVICE,
            operation=RECHERCHER,
            acteur=self._appelant.acteur,
            motif=self._appelant.motif,
            bilan=bilan,
            objet={
                "essai": rang,
                "prenoms": len(appel.tentative.rangs),
                "avec_lieu": appel.tentative.avec_lieu,
                "mode": appel.acces.mode,
            },
        )

    def _trouvee(
        self,
        appel: _Appel,
        individu: Individu,
        traits: TraitsIdentite,
        identite: Identite | None,
        essais: tuple[Essai, ...],
    ) -> InsTrouvee:
        environment = self._appelant.environment
        if environment.production and individu.matricule.oid.de_test:
            message = "INSi a répondu par un matricule de test dans un environnement de production."
            remede = "vérifier les adresses de l'environnement ; cette identité ne doit pas être conservée"
            raise IdentiteError(message, remede=remede)
        reponse = ReponseIns(
            matricule=individu.matricule,
            traits=individu.traits,
            debut=individu.debut,
            fin=individu.fin,
            historique=individu.historique,
            message_id=appel.message_id,
            recue_le=self._appelant.clock.now(),
            environnement=environment.nom,
            production=environment.production,
        )
        proposee = IdentiteProposee(traits, reponse, identite, individu.debut, individu.fin)
        return InsTrouvee(proposee, essais, individu.avertissements, appel.brute)


class _Appel:
    """One call: what it sends, and what came back. The MessageID is that of the last attempt."""

    def __init__(
        self, appelant: Appelant, acces: AccesInsi, contrat: Contrat, traits: TraitsIdentite, tentative: Tentative
    ) -> None:
        self._appelant = appelant
        self._contrat = contrat
        self._prenoms = traits.prenoms
        self._demande = Demande.de(traits, tentative)
        self.acces = acces
        self.tentative = tentative
        self.message_id = ""
        self.individu: Individu | None = None
        self.brute = b""

    def flux(self) -> Flow[CodeRecherche]:
        code: CodeRecherche = yield Http(
            build=self._construire,
            read=self._lire,
            channel=self.acces.channel,
            label=RECHERCHER,
            repeatable=True,  # a read: asking twice changes nothing
        )
        return code

    def _construire(self) -> Flow[Request]:
        appelant, acces = self._appelant, self.acces
        self.message_id = f"{appelant.environment.options_insi.prefixe_message_id}{appelant.ids.uuid()}"
        assertion = None
        if acces.signataire is not None:
            assertion = yield from signer_assertion(
                acces.signataire,
                acces.attributs or _attributs(appelant),
                name_id=acces.emetteur,
                type_carte=acces.type_carte,
                clock=appelant.clock,
                ids=appelant.ids,
            )
        enveloppe = ecrire_recherche(
            self._demande,
            appelant=appelant,
            contrat=self._contrat,
            message_id=self.message_id,
            emetteur=acces.emetteur,
            assertion=assertion,
        )
        headers = (("Content-Type", soap.content_type(self._contrat.action)),)
        return Request("POST", acces.url, headers, BytesBody(enveloppe))

    def _lire(self, response: Response) -> CodeRecherche:
        lue = soap.read_answer(response, expect_relates_to=self.message_id, what=WHAT, strict_relates_to=False)
        if isinstance(lue, soap.Fault):
            raise erreur_de(lue, message_id=self.message_id, cites=self._demande.cites)
        resultat = lire_resultat(lue.body, prenoms_locaux=self._prenoms)
        code = _CODES.get(resultat.code)
        if code is None:
            raise code_inattendu(resultat.code, resultat.libelle, message_id=self.message_id, cites=self._demande.cites)
        if (code is CodeRecherche.TROUVEE) is not (resultat.individu is not None):
            message = (
                f"{WHAT} se contredit : code {code.value}, identité {'présente' if resultat.individu else 'absente'}."
            )
            raise ReponseInvalideError(message, phase="read", sent=True)
        self.individu, self.brute = resultat.individu, response.content
        return code


_CODES: Final = {code.value: code for code in CodeRecherche}


def _attributs(appelant: Appelant) -> AttributsPs:
    structure = appelant.acteur.structure
    return AttributsPs(structure.finess_eg, secteur_activite=structure.secteur.code)
