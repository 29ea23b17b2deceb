"""A profile file (TOML): the configuration of a process as an administrator writes it.

::

    [environment]
    nom = "banc de test"
    nature = "qualification"
    insi_certificat = "https://…/lps"
    dmp = "https://…/si-dmp-server/v2/services/"
    ancres = "igc-sante.pem"              # paths are relative to this file
    listes_revocation = "revocations.pem" # optional; if given, of every authority in use, root included

    annuaire = "https://…/fhir/v2"        # optional, with its authorities and its key
    ancres_annuaire = "web.pem"
    cle_annuaire = "env:SEGUR_CLE_ANNUAIRE"

    [logiciel]
    nom = "Mon DUI"
    version = "4.2"
    instance = "…"
    oid_racine = "1.2.250.1.…"

    [[structures]]
    finess_eg = "990000001"
    lies = ["1990000019"]                 # Struct_IdNat of the EJ or SIRET that the certificates bear
    mot_de_passe = "env:SEGUR_P12"        # or "fichier:secrets/p12.txt"; never the password itself
    tls_insi = ["insi-manu.p12", "insi-auto.p12"]
    tls_dmp = "auth-cli.p12"
    signature = "sign.p12"
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, StringConstraints

from segur_socles._core.clock import Clock, SystemClock
from segur_socles._core.model import Valeur
from segur_socles.config.environment import Environment
from segur_socles.config.logiciel import Logiciel
from segur_socles.credentials.ancres import Ancres
from segur_socles.credentials.configuration import Configuration
from segur_socles.credentials.secret import Secret
from segur_socles.credentials.signature import CertificatSignature
from segur_socles.credentials.tls import CertificatTls
from segur_socles.credentials.trousseau import Trousseau
from segur_socles.credentials.usages import Contexte, Perimetre, Service
from segur_socles.errors import ConfigurationError
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
    signature: Fichiers = ()


class _Profil(Valeur):
    environment: Environment
    cle_annuaire: Reference | None = None
    logiciel: Logiciel
    structures: tuple[_Structure, ...] = ()


def lire_profil(chemin: Path, *, clock: Clock | None = None) -> Configuration:
    """Read a profile and load every credential it names, checked for its use and its structure.

    Raises:
        ConfigurationError: the file is missing or is not TOML.
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
                environment[champ] = _texte(dossier / environment[champ], f"environment.{champ}")
        if "cle_annuaire" in environment:  # stands with the addresses it opens, but is no setting of theirs
            donnees["cle_annuaire"] = environment.pop("cle_annuaire")
    profil = _Profil.model_validate(donnees)
    configuration = Configuration(profil.environment, profil.logiciel, Trousseau(), clock)
    cle = _secret(profil.cle_annuaire, dossier, "environment.cle_annuaire")
    if cle is not None:
        configuration.trousseau.definir_cle_annuaire(cle)
    for structure in profil.structures:
        _charger(structure, dossier, configuration)
    return configuration


def _charger(structure: _Structure, dossier: Path, configuration: Configuration) -> None:
    perimetre = Perimetre(f"1{structure.finess_eg}", frozenset(structure.lies))
    contexte = Contexte(configuration.environment.production, configuration.clock.now(), perimetre)
    ancres: Ancres = configuration.ancres
    secret = _secret(structure.mot_de_passe, dossier, "structures.mot_de_passe")
    tls = [
        CertificatTls.charger_p12(dossier / nom, secret, service=service, contexte=contexte, ancres=ancres)
        for service, noms in ((Service.INSI, structure.tls_insi), (Service.DMP, structure.tls_dmp))
        for nom in noms
    ]
    signatures = [
        CertificatSignature.charger_p12(dossier / nom, secret, contexte=contexte, ancres=ancres)
        for nom in structure.signature
    ]
    configuration.trousseau.ajouter(structure.finess_eg, *tls, *signatures)


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


def _texte(chemin: Path, champ: str) -> str:
    try:
        return chemin.read_text("ascii")
    except (OSError, UnicodeDecodeError):
        message = f"Le fichier « {chemin.name} » ne peut pas être lu comme du texte PEM."
    raise ConfigurationError(message, champ=champ, remede="vérifier le chemin ; convertir le fichier en PEM au besoin")


def _secret(reference: str | None, dossier: Path, champ: str) -> Secret | None:
    if reference is None:
        return None
    genre, _, nom = reference.partition(":")
    if genre == "fichier":
        return Secret(_texte(dossier / nom, champ).strip())
    valeur = os.environ.get(nom)
    if valeur is None:
        message = f"La variable d'environnement « {nom} » n'est pas définie."
        raise ConfigurationError(message, champ=champ, remede=f"définir {nom} avant de lancer")
    return Secret(valeur)
