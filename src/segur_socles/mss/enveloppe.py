"""To whom a message goes, looked at once more before it leaves: the envelope, not the bytes, decides who reads it."""

from __future__ import annotations

from collections.abc import Iterator
from email.parser import BytesParser
from email.policy import compat32
from email.utils import getaddresses
from typing import Final

from segur_socles.errors import Constat
from segur_socles.mss.types import MessagePret
from segur_socles.personnes.adresses_mss import est_adresse_mss, est_citoyenne

__all__ = ["ecarts_de_l_enveloppe"]

_REMEDE: Final = "préparer de nouveau le message, par mss.preparer"


def ecarts_de_l_enveloppe(message: MessagePret) -> Iterator[Constat]:
    """Say which recipients the message was not made for; their addresses are not told."""
    if not message.destinataires:
        yield Constat("destinataires", "aucun destinataire", "RFC 5321 §3.3", _REMEDE)
    nommees = _destinataires_nommes(message.octets)
    matricule = (message.matricule or "").partition("^")[0]
    for rang, adresse in enumerate(message.destinataires):
        champ = f"destinataires.{rang}"
        if not est_adresse_mss(adresse):
            ecart = "adresse hors de l'espace de confiance MSSanté"
            yield Constat(champ, ecart, "MSSanté, domaines de l'espace de confiance", _REMEDE)
        if est_citoyenne(adresse) and adresse.rpartition("@")[0] != matricule:
            ecart = "cette boîte de citoyen n'est pas celle de la personne dont parle le message"
            yield Constat(champ, ecart, "MSSanté ECO.2.2.6", _REMEDE)
        if adresse.lower() not in nommees:
            yield Constat(champ, "ce destinataire n'est pas nommé dans le message (To)", "RFC 5322 §3.6.3", _REMEDE)


def _destinataires_nommes(octets: bytes) -> frozenset[str]:
    entete = octets[: octets.find(b"\r\n\r\n") + 2]
    champs = BytesParser(policy=compat32).parsebytes(entete, headersonly=True).get_all("To", [])
    return frozenset(adresse.lower() for _, adresse in getaddresses([str(champ) for champ in champs]))
