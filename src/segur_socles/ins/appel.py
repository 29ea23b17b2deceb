"""One call to INSi: what it sends by the door it enters by, and what came back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Generic, TypeVar

from segur_socles._core import soap
from segur_socles._core.body import BytesBody
from segur_socles._core.flow import Call, Flow, Http, Request, Response
from segur_socles.credentials.secret import Secret
from segur_socles.errors import ConfigurationError, CredentialError, ReponseInvalideError, SegurError
from segur_socles.ins.acces import AccesInsi
from segur_socles.ins.assertion import AttributsPs, ecrire_assertion_psc, signer_assertion
from segur_socles.ins.codes import erreur_de
from segur_socles.ins.contract import RECHERCHE_TRAITS, RECHERCHE_VITALE, Contrat
from segur_socles.ins.messages import WHAT, Demande, ecrire_demande
from segur_socles.ins.psc import EntreePsc, PortageJeton
from segur_socles.ins.vitale import LecteurVitale, exiger_assertion_vitale
from segur_socles.personnes.traits import TraitsIdentite
from segur_socles.trace.appelant import Appelant

__all__ = ["Appel"]

T = TypeVar("T")


class Appel(Generic[T]):
    """One call, tried again as the retry decision says. ``message_id`` is that of the last attempt.

    ``lire`` turns the body of an answer into the result, and is given the bytes as received. ``lecteur`` makes the
    Vitale assertion of card mode. ``personne`` is who is known here: INSi may quote more than it was sent.
    """

    def __init__(
        self,
        appelant: Appelant,
        acces: AccesInsi,
        contrat: Contrat,
        demande: Demande,
        *,
        label: str,
        lire: Callable[[soap.Answer, bytes], T],
        lecteur: LecteurVitale | None = None,
        personne: TraitsIdentite | None = None,
    ) -> None:
        if lecteur is not None and acces.signataire is None:
            message = "Une assertion Vitale n'accompagne que celle d'une carte de professionnel ; rien n'a été envoyé."
            remede = "passer insi=ModeInsi.CARTE à au_nom_de, ou ne pas donner de lecteur"
            raise ConfigurationError(message, champ="lecteur", remede=remede)
        self._appelant = appelant
        self._contrat = contrat
        self._demande = demande
        self._label = label
        self._lire_corps = lire
        self._lecteur = lecteur
        self._connus = set[str]() if personne is None else _traits_cites(personne)
        self._jeton: Secret | None = None
        self.acces = acces
        self.message_id = ""

    def flux(self) -> Flow[T]:
        """Make the call. Raises as :meth:`InsiClient.rechercher`."""
        resultat: T = yield Http(
            build=self._construire,
            read=self._lire,
            channel=self.acces.channel,
            label=self._label,
            repeatable=True,  # a read: asking twice changes nothing
        )
        return resultat

    @property
    def cites(self) -> tuple[str, ...]:
        """What an answer must not quote in an error: the person, as sent and as known here, the card and the token."""
        jeton = () if self._jeton is None else (self._jeton.reveler(),)
        return (*self._demande.cites, *self._connus, *jeton)

    def _construire(self) -> Flow[Request]:
        appelant, acces = self._appelant, self.acces
        self.message_id = f"{appelant.environment.options_insi.prefixe_message_id}{appelant.ids.uuid()}"
        en_tetes: tuple[tuple[str, str], ...] = ()
        securite: bytes | None = None
        if acces.psc is not None:
            portage = yield from self._porter(acces.psc)
            en_tetes, securite = portage.en_tetes, self._assertion_psc(acces.psc) + portage.fragment
        elif acces.signataire is not None:
            securite = yield from signer_assertion(
                acces.signataire,
                acces.attributs or _attributs(appelant),
                name_id=acces.emetteur,
                type_carte=acces.type_carte,
                clock=appelant.clock,
                ids=appelant.ids,
            )
            if self._lecteur is not None:
                securite += yield from self._assertion_vitale(self._lecteur)
        enveloppe = ecrire_demande(
            self._demande,
            appelant=appelant,
            contrat=self._contrat,
            message_id=self.message_id,
            emetteur=acces.emetteur,
            securite=securite,
        )
        nature = ("Content-Type", soap.content_type(self._contrat.action(self._demande.operation)))
        return Request("POST", acces.url, (nature, *en_tetes), BytesBody(enveloppe))

    def _porter(self, psc: EntreePsc) -> Flow[PortageJeton]:
        jeton = _exiger_jeton((yield from _confier(psc.jeton, "jeton Pro Santé Connect", "se reconnecter")))
        self._jeton = jeton
        quoi = "portage du jeton Pro Santé Connect"
        return _exiger_portage((yield from _confier(lambda: psc.porter(jeton), quoi, _REMEDE_PORTER)))

    def _assertion_psc(self, psc: EntreePsc) -> bytes:
        return ecrire_assertion_psc(
            self.acces.attributs or _attributs(self._appelant),
            issuer=psc.issuer,
            format_issuer=psc.format_issuer,
            name_id=psc.name_id,
            clock=self._appelant.clock,
            ids=self._appelant.ids,
        )

    def _assertion_vitale(self, lecteur: LecteurVitale) -> Flow[bytes]:
        emetteur = self.acces.emetteur
        remede = "vérifier que la carte Vitale est dans le lecteur, puis recommencer"
        octets = yield from _confier(lambda: lecteur.assertion(emetteur), "lecteur de carte Vitale", remede)
        assertion, serie = exiger_assertion_vitale(octets, emetteur)
        self._connus |= {serie} - {""}
        return assertion

    def _lire(self, response: Response) -> T:
        lue = soap.read_answer(response, expect_relates_to=self.message_id, what=WHAT, strict_relates_to=False)
        if isinstance(lue, soap.Fault):
            raise erreur_de(lue, message_id=self.message_id, cites=self.cites)
        # Both searches are answered by the same body: only the action tells them apart, when it is sent.
        autres = {RECHERCHE_TRAITS, RECHERCHE_VITALE} - {self._demande.operation}
        if (lue.addressed.action or "").rpartition(":")[2] in {f"{autre}Response" for autre in autres}:
            message = f"{WHAT} est celle d'une autre opération (wsa:Action)."
            raise ReponseInvalideError(message, phase="read", sent=True)
        return self._lire_corps(lue, response.content)


def _confier(fonction: Callable[[], T], quoi: str, remede: str) -> Flow[T]:
    """Call the adopter's own code, which may wait for a device; what it raises is told by its kind alone."""

    def essayer() -> tuple[T] | str:
        # Caught here, not around the effect: a runner throws from inside its handler, and our error would hold theirs.
        try:
            return (fonction(),)
        except SegurError:
            raise
        except Exception as error:  # noqa: BLE001 - not our code: it may raise anything, and quote anything
            return type(error).__name__

    rendu: tuple[T] | str = yield Call(essayer)
    if isinstance(rendu, str):
        message = f"Échec : {quoi} ({rendu}) ; rien n'a été envoyé."
        raise CredentialError(message, credential=quoi, remede=remede)
    return rendu[0]


_REMEDE_PORTER: Final = "corriger PscInsi.porter d'après le paquet officiel"


def _exiger_jeton(jeton: object) -> Secret:
    if not isinstance(jeton, Secret) or not jeton.reveler().strip():
        message = "Le jeton Pro Santé Connect donné est vide, ou n'est pas un Secret ; rien n'a été envoyé."
        raise ConfigurationError(message, champ="jeton_psc", remede="donner le jeton d'accès : jetons.acces")
    return jeton


def _exiger_portage(portage: object) -> PortageJeton:
    if not isinstance(portage, PortageJeton):
        message = "PscInsi.porter n'a pas rendu de PortageJeton ; rien n'a été envoyé."
        raise ConfigurationError(message, champ="paquet_insi.psc.porter", remede=_REMEDE_PORTER)
    return portage


def _traits_cites(traits: TraitsIdentite) -> set[str]:
    return {traits.nom_naissance, *traits.liste_prenoms.split(), traits.date_naissance}


def _attributs(appelant: Appelant) -> AttributsPs:
    structure = appelant.acteur.structure
    return AttributsPs(structure.finess_eg, secteur_activite=structure.secteur.code)
