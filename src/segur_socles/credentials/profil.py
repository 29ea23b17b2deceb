"""A profile file (TOML): the configuration of a process as an administrator writes it.

::

    [environment]
    nom = "banc de test"
    nature = "qualification"
    insi_certificat = "https://…/lps"
    dmp = "https://…/si-dmp-server/v2/services/"
    ancres = "igc-sante.pem"              # paths are relative to this file
    listes_revocation = "revocations.pem" # optional; if given, of every authority in use, root included

    psc = "https://…/auth/realms/esante-wallet"
    psc_autorisation = "https://…/auth"
    annuaire = "https://…/fhir/v2"
    ancres_annuaire = "web.pem"           # optional

    [environment.options_psc]             # optional, as the other uncertain points: see the fidelity table
    acr_demande = "eidas1"

    [[environment.operateurs_mss]]        # one a MSSanté operator; STARTTLS at both addresses
    domaines = ["les-tilleuls.mssante.fr"]
    smtp = "smtp.operateur.mssante.fr:587"
    imap = "imap.operateur.mssante.fr:143"

    [environment.options_mss]             # optional
    delai = 120.0

    [logiciel]
    nom = "Mon DUI"
    version = "4.2"
    instance = "…"
    oid_racine = "1.2.250.1.…"

    [insi]                                # optional
    wsdl = "icir/ICIR.wsdl"               # official contract of the editor, its schemas beside it

    [psc]                                 # the software's registration with Pro Santé Connect
    client_id = "…"
    redirect_uri = "https://…/retour"
    retour_deconnexion = "https://…/"     # optional
    secret = "env:SEGUR_PSC"              # or "fichier:secrets/psc.txt"; or, in its place, a certificate:
    certificat = "psc.p12"
    mot_de_passe = "env:SEGUR_P12"
    porteur = "339172288100052"           # Struct_IdNat that the certificate bears

    [annuaire]
    cle = "env:SEGUR_ANNUAIRE_CLE"        # the software's API key

    [[structures]]
    finess_eg = "990000001"
    lies = ["1990000019"]                 # Struct_IdNat of the EJ or SIRET that the certificates bear
    mot_de_passe = "env:SEGUR_P12"        # or "fichier:secrets/p12.txt"; never the password itself
    tls_insi = ["insi-manu.p12", "insi-auto.p12"]
    tls_dmp = "auth-cli.p12"
    tls_mss = "auth-cli-mss.p12"
    signature = "sign.p12"

    [[structures.boites]]                 # a mailbox of the structure above, served by one of the operators
    adresse = "infirmerie@les-tilleuls.mssante.fr"
    nom = "EHPAD Les Tilleuls, infirmerie"
    type = "ORG"                          # "ORG" if left out

Only what is used has to be there: a software without Pro Santé Connect has no table ``[psc]``.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, StringConstraints, model_validator

from segur_socles._core.clock import Clock, SystemClock
from segur_socles._core.model import RegleError, Valeur
from segur_socles.config.environment import Environment
from segur_socles.config.logiciel import Logiciel
from segur_socles.credentials.client_psc import ClientPsc
from segur_socles.credentials.configuration import Configuration
from segur_socles.credentials.secret import Secret
from segur_socles.credentials.signature import CertificatSignature
from segur_socles.credentials.tls import CertificatTls
from segur_socles.credentials.trousseau import Trousseau
from segur_socles.credentials.usages import Contexte, Perimetre, Service
from segur_socles.errors import ConfigurationError
from segur_socles.personnes.adresses_mss import domaine
from segur_socles.personnes.boite import BoiteStructure
from segur_socles.personnes.numeros.genres import Genre
from segur_socles.personnes.numeros.idnat import STRUCT_IDNAT
from segur_socles.personnes.structure import Finess

__all__ = ["lire_profil"]


def _liste(valeur: object) -> object:
    return [valeur] if isinstance(valeur, str) else valeur


Fichiers = Annotated[tuple[str, ...], BeforeValidator(_liste)]
Reference = Annotated[str, StringConstraints(pattern=r"^(env|fichier):.+$")]
"""Where a secret is: ``env:NAME`` or ``fichier:path``; never the secret itself."""


class _Structure(Valeur):
    finess_eg: Finess
    lies: tuple[str, ...] = ()
    mot_de_passe: Reference | None = None
    tls_insi: Fichiers = ()
    tls_dmp: Fichiers = ()
    tls_mss: Fichiers = ()
    signature: Fichiers = ()
    boites: tuple[BoiteStructure, ...] = ()

    @property
    def tls(self) -> dict[Service, Fichiers]:
        """Files of the TLS certificates, by service."""
        return {Service.INSI: self.tls_insi, Service.DMP: self.tls_dmp, Service.MSS: self.tls_mss}


class _Insi(Valeur):
    wsdl: str


class _Psc(Valeur):
    client_id: str
    redirect_uri: str
    retour_deconnexion: str | None = None
    secret: Reference | None = None
    certificat: str | None = None
    mot_de_passe: Reference | None = None
    porteur: str | None = None

    @model_validator(mode="after")
    def _certificat_d_un_porteur(self) -> Self:
        if (self.certificat is None) is not (self.porteur is None):
            message = "un certificat Pro Santé Connect se donne avec la structure qu'il nomme"
            remede = "écrire l'OU du certificat : « 1 » + FINESS ou « 3 » + SIRET ; rien si le logiciel a un secret"
            raise RegleError(message, champ="porteur", remede=remede)
        return self


class _Annuaire(Valeur):
    cle: Reference


class _Profil(Valeur):
    environment: Environment
    logiciel: Logiciel
    insi: _Insi | None = None
    psc: _Psc | None = None
    annuaire: _Annuaire | None = None
    structures: tuple[_Structure, ...] = ()

    @model_validator(mode="after")
    def _boites_servies(self) -> Self:
        domaines = {nom for operateur in self.environment.operateurs_mss for nom in operateur.domaines}
        for rang, structure in enumerate(self.structures):
            for numero, boite in enumerate(structure.boites):
                if domaine(boite.adresse) not in domaines:
                    champ = f"structures.{rang}.boites.{numero}.adresse"
                    remede = "ajouter ce domaine à celui des environment.operateurs_mss qui tient la boîte"
                    raise RegleError("aucun opérateur MSSanté ne sert ce domaine", champ=champ, remede=remede)
        return self


def lire_profil(chemin: Path, *, clock: Clock | None = None) -> Configuration:
    """Read a profile and load every credential it names, checked for its use and its structure.

    Raises:
        ConfigurationError: the file is missing or is not TOML, a file or variable that it names cannot be read, or
            the registration with Pro Santé Connect does not hold together.
        ChampInvalideError: a setting is missing or wrong (dotted path).
        CredentialError: a certificate cannot serve; none is loaded.
    """
    clock = clock or SystemClock()
    dossier = chemin.parent
    donnees = _toml(chemin)
    environment = donnees.get("environment")
    if isinstance(environment, dict):
        for champ in ("ancres", "listes_revocation", "ancres_annuaire"):
            if isinstance(environment.get(champ), str):
                environment[champ] = _pem(dossier / environment[champ], f"environment.{champ}")
    profil = _Profil.model_validate(donnees)
    wsdl = None if profil.insi is None else dossier / profil.insi.wsdl
    configuration = Configuration(profil.environment, profil.logiciel, Trousseau(), clock, wsdl_insi=wsdl)
    if profil.psc is not None:
        configuration.trousseau.definir_client_psc(_client_psc(profil.psc, dossier, configuration))
    if profil.annuaire is not None:
        configuration.trousseau.definir_cle_annuaire(_secret(profil.annuaire.cle, dossier, "annuaire.cle"))
    for structure in profil.structures:
        _charger(structure, dossier, configuration)
    return configuration


def _charger(structure: _Structure, dossier: Path, configuration: Configuration) -> None:
    perimetre = Perimetre(STRUCT_IDNAT.ecrire(Genre.FINESS, structure.finess_eg), frozenset(structure.lies))
    contexte = _contexte(configuration, perimetre)
    ancres = configuration.ancres
    secret = _secret_eventuel(structure.mot_de_passe, dossier, "structures.mot_de_passe")
    tls = [
        CertificatTls.charger_p12(dossier / nom, secret, service=service, contexte=contexte, ancres=ancres)
        for service, noms in structure.tls.items()
        for nom in noms
    ]
    signatures = [
        CertificatSignature.charger_p12(dossier / nom, secret, contexte=contexte, ancres=ancres)
        for nom in structure.signature
    ]
    configuration.trousseau.ajouter(structure.finess_eg, *tls, *signatures)
    for boite in structure.boites:
        configuration.trousseau.ajouter_boite(structure.finess_eg, boite)


def _client_psc(psc: _Psc, dossier: Path, configuration: Configuration) -> ClientPsc:
    certificat = None
    if psc.certificat is not None and psc.porteur is not None:
        certificat = CertificatTls.charger_p12(
            dossier / psc.certificat,
            _secret_eventuel(psc.mot_de_passe, dossier, "psc.mot_de_passe"),
            service=Service.PSC,
            contexte=_contexte(configuration, Perimetre(psc.porteur)),
            ancres=configuration.ancres,
        )
    secret = _secret_eventuel(psc.secret, dossier, "psc.secret")
    return ClientPsc(psc.client_id, psc.redirect_uri, psc.retour_deconnexion, secret=secret, certificat=certificat)


def _contexte(configuration: Configuration, perimetre: Perimetre) -> Contexte:
    return Contexte(configuration.environment.production, configuration.clock.now(), perimetre)


def _toml(chemin: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(chemin.read_text("utf-8"))
    except OSError as error:
        probleme = f"ne peut pas être lu ({error.strerror})"
    except UnicodeDecodeError:
        probleme = "n'est pas encodé en UTF-8"
    except tomllib.TOMLDecodeError:
        probleme = "n'est pas un fichier TOML bien formé"
    message = f"Le profil « {chemin.name} » {probleme}."
    raise ConfigurationError(message, champ="profil", remede="vérifier le chemin et le contenu du fichier")


def _pem(chemin: Path, champ: str) -> str:
    try:
        return chemin.read_text("ascii")
    except (OSError, UnicodeDecodeError):
        message = f"Le fichier « {chemin.name} » ne peut pas être lu comme du texte PEM."
    raise ConfigurationError(message, champ=champ, remede="vérifier le chemin ; convertir le fichier en PEM au besoin")


def _fichier_secret(chemin: Path, champ: str) -> Secret:
    try:
        return Secret(chemin.read_text("utf-8").strip())
    except OSError as error:
        probleme = f"ne peut pas être lu ({error.strerror})"
        remede = "vérifier le chemin, relatif au profil, et le droit de lecture du compte"
    except UnicodeDecodeError:
        # Its error holds the bytes, hence the secret: what is raised below has no context.
        probleme, remede = "n'est pas un texte en UTF-8", "n'y écrire que le secret, sur une ligne, en UTF-8"
    raise ConfigurationError(f"Le fichier de secret « {chemin.name} » {probleme}.", champ=champ, remede=remede)


def _secret_eventuel(reference: str | None, dossier: Path, champ: str) -> Secret | None:
    return None if reference is None else _secret(reference, dossier, champ)


def _secret(reference: str, dossier: Path, champ: str) -> Secret:
    genre, _, nom = reference.partition(":")
    if genre == "fichier":
        return _fichier_secret(dossier / nom, champ)
    valeur = os.environ.get(nom)
    if valeur is None:
        message = f"La variable d'environnement « {nom} » n'est pas définie."
        raise ConfigurationError(message, champ=champ, remede=f"définir {nom} avant de lancer")
    return Secret(valeur)
