"""What the DMP's error codes mean for the caller.

The list is open: a code that is not here is kept as it came. Two layers exist: SOAP faults with a ``DMP…``
subcode, and registry errors ``XDS…`` (IHE ITI TF-3 table 4.2.4.1-2, certain).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from segur_socles._core.soap import Fault
from segur_socles.dmp.propos import Propos
from segur_socles.errors import CertificatRefuseError, DoublonSoumissionError, JetonRefuseError, ServiceError

__all__ = ["DROITS", "FERME", "erreur_de_faute", "erreur_dmp", "issue_incertaine"]

SERVICE: Final = "dmp"

DROITS: Final = "DMPAccessDeniedByRightsService"
FERME: Final = "DMPClosed"
"""Published for the acts of administration (certain); that reading a closed DMP gives it too is a guess."""


@dataclass(frozen=True, slots=True)
class _Sens:
    message: str
    remede: str
    classe: type[ServiceError] = ServiceError


_METADONNEES: Final = _Sens(
    "les métadonnées du document sont refusées",
    "comparer les codes du document aux nomenclatures du DMP, puis préparer un nouveau lot",
)
_EMPREINTE: Final = _Sens(
    "le document reçu n'est pas celui que décrivent ses métadonnées",
    "préparer de nouveau le lot à partir du document, sans le modifier ensuite",
)
_OCCUPE: Final = _Sens("le service est momentanément indisponible", "réessayer plus tard")
_IDENTIFIANTS: Final = _Sens(
    "deux documents du lot portent le même identifiant", "donner un identifiant différent à chaque document"
)
_DOUBLON: Final = _Sens(
    "un document porte déjà cet identifiant dans le registre",
    "ne pas renvoyer ce document ; pour le corriger, préparer une nouvelle version qui le remplace",
    DoublonSoumissionError,
)
_PATIENT: Final = _Sens(
    "l'INS n'est pas reconnu, ou n'est pas le même partout",
    "vérifier l'INS par une nouvelle interrogation d'INSi",
)

_SENS: Final[Mapping[str, _Sens]] = {
    "DMPInvalidCertificate": _Sens(
        "le certificat de signature est refusé",
        "signer avec le certificat ORG SIGN de la structure (et non celui de TLS), valide et non révoqué",
        CertificatRefuseError,
    ),
    DROITS: _Sens(
        "la matrice d'habilitation ne permet pas cet acte à ce professionnel ou dans ce mode d'accès",
        "vérifier la profession, le mode d'accès et le type de document",
    ),
    "DMPFound": _Sens("ce DMP existe déjà", "consulter le DMP existant"),
    FERME: _Sens("ce DMP est fermé", "informer l'usager ; un DMP fermé ne peut pas être alimenté"),
    "XDSDuplicateUniqueIdInRegistry": _DOUBLON,
    "XDSRegistryDuplicateUniqueIdInMessage": _IDENTIFIANTS,
    "XDSRepositoryDuplicateUniqueIdInMessage": _IDENTIFIANTS,
    "XDSNonIdenticalHash": _EMPREINTE,
    "XDSNonIdenticalSize": _EMPREINTE,
    "XDSRegistryMetadataError": _METADONNEES,
    "XDSRepositoryMetadataError": _METADONNEES,
    "XDSMissingDocument": _Sens("un document annoncé n'est pas joint au message", "préparer de nouveau le lot"),
    "XDSMissingDocumentMetadata": _Sens("un document joint n'est pas décrit", "préparer de nouveau le lot"),
    "XDSUnknownPatientId": _PATIENT,
    "XDSPatientIdDoesNotMatch": _PATIENT,
    "XDSReplaceFailed": _Sens(
        "le document à remplacer n'a pas pu l'être", "relire la version en cours, puis recommencer"
    ),
    "XDSRegistryDeprecatedDocumentError": _Sens(
        "le document à remplacer l'a déjà été", "relire la version en cours, puis recommencer"
    ),
    "XDSDocumentUniqueIdError": _Sens(
        "ce document n'est pas dans le DMP, ou n'est pas visible de ce professionnel",
        "chercher de nouveau les documents de la personne, puis lire celui que donne la recherche",
    ),
    "XDSUnknownRepositoryId": _Sens(
        "l'entrepôt du document n'est pas connu", "chercher de nouveau le document : sa fiche nomme l'entrepôt"
    ),
    "XDSTooManyResults": _Sens("la recherche donne trop de documents", "réduire la période ou les types cherchés"),
    "XDSRegistryBusy": _OCCUPE,
    "XDSRepositoryBusy": _OCCUPE,
    "XDSRegistryOutOfResources": _OCCUPE,
    "XDSRepositoryOutOfResources": _OCCUPE,
    "XDSRegistryNotAvailable": _OCCUPE,
}

_AUTRE: Final = _Sens(
    "le service refuse la demande", "noter le code et l'identifiant du message, puis contacter le support"
)

_PASSAGER: Final = re.compile(r"(Busy|OutOfResources|NotAvailable)$")


def erreur_dmp(
    code: str,
    *,
    propos: Propos,
    label: str | None = None,
    correlation_id: str | None = None,
    status: int | None = None,
) -> ServiceError:
    """Make the error of a code; unknown codes give a plain :class:`ServiceError` that carries them.

    ``code`` and ``label`` are as the service wrote them: ``propos`` says what may be repeated.
    """
    code = propos.code(code)
    sens = _SENS.get(code, _AUTRE)
    return sens.classe(
        f"DMP, {code or 'sans code'} : {sens.message}.",
        service=SERVICE,
        code=code,
        label=propos.libelle(label),
        correlation_id=correlation_id,
        status=status,
        retryable=bool(_PASSAGER.search(code)),
        remede=sens.remede,
    )


# Web-services security: the assertion itself is refused (OASIS WSS 1.1 §12, certain).
_JETON: Final = frozenset({"InvalidSecurityToken", "InvalidSecurity", "FailedAuthentication", "MessageExpired"})


REFUS_NETS: Final = _JETON | {"DMPInvalidCertificate", DROITS, "DMPFound", FERME}
"""Fault codes that a service gives before it does anything, even under Receiver."""


def issue_incertaine(fault: Fault) -> bool:
    """Whether the act may have been done in spite of this fault.

    Under Receiver, the server broke down on its side (SOAP 1.2 part 1 §5.4.6, certain), and does not say before
    or after it did what was asked, unless its code is a plain refusal.
    """
    return fault.code == "Receiver" and fault.subcode not in REFUS_NETS


def erreur_de_faute(fault: Fault, *, propos: Propos, correlation_id: str | None) -> ServiceError:
    """Make the error of a SOAP fault; its national code is the subcode, else the code itself."""
    code = fault.subcode or fault.code
    label = fault.reason()
    if code in _JETON:
        return JetonRefuseError(
            f"DMP, {code} : l'assertion VIHF est refusée.",
            service=SERVICE,
            code=code,
            label=propos.libelle(label),
            correlation_id=correlation_id,
            status=fault.status,
            remede="vérifier l'heure du poste (NTP) et le certificat de signature",
        )
    return erreur_dmp(code, propos=propos, label=label, correlation_id=correlation_id, status=fault.status)
