"""Which credentials an actor's call uses, looked up at each call so that a renewal is taken up at once."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from segur_socles.config.environment import Environment
from segur_socles.credentials.certificat import Certificat
from segur_socles.credentials.configuration import Configuration
from segur_socles.credentials.contexte import TLS_DMP
from segur_socles.credentials.tls import CanalServeur
from segur_socles.credentials.usages import Service
from segur_socles.errors import ConfigurationError, CredentialError, CredentialExpiredError
from segur_socles.ins.acces import AccesInsi
from segur_socles.personnes.adresses_mss import domaine
from segur_socles.personnes.professionnel import Acteur

if TYPE_CHECKING:  # as the clients of a session
    from segur_socles.dmp.acces import AccesDmp
    from segur_socles.mss.acces import AccesMss
    from segur_socles.mss.annuaire.acces import AccesAnnuaire
    from segur_socles.psc.acces import AccesPsc

__all__ = ["ModeInsi", "acces_annuaire", "acces_dmp", "acces_insi", "acces_mss", "acces_psc"]


class ModeInsi(StrEnum):
    """How a structure or a professional is known to INSi."""

    CERTIFICAT = "certificat"
    CARTE = "carte"


def acces_insi(config: Configuration, acteur: Acteur, mode: ModeInsi) -> AccesInsi:
    """Give the INSi access of ``acteur``: the structure's certificate, or the professional's card."""
    if mode is ModeInsi.CARTE:
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
