"""What each use demands of a certificate: one table, and the checks that read it.

Sources: profile of the IGC-Santé (decoded from the public certificates of the GIE SESAM-Vitale samples, certain);
CN ``INSI-AUTO`` / ``INSI-MANU`` (observed by INSi integrators, certain; which is which, probable);
nonRepudiation not demanded for AIR (a GIE sample token is signed with an authentication certificate, certain).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from segur_socles.credentials.certificat import Certificat, est_struct_idnat
from segur_socles.errors import Constat, CredentialError, CredentialExpiredError, Gravite

__all__ = [
    "CN_INSI",
    "PROFILS",
    "USAGE_TLS",
    "Contexte",
    "Perimetre",
    "Profil",
    "Service",
    "Usage",
    "controler",
    "exiger",
]

PREFIXE_TEST: Final = "TEST "
"""Begins the CN of every test authority of the IGC-Santé (certain)."""

CN_INSI: Final = {False: "INSI-MANU", True: "INSI-AUTO"}
"""CN of an INSi certificate, by "is the caller a machine"."""

_ORGANISATIONS: Final = frozenset({"AC IGC-SANTE ELEMENTAIRE ORGANISATIONS"})
_PERSONNES: Final = frozenset({"AC IGC-SANTE ELEMENTAIRE PERSONNES", "AC IGC-SANTE FORT PERSONNES"})


class Service(StrEnum):
    """National service a TLS certificate is presented to."""

    INSI = "insi"
    DMP = "dmp"
    MSS = "mss"
    PSC = "psc"


class Usage(StrEnum):
    """What a certificate is loaded for."""

    TLS_INSI = "tls_insi"
    TLS_DMP = "tls_dmp"
    TLS_MSS = "tls_mss"
    TLS_PSC = "tls_psc"
    SIGNATURE_DMP = "signature_dmp"
    """Submission sets and INDIRECTE assertions."""
    SIGNATURE_AIR = "signature_air"
    """Assertions of the INDIRECTE_RENFORCEE mode."""
    SIGNATURE_CARTE = "signature_carte"
    """Assertions signed by the card of a professional."""


USAGE_TLS: Final = {
    Service.INSI: Usage.TLS_INSI,
    Service.DMP: Usage.TLS_DMP,
    Service.MSS: Usage.TLS_MSS,
    Service.PSC: Usage.TLS_PSC,
}


@dataclass(frozen=True, slots=True)
class Profil:
    """What a use demands. ``emetteurs`` are issuer CNs without ``TEST``; ``cn`` is ``None`` when it is free.

    ``gravite`` is that of a missing key usage. ``organisation`` says whether the OU must name the structure.
    """

    nom: str
    produit: str
    emetteurs: frozenset[str]
    usages: frozenset[str]
    usages_etendus: frozenset[str]
    cn: frozenset[str] | None = None
    gravite: Gravite = Gravite.ERREUR
    organisation: bool = True


def _tls(nom: str, cn: frozenset[str] | None = None) -> Profil:
    usages, etendus = frozenset({"digitalSignature"}), frozenset({"clientAuth"})
    return Profil(f"connexion {nom}", "ORG AUTH_CLI", _ORGANISATIONS, usages, etendus, cn)


_NON_REPUDIATION: Final = frozenset({"nonRepudiation"})
_MESSAGERIE: Final = frozenset({"emailProtection"})

PROFILS: Final = {
    Usage.TLS_INSI: _tls("INSi", frozenset(CN_INSI.values())),
    Usage.TLS_DMP: _tls("DMP"),
    Usage.TLS_MSS: _tls("MSSanté"),
    Usage.TLS_PSC: _tls("Pro Santé Connect"),
    Usage.SIGNATURE_DMP: Profil("signature DMP", "ORG SIGN", _ORGANISATIONS, _NON_REPUDIATION, _MESSAGERIE),
    Usage.SIGNATURE_AIR: Profil(
        "signature AIR", "ORG SIGN", _ORGANISATIONS, _NON_REPUDIATION, _MESSAGERIE, gravite=Gravite.AVERTISSEMENT
    ),
    Usage.SIGNATURE_CARTE: Profil(
        "signature par carte", "carte CPS", _PERSONNES, _NON_REPUDIATION, _MESSAGERIE, organisation=False
    ),
}

_DATES: Final = "certificat.dates"


@dataclass(frozen=True, slots=True)
class Perimetre:
    """The structure that will use the certificate, and those it is known to be linked to (EJ and EG).

    Struct_IdNat shapes: ``1`` + FINESS (9 alphanumeric characters), or ``3`` + SIRET. Since 2023 the certificate
    of an establishment may be that of its legal entity (GCS e-santé Bretagne, probable): hence ``lies``.
    """

    struct_idnat: str
    lies: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for identifiant in self.tous:
            if not est_struct_idnat(identifiant):
                raise CredentialError(
                    "Identifiant de structure refusé : ce n'est ni « 1 » + FINESS, ni « 3 » + SIRET.",
                    remede="écrire par exemple 1990000019 (FINESS) ou 339172288100052 (SIRET)",
                )

    @property
    def tous(self) -> frozenset[str]:
        """The structure and those linked to it."""
        return self.lies | {self.struct_idnat}


@dataclass(frozen=True, slots=True)
class Contexte:
    """Where and when a certificate is to serve. ``perimetre`` is not needed by a card."""

    production: bool
    maintenant: datetime
    perimetre: Perimetre | None = None


def controler(certificat: Certificat, usage: Usage, contexte: Contexte) -> tuple[Constat, ...]:
    """Give everything that stands against this certificate for this use, errors and warnings."""
    profil = PROFILS[usage]
    return tuple(constat for regle in _REGLES if (constat := regle(certificat, profil, contexte)) is not None)


def exiger(certificat: Certificat, usage: Usage, contexte: Contexte, *, quoi: str) -> tuple[Constat, ...]:
    """Refuse a certificate that cannot serve ``usage``; give the warnings about one that can.

    Raises :class:`CredentialExpiredError` when only the dates stand against it, else :class:`CredentialError`.
    """
    constats = controler(certificat, usage, contexte)
    erreurs = [c for c in constats if c.gravite is Gravite.ERREUR]
    if not erreurs:
        return constats
    profil = PROFILS[usage]
    debut = f"Certificat « {quoi} » refusé pour l'usage « {profil.nom} » :"
    if len(erreurs) == 1:
        seule = erreurs[0]
        regle = f" [règle : {seule.regle}]" if seule.regle else ""
        classe = CredentialExpiredError if seule.champ == _DATES else CredentialError
        raise classe(f"{debut} {seule.message}{regle}.", credential=quoi, remede=seule.remede)
    raise CredentialError(
        "".join((debut, *(f"\n  - {c}" for c in erreurs), "\n")),
        credential=quoi,
        remede=f"utiliser un certificat « {profil.produit} » de l'IGC-Santé délivré à cette structure",
    )


# --- the rules ---------------------------------------------------------------------------------------------


def _emetteur(certificat: Certificat, profil: Profil, _contexte: Contexte) -> Constat | None:
    if (certificat.emetteur_cn or "").removeprefix(PREFIXE_TEST) in profil.emetteurs:
        return None
    attendus = " ou ".join(sorted(profil.emetteurs))
    message = "l'autorité qui l'a émis n'est pas celle de cet usage"
    return Constat("certificat.emetteur", message, f"émetteur attendu : {attendus}", "utiliser un certificat IGC-Santé")


def _environnement(certificat: Certificat, profil: Profil, contexte: Contexte) -> Constat | None:
    cn = certificat.emetteur_cn or ""
    test = cn.startswith(PREFIXE_TEST)
    if test is not contexte.production or cn.removeprefix(PREFIXE_TEST) not in profil.emetteurs:
        return None
    if test:
        message, remede = "certificat de test en production", "utiliser le certificat de production"
    else:
        message, remede = "certificat de production hors de la production", "utiliser un certificat de test (TEST AC…)"
    return Constat("certificat.emetteur", message, "un certificat ne sert que dans son environnement", remede)


def _dates(certificat: Certificat, _profil: Profil, contexte: Contexte) -> Constat | None:
    if contexte.maintenant < certificat.pas_avant:
        message = f"pas encore valable (à partir du {certificat.pas_avant:%d/%m/%Y})"
        return Constat(_DATES, message, remede="vérifier l'heure de la machine, ou attendre cette date")
    if contexte.maintenant > certificat.pas_apres:
        message = f"expiré depuis le {certificat.pas_apres:%d/%m/%Y}"
        return Constat(_DATES, message, remede="demander son renouvellement, puis charger le nouveau")
    return None


def _usages(certificat: Certificat, profil: Profil, _contexte: Contexte) -> Constat | None:
    manquants = [*sorted(profil.usages - certificat.usages), *sorted(profil.usages_etendus - certificat.usages_etendus)]
    if not manquants:
        return None
    message = f"usage de clé absent : {', '.join(manquants)}"
    remede = f"charger ici le certificat « {profil.produit} »"
    return Constat("certificat.usages", message, "keyUsage et extendedKeyUsage", remede, profil.gravite)


def _cn(certificat: Certificat, profil: Profil, _contexte: Contexte) -> Constat | None:
    if profil.cn is None or certificat.sujet.cn in profil.cn:
        return None
    attendus = " ou ".join(sorted(profil.cn))
    remede = "commander un certificat portant exactement ce nom (majuscules et tiret)"
    return Constat("certificat.cn", "le CN du sujet n'est pas celui que le service admet", f"CN = {attendus}", remede)


def _structure(certificat: Certificat, profil: Profil, contexte: Contexte) -> Constat | None:
    if not profil.organisation:
        return None
    if certificat.sujet.struct_idnat is None:
        message = "le sujet ne porte pas d'identifiant de structure (OU)"
    elif contexte.perimetre is None or certificat.sujet.struct_idnat not in contexte.perimetre.tous:
        message = "délivré à une autre structure (OU)"
    else:
        return None
    remede = "charger le certificat de cette structure, ou déclarer le lien entre EJ et EG"
    return Constat("certificat.ou", message, "OU = « 1 » + FINESS ou « 3 » + SIRET de la structure", remede)


_REGLES: Final[tuple[Callable[[Certificat, Profil, Contexte], Constat | None], ...]] = (
    _emetteur,
    _environnement,
    _dates,
    _usages,
    _cn,
    _structure,
)
