"""One trace record: who, for whom, why, what came of it. It holds no identity, only keyed references."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple, Self

__all__ = ["Maillon", "Moment", "Resultat", "TraceSocle"]

Detail = str | int | bool


class Moment(StrEnum):
    """Whether the record was written before the call or after it."""

    AVANT = "avant"
    APRES = "apres"


class Resultat(StrEnum):
    """What came of a call. A record "avant" without its "apres" means that the outcome is unknown."""

    EN_COURS = "en_cours"
    SUCCES = "succes"
    SANS_RESULTAT = "sans_resultat"
    REFUS_IDENTITE = "refus_identite"
    REFUS_DROITS = "refus_droits"
    ERREUR_METIER = "erreur_metier"
    ERREUR_TECHNIQUE = "erreur_technique"
    ISSUE_INCONNUE = "issue_inconnue"


@dataclass(frozen=True, slots=True)
class TraceSocle:
    """The record common to the four services.

    - ``acte_id`` is shared by the two records of one call, ``sequence`` never goes back in one sink;
    - ``usager_ref`` is a keyed HMAC, ``acteur_id`` the professional's national identifier;
    - ``details`` holds counts, codes and rule names, never content;
    - ``precedent`` and ``empreinte`` chain the records: removing or changing one shows.
    """

    sequence: int
    acte_id: str
    moment: Moment
    horodatage: str
    service: str
    operation: str
    acteur_id: str
    structure: str
    moyen: str
    motif: str
    resultat: Resultat
    usager_ref: str | None = None
    code: str | None = None
    message_id: str | None = None
    duree_ms: int | None = None
    version: str = ""
    objet: Mapping[str, Detail] = field(default_factory=lambda: MappingProxyType({}))
    details: Mapping[str, Detail] = field(default_factory=lambda: MappingProxyType({}))
    precedent: str = ""
    empreinte: str = ""

    def en_json(self) -> str:
        """Write as one line of JSON, keys in the order of the fields."""
        return _ECRIRE({name: getattr(self, name) for name in (*_CHAMPS, "empreinte")})

    @classmethod
    def sceller(cls, champs: Mapping[str, Any]) -> Self:
        """Make a record with its fingerprint; ``champs`` are all its other fields, in their order."""
        return cls(**champs, empreinte=_empreinte(champs))

    def calculer_empreinte(self) -> str:
        """SHA-256 of the record without its own fingerprint."""
        return _empreinte({name: getattr(self, name) for name in _CHAMPS})


def _empreinte(champs: Mapping[str, Any]) -> str:
    return hashlib.sha256(_ECRIRE(champs).encode()).hexdigest()


class Maillon(NamedTuple):
    """What the chain needs of a record."""

    sequence: int
    precedent: str
    empreinte: str

    @classmethod
    def lire(cls, ligne: bytes) -> Self | None:
        """Read a line of a journal, line break included; ``None`` unless it is byte for byte as it was sealed.

        The bytes are judged, not the fields: records of another version, with other fields, stay readable.
        """
        champs, _, sceau = ligne.rpartition(b',"empreinte":"')
        empreinte = hashlib.sha256(champs + b"}").hexdigest()
        if sceau != f'{empreinte}"}}\n'.encode():
            return None
        try:
            record = json.loads(champs + b"}")
            return cls(record["sequence"], record["precedent"], empreinte)
        except (ValueError, KeyError):
            return None


_CHAMPS = tuple(name for name in TraceSocle.__dataclass_fields__ if name != "empreinte")

# One encoder for all records: making one costs as much as using it.
_ECRIRE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=dict).encode
