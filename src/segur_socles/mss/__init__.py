"""MSSanté, the secure mail of health professionals, and the directory that says who has which mailbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = [
    "AccuseRecu",
    "ActionRemise",
    "AdresseMss",
    "AdresseProfessionnelle",
    "AsyncMssClient",
    "AvisDeRemise",
    "BoiteStructure",
    "CourrierReleve",
    "Emplacement",
    "EnvoiNonAutorise",
    "EnvoiRefuse",
    "ErreurIntegration",
    "IssueAccuse",
    "MessageEnvoye",
    "MessagePret",
    "MessageRecu",
    "MssClient",
    "PieceJointe",
    "RefusDestinataire",
    "RemiseDestinataire",
    "Reperes",
    "ResultatEnvoi",
    "TypeBoite",
    "adresse_citoyenne",
    "est_citoyenne",
    "libelle_smtp",
    "lire_message",
    "nom_affiche",
    "passager_smtp",
    "rediger_accuse",
    "rediger_message",
]

if TYPE_CHECKING:
    from segur_socles.mss.accuse import rediger_accuse
    from segur_socles.mss.client import AsyncMssClient, MssClient
    from segur_socles.mss.codes import ActionRemise, ErreurIntegration, IssueAccuse, libelle_smtp, passager_smtp
    from segur_socles.mss.lecture import lire_message
    from segur_socles.mss.nommage import nom_affiche
    from segur_socles.mss.redaction import rediger_message
    from segur_socles.mss.reperes import Reperes
    from segur_socles.mss.types import (
        AccuseRecu,
        AvisDeRemise,
        CourrierReleve,
        Emplacement,
        EnvoiNonAutorise,
        EnvoiRefuse,
        MessageEnvoye,
        MessagePret,
        MessageRecu,
        PieceJointe,
        RefusDestinataire,
        RemiseDestinataire,
        ResultatEnvoi,
    )
    from segur_socles.personnes.adresses_mss import AdresseMss, AdresseProfessionnelle, adresse_citoyenne, est_citoyenne
    from segur_socles.personnes.boite import BoiteStructure, TypeBoite
else:
    from segur_socles._core.lazy import lazy

    __getattr__, __dir__ = lazy(
        __name__,
        {
            "AccuseRecu": "segur_socles.mss.types",
            "ActionRemise": "segur_socles.mss.codes",
            "AdresseMss": "segur_socles.personnes.adresses_mss",
            "AdresseProfessionnelle": "segur_socles.personnes.adresses_mss",
            "AsyncMssClient": "segur_socles.mss.client",
            "AvisDeRemise": "segur_socles.mss.types",
            "BoiteStructure": "segur_socles.personnes.boite",
            "CourrierReleve": "segur_socles.mss.types",
            "Emplacement": "segur_socles.mss.types",
            "EnvoiNonAutorise": "segur_socles.mss.types",
            "EnvoiRefuse": "segur_socles.mss.types",
            "ErreurIntegration": "segur_socles.mss.codes",
            "IssueAccuse": "segur_socles.mss.codes",
            "MessageEnvoye": "segur_socles.mss.types",
            "MessagePret": "segur_socles.mss.types",
            "MessageRecu": "segur_socles.mss.types",
            "MssClient": "segur_socles.mss.client",
            "PieceJointe": "segur_socles.mss.types",
            "RefusDestinataire": "segur_socles.mss.types",
            "RemiseDestinataire": "segur_socles.mss.types",
            "Reperes": "segur_socles.mss.reperes",
            "ResultatEnvoi": "segur_socles.mss.types",
            "TypeBoite": "segur_socles.personnes.boite",
            "adresse_citoyenne": "segur_socles.personnes.adresses_mss",
            "est_citoyenne": "segur_socles.personnes.adresses_mss",
            "libelle_smtp": "segur_socles.mss.codes",
            "lire_message": "segur_socles.mss.lecture",
            "nom_affiche": "segur_socles.mss.nommage",
            "passager_smtp": "segur_socles.mss.codes",
            "rediger_accuse": "segur_socles.mss.accuse",
            "rediger_message": "segur_socles.mss.redaction",
        },
    )
