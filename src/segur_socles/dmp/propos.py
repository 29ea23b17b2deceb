"""What may be repeated of the DMP's own words: a code that looks like one, a label that does not name the person.

The service's wording may quote what was sent to it, in a field meant for a code as well as in a free text.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from dataclasses import dataclass, field
from typing import Final, Self

from segur_socles._core.redact import masquer
from segur_socles.personnes.identite import IdentiteQualifiee

__all__ = ["INCONNU", "Propos"]

INCONNU: Final = "INCONNU"
"""What stands for a code that is not repeated."""

_CODE: Final = re.compile(r"(?:[A-Za-z][\w.:-]{0,59})?", re.ASCII)
_LIBELLE_MAX: Final = 300
_MOT_MIN: Final = 3
"""Letters from which one word of a compound name says who it is."""

# IHE ITI TF-3 table 4.2.4.1-2 and the DMP's public material (certain). Never taken for a quotation, whatever
# the person is called: AVA is in XDSRegistryNotAvailable. The list is open: it forbids nothing.
_PUBLIES: Final = frozenset({
    "DMPAccessDeniedByRightsService", "DMPClosed", "DMPFound", "DMPInvalidCertificate",
    "DMPPatientAccessAlreadyExists", "DMPPatientAccessOTPAlreadyExists",
    "DataEncodingUnknown", "MustUnderstand", "Receiver", "Sender", "VersionMismatch",
    "FailedAuthentication", "InvalidSecurity", "InvalidSecurityToken", "MessageExpired",
    "XDSDocumentUniqueIdError", "XDSDuplicateUniqueIdInRegistry", "XDSExtraMetadataNotSaved",
    "XDSInvalidRequestException", "XDSMetadataIdentifierError", "XDSMetadataUpdateError",
    "XDSMetadataUpdateOperationError", "XDSMetadataVersionError", "XDSMissingDocument",
    "XDSMissingDocumentMetadata", "XDSNonIdenticalHash", "XDSNonIdenticalSize", "XDSObjectTypeError",
    "XDSPatientIdDoesNotMatch", "XDSRegistryBusy", "XDSRegistryDeprecatedDocumentError",
    "XDSRegistryDuplicateUniqueIdInMessage", "XDSRegistryError", "XDSRegistryMetadataError",
    "XDSRegistryNotAvailable", "XDSRegistryOutOfResources", "XDSReplaceFailed", "XDSRepositoryBusy",
    "XDSRepositoryDuplicateUniqueIdInMessage", "XDSRepositoryError", "XDSRepositoryMetadataError",
    "XDSRepositoryOutOfResources", "XDSResultNotSinglePatient", "XDSStoredQueryMissingParam",
    "XDSStoredQueryParamNumber", "XDSTooManyResults", "XDSUnknownPatientId", "XDSUnknownRepositoryId",
    "XDSUnknownStoredQuery",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Propos:
    """A filter for one exchange; ``cites`` holds what identifies the person, flattened."""

    cites: frozenset[str] = field(repr=False)

    @classmethod
    def sur(cls, identite: IdentiteQualifiee) -> Self:
        """Make the filter of an exchange about this person."""
        traits = identite.traits
        noms = (traits.nom_naissance, *traits.prenoms, identite.nom_utilise or "", identite.prenom_utilise or "")
        mots = (mot for nom in noms for mot in re.findall(r"\w+", nom) if len(mot) >= _MOT_MIN)
        annee, mois, jour = traits.date_naissance.split("-")
        dates = (f"{annee}{mois}{jour}", f"{jour}{mois}{annee}")
        cites = {_plat(valeur) for valeur in (*noms, *mots, *dates, identite.matricule.numero)}
        return cls(frozenset(cites - {""}))

    def code(self, texte: str) -> str:
        """Return the code, or :data:`INCONNU` for what has not the shape of one or names the person."""
        if texte in _PUBLIES or (_CODE.fullmatch(texte) and not self._cite(texte)):
            return texte
        return INCONNU

    def libelle(self, texte: str | None) -> str | None:
        """Return the label, cut and masked, or a sentence in its place when it names the person."""
        if not texte or not texte.strip():
            return None
        if self._cite(texte):
            return "libellé non repris : il cite la personne"
        return masquer(_couper(texte))

    def _cite(self, texte: str) -> bool:
        plat = _plat(texte)
        return any(cite in plat for cite in self.cites)


def _plat(texte: str) -> str:
    """Keep letters and digits, without case or diacritics: ``Jean-Éloi, 01/02/1935`` → ``jeaneloi01021935``."""
    decompose = unicodedata.normalize("NFKD", texte.casefold())
    return "".join(caractere for caractere in decompose if caractere.isalnum())


def _couper(texte: str) -> str:
    """Shorten before masking, whose cost grows with the text; a number cut in two would escape the mask."""
    texte = " ".join(texte.split())
    if len(texte) <= _LIBELLE_MAX:
        return texte
    return textwrap.shorten(texte, _LIBELLE_MAX, placeholder="").rstrip(" .AB0123456789") + "…"
