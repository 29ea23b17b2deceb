"""Which credentials an actor's call uses, looked up at each call so that a renewal is taken up at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from segur_socles.config.environment import Environment
from segur_socles.credentials.certificat import Certificat
from segur_socles.credentials.configuration import Configuration
from segur_socles.credentials.contexte import TLS_DMP
from segur_socles.credentials.secret import Secret
from segur_socles.credentials.tls import CanalServeur
from segur_socles.credentials.usages import Service
from segur_socles.errors import AccesRefuseError, ConfigurationError, CredentialError, CredentialExpiredError
from segur_socles.ins.acces import AccesInsi
from segur_socles.ins.paquet import PaquetInsi
from segur_socles.ins.psc import EntreePsc, exiger
from segur_socles.personnes.adresses_mss import domaine
from segur_socles.personnes.professionnel import Acteur, MoyenAuthentification

if TYPE_CHECKING:  # as the clients of a session
    from segur_socles.dmp.acces import AccesDmp
    from segur_socles.mss.acces import AccesMss
    from segur_socles.mss.annuaire.acces import AccesAnnuaire
    from segur_socles.psc.acces import AccesPsc

__all__ = ["ChoixInsi", "ModeInsi", "acces_annuaire", "acces_dmp", "acces_insi", "acces_mss", "acces_psc"]


class ModeInsi(StrEnum):
    """How a structure or a professional is known to INSi. ``PSC`` is not verified, and has to be set up."""

    CERTIFICAT = "certificat"
    CARTE = "carte"
    PSC = "psc"


@dataclass(frozen=True, slots=True, repr=False)
class ChoixInsi:
    """How one session enters INSi: ``jeton`` gives the access token of the moment, for Pro Santé Connect mode only."""

    mode: ModeInsi = ModeInsi.CERTIFICAT
    paquet: PaquetInsi = field(default_factory=PaquetInsi)
    jeton: Callable[[], Secret] | None = None

    def __post_init__(self) -> None:
        # Ignored in silence, it would let somebody believe that the call is made in the professional's own name.
        if self.jeton is not None and self.mode is not ModeInsi.PSC:
            message = "Un jeton Pro Santé Connect est donné, mais INSi n'est pas appelé par Pro Santé Connect."
            remede = "passer insi=ModeInsi.PSC à au_nom_de, ou retirer jeton_psc"
            raise ConfigurationError(message, champ="jeton_psc", remede=remede)


def acces_insi(config: Configuration, acteur: Acteur, choix: ChoixInsi) -> AccesInsi:
    """Give the INSi access of ``acteur``: the structure's certificate, the professional's card, or his or her token."""
    if choix.mode is ModeInsi.PSC:
        return _acces_psc_insi(config, acteur, choix)
    if choix.mode is ModeInsi.CARTE:
        url = _url(config.environment, "insi_carte")
        carte = config.trousseau.carte(acteur.professionnel.id_nat)
        _en_cours(config, carte.certificat, "carte")
        return AccesInsi(
            channel=CanalServeur(config.ancres),
            emetteur=carte.donnees.id_nat,
            url=url,
            signataire=carte,
            type_carte=carte.donnees.type_carte.value,
        )
    url = _url(config.environment, "insi_certificat")
    finess = acteur.structure.finess_eg
    certificat = config.trousseau.certificat_tls(finess, Service.INSI, automate=acteur.est_automate)
    if certificat is None:
        raise _absent(finess, "INSi (INSI-MANU ou INSI-AUTO)")
    _en_cours(config, certificat.certificat, "certificat INSi")
    emetteur = certificat.certificat.sujet.struct_idnat or acteur.structure.struct_idnat
    return AccesInsi(channel=certificat.channel(config.ancres), emetteur=emetteur, url=url)


def _acces_psc_insi(config: Configuration, acteur: Acteur, choix: ChoixInsi) -> AccesInsi:
    if acteur.moyen is not MoyenAuthentification.PRO_SANTE_CONNECT:
        message = "INSi ne s'appelle par Pro Santé Connect qu'au nom de qui s'y est connecté ; rien n'a été envoyé."
        raise AccesRefuseError(message, remede="prendre l'acteur de la session Pro Santé Connect (SessionPsc.acteur)")
    reglages, jeton, url = choix.paquet.psc, choix.jeton, config.environment.insi_psc
    if reglages is None or jeton is None or url is None:
        manques = {
            "environment.insi_psc": (url, "renseigner cette adresse"),
            "paquet_insi.psc": (reglages, "Segur(…, paquet_insi=PaquetInsi(psc=PscInsi(…)))"),
            "jeton_psc": (jeton, "au_nom_de(…, insi=ModeInsi.PSC, jeton_psc=lambda: session_psc.jetons.acces)"),
        }
        champ, (_, remede) = next(paire for paire in manques.items() if paire[1][0] is None)
        message = (
            f"Le mode Pro Santé Connect d'INSi n'est pas réglé : {champ} manque. Son contrat n'est pas public ; "
            "rien n'a été envoyé."
        )
        raise ConfigurationError(message, champ=champ, remede=f"d'après le paquet officiel : {remede}")
    return AccesInsi(
        channel=CanalServeur(config.ancres),
        emetteur=exiger("emetteur", reglages.emetteur(acteur)),
        url=url,
        attributs=reglages.attributs(acteur) if reglages.attributs else None,
        psc=EntreePsc.de(reglages, acteur, jeton),
    )


def acces_dmp(config: Configuration, acteur: Acteur) -> AccesDmp:
    """Give the DMP access of ``acteur``'s structure: its TLS certificate and its signature certificate."""
    from segur_socles.dmp.acces import AccesDmp

    url = _url(config.environment, "dmp")
    finess = acteur.structure.finess_eg
    tls = config.trousseau.certificat_tls(finess, Service.DMP)
    if tls is None:
        raise _absent(finess, "DMP (ORG AUTH_CLI)")
    signature = config.trousseau.certificat_signature(finess)
    _en_cours(config, tls.certificat, "certificat DMP")
    _en_cours(config, signature.certificat, "certificat de signature")
    return AccesDmp(
        url=url,
        channel=tls.channel(config.ancres, versions=TLS_DMP),
        signataire=signature,
        idnats_certificat=signature.perimetre.tous,
    )


def acces_mss(config: Configuration, acteur: Acteur, adresse: str | None = None) -> AccesMss:
    """Give the MSSanté access of ``acteur``'s structure: its mailbox (``adresse`` chooses), at its operator."""
    from segur_socles.mss.acces import AccesMss

    finess = acteur.structure.finess_eg
    boite = config.trousseau.boite(finess, adresse)
    nom = domaine(boite.adresse)
    operateur = next((o for o in config.environment.operateurs_mss if nom in o.domaines), None)
    if operateur is None:
        message = f"L'environnement « {config.environment.nom} » n'a pas d'opérateur MSSanté pour le domaine {nom}."
        raise ConfigurationError(message, champ="environment.operateurs_mss", remede="déclarer l'opérateur de la boîte")
    tls = config.trousseau.certificat_tls(finess, Service.MSS)
    if tls is None:
        raise _absent(finess, "MSSanté (ORG AUTH_CLI)")
    _en_cours(config, tls.certificat, "certificat MSSanté")
    return AccesMss(tls.channel(config.ancres), boite, operateur, config.logiciel.nil_mss)


def acces_psc(config: Configuration) -> AccesPsc:
    """Give the Pro Santé Connect access of the software: its registration, and the channel that bears it."""
    from segur_socles.psc.acces import AccesPsc

    issuer = _url(config.environment, "psc")
    client = config.trousseau.client_psc()
    if client.certificat is None:
        return AccesPsc(issuer, CanalServeur(config.ancres), client)
    _en_cours(config, client.certificat.certificat, "certificat Pro Santé Connect")
    return AccesPsc(issuer, client.certificat.channel(config.ancres), client)


def acces_annuaire(config: Configuration) -> AccesAnnuaire:
    """Give the access to the Annuaire Santé: the software's own key, whoever the actor is."""
    from segur_socles.mss.annuaire.acces import AccesAnnuaire

    url = _url(config.environment, "annuaire").rstrip("/")
    return AccesAnnuaire(CanalServeur(config.ancres_annuaire), url, config.trousseau.cle_annuaire())


def _url(environment: Environment, champ: str) -> str:
    url: str | None = getattr(environment, champ)
    if url is None:
        message = f"L'environnement « {environment.nom} » ne donne pas l'adresse « {champ} »."
        raise ConfigurationError(message, champ=f"environment.{champ}", remede="renseigner cette adresse")
    return url


def _absent(finess: str, quoi: str) -> CredentialError:
    message = f"La structure {finess} n'a pas de certificat pour {quoi}."
    return CredentialError(message, credential=quoi, remede="le charger, puis l'ajouter au trousseau de la structure")


def _en_cours(config: Configuration, certificat: Certificat, quoi: str) -> None:
    # Checked when loaded, and again now: a process lives longer than a certificate.
    maintenant = config.clock.now()
    if not certificat.pas_avant <= maintenant <= certificat.pas_apres:
        etat = "n'est pas encore valable" if maintenant < certificat.pas_avant else "est périmé"
        message = f"Le {quoi} de la structure {etat} ; rien n'a été envoyé."
        raise CredentialExpiredError(
            message, credential=quoi, remede="charger le certificat renouvelé (Trousseau.remplacer)"
        )
