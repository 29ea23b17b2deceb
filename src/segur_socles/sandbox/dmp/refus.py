"""How the DMP of the sandbox says no: a SOAP fault, or a list of registry errors.

A code is the official one where one is public (the DMP codes met in the GIE SESAM-Vitale notes, the codes of
IHE ITI TF-3 4.2.4, those of WS-Addressing); any other begins with ``SANDBOX_``, and its text says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from segur_socles.sandbox.service import RequeteSandbox

__all__ = ["Bilan", "CodeDmp", "CodeXds", "ErreurRegistre", "RefusError", "RefusRegistreError", "exiger"]


class CodeDmp(StrEnum):
    """Subcodes of SOAP faults."""

    CERTIFICAT_SIGNATURE = "DMPInvalidCertificate"
    DROITS = "DMPAccessDeniedByRightsService"
    # Published for a record that is already closed (TD1.4); here, for the reading of one.
    FERME = "DMPClosed"
    # WS-Addressing 1.0, SOAP binding §6.4.
    ADRESSAGE_ABSENT = "wsa:MessageAddressingHeaderRequired"
    ADRESSAGE_INVALIDE = "wsa:InvalidAddressingHeader"
    ACTION_INCONNUE = "wsa:ActionNotSupported"
    XML = "SANDBOX_XML"
    MTOM = "SANDBOX_MTOM"
    CERTIFICAT_TLS = "SANDBOX_CERTIFICAT_TLS"
    VIHF_ABSENT = "SANDBOX_VIHF_ABSENT"
    VIHF_SIGNATURE = "SANDBOX_VIHF_SIGNATURE"
    VIHF_PERIME = "SANDBOX_VIHF_PERIME"
    VIHF_REJOUE = "SANDBOX_VIHF_REJOUE"
    VIHF_CONTENU = "SANDBOX_VIHF_CONTENU"
    VIHF_STRUCTURE = "SANDBOX_VIHF_STRUCTURE"
    VIHF_SPECIALITE = "SANDBOX_VIHF_SPECIALITE"
    VIHF_PATIENT = "SANDBOX_VIHF_PATIENT"
    MESSAGE = "SANDBOX_MESSAGE"
    NON_JOUE = "SANDBOX_OPERATION_NON_JOUEE"


class CodeXds(StrEnum):
    """``errorCode`` of registry errors."""

    METADONNEES = "XDSRepositoryMetadataError"
    DOCUMENT_ABSENT = "XDSMissingDocument"
    METADONNEES_ABSENTES = "XDSMissingDocumentMetadata"
    DOUBLON_MESSAGE = "XDSRepositoryDuplicateUniqueIdInMessage"
    DOUBLON_REGISTRE = "XDSDuplicateUniqueIdInRegistry"
    HASH = "XDSNonIdenticalHash"
    TAILLE = "XDSNonIdenticalSize"
    PATIENT_DIFFERENT = "XDSPatientIdDoesNotMatch"
    PATIENT_INCONNU = "XDSUnknownPatientId"
    REMPLACEMENT = "XDSReplaceFailed"
    DOCUMENT_OBSOLETE = "XDSRegistryDeprecatedDocumentError"
    REQUETE_INCONNUE = "XDSUnknownStoredQuery"
    PARAMETRE_ABSENT = "XDSStoredQueryMissingParam"
    PARAMETRES = "XDSStoredQueryParamNumber"
    DOCUMENT_INCONNU = "XDSDocumentUniqueIdError"
    ENTREPOT_INCONNU = "XDSUnknownRepositoryId"
    # The same guess as for reading: the one published code that says so.
    DMP_FERME = "DMPClosed"
    PARAMETRE_NON_JOUE = "SANDBOX_PARAMETRE"
    STRUCTURE_AUTEUR = "SANDBOX_AUTHOR_INSTITUTION"
    PATIENT_VIHF = "SANDBOX_PATIENT_VIHF"
    CDA = "SANDBOX_CDA"
    CDA_METADONNEES = "SANDBOX_CDA_METADONNEES"
    SIGNATURE_LOT = "SANDBOX_SIGNATURE_LOT"


_MENTION: Final = " (code propre au bac à sable : le code officiel n'est pas public)"


def _texte(code: StrEnum, texte: str) -> str:
    return texte + _MENTION if code.startswith("SANDBOX_") else texte


class RefusError(Exception):
    """Answered by a SOAP fault: subcode and French text, which holds no identity."""

    def __init__(self, code: CodeDmp, texte: str) -> None:
        super().__init__(code, texte)
        self.code = code
        self.texte = _texte(code, texte)


@dataclass(frozen=True, slots=True)
class ErreurRegistre:
    """One ``rs:RegistryError``."""

    code: CodeXds
    texte: str

    @property
    def contexte(self) -> str:
        """What ``codeContext`` says."""
        return _texte(self.code, self.texte)


class RefusRegistreError(Exception):
    """Answered by a response of status Failure with these errors."""

    def __init__(self, erreurs: Sequence[ErreurRegistre]) -> None:
        super().__init__(*(erreur.code for erreur in erreurs))
        self.erreurs = tuple(erreurs)


def exiger(requete: RequeteSandbox, controle: str, ok: bool, code: CodeDmp, texte: str) -> None:  # noqa: FBT001 - the verdict
    """Record a check in the journal; raise :class:`RefusError` when it failed."""
    if not requete.verifier(controle, ok, texte):
        raise RefusError(code, texte)


class Bilan:
    """Gathers the registry errors of one submission, so that all are answered at once."""

    def __init__(self, requete: RequeteSandbox) -> None:
        self._requete = requete
        self._erreurs: list[ErreurRegistre] = []

    def noter(self, controle: str, ok: bool, code: CodeXds, texte: str) -> bool:  # noqa: FBT001 - the verdict
        """Record a check, and the error to answer when it failed; give its verdict."""
        if not self._requete.verifier(controle, ok, texte):
            self._erreurs.append(ErreurRegistre(code, texte))
        return ok

    def conclure(self) -> None:
        """Raise :class:`RefusRegistreError` if a check failed since the beginning."""
        if self._erreurs:
            raise RefusRegistreError(self._erreurs)
