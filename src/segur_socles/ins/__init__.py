"""INSi, the national identity service: search of a person's INS by identity traits or carte Vitale, verification."""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = [
    "AccesInsi",
    "AsyncInsiClient",
    "AttributsPs",
    "BilanBase",
    "Champ",
    "ContratVerification",
    "IdentiteProposee",
    "InsAbsente",
    "InsConfirmee",
    "InsInfirmee",
    "InsMultiple",
    "InsTrouvee",
    "InsiClient",
    "LecteurVitale",
    "LectureVitale",
    "MatriculeVitale",
    "PaquetInsi",
    "PortageJeton",
    "PscInsi",
    "ReglagesBase",
    "ResultatInsi",
    "ResultatVerification",
    "Verdict",
    "VerificateurIns",
    "VerificationInconnue",
    "verifier_base",
]

if TYPE_CHECKING:
    from segur_socles.ins.acces import AccesInsi
    from segur_socles.ins.assertion import AttributsPs
    from segur_socles.ins.base.colonnes import Champ
    from segur_socles.ins.base.jugement import Verdict
    from segur_socles.ins.base.verification import BilanBase, ReglagesBase, VerificateurIns, verifier_base
    from segur_socles.ins.client import AsyncInsiClient, InsiClient
    from segur_socles.ins.contrat_verification import ContratVerification
    from segur_socles.ins.paquet import PaquetInsi
    from segur_socles.ins.psc import PortageJeton, PscInsi
    from segur_socles.ins.types import IdentiteProposee, InsAbsente, InsMultiple, InsTrouvee, ResultatInsi
    from segur_socles.ins.verification import InsConfirmee, InsInfirmee, ResultatVerification, VerificationInconnue
    from segur_socles.ins.vitale import LecteurVitale, LectureVitale, MatriculeVitale
else:
    from segur_socles._core.lazy import lazy

    __getattr__, __dir__ = lazy(
        __name__,
        {
            "AccesInsi": "segur_socles.ins.acces",
            "AsyncInsiClient": "segur_socles.ins.client",
            "AttributsPs": "segur_socles.ins.assertion",
            "BilanBase": "segur_socles.ins.base.verification",
            "Champ": "segur_socles.ins.base.colonnes",
            "ContratVerification": "segur_socles.ins.contrat_verification",
            "IdentiteProposee": "segur_socles.ins.types",
            "InsAbsente": "segur_socles.ins.types",
            "InsConfirmee": "segur_socles.ins.verification",
            "InsInfirmee": "segur_socles.ins.verification",
            "InsMultiple": "segur_socles.ins.types",
            "InsTrouvee": "segur_socles.ins.types",
            "InsiClient": "segur_socles.ins.client",
            "LecteurVitale": "segur_socles.ins.vitale",
            "LectureVitale": "segur_socles.ins.vitale",
            "MatriculeVitale": "segur_socles.ins.vitale",
            "PaquetInsi": "segur_socles.ins.paquet",
            "PortageJeton": "segur_socles.ins.psc",
            "PscInsi": "segur_socles.ins.psc",
            "ReglagesBase": "segur_socles.ins.base.verification",
            "ResultatInsi": "segur_socles.ins.types",
            "ResultatVerification": "segur_socles.ins.verification",
            "Verdict": "segur_socles.ins.base.jugement",
            "VerificateurIns": "segur_socles.ins.base.verification",
            "VerificationInconnue": "segur_socles.ins.verification",
            "verifier_base": "segur_socles.ins.base.verification",
        },
    )
