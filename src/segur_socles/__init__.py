"""Typed clients of the French Ségur socle services (INSi, DMP) for medico-social software, with a sandbox.

Every name is imported on first use, so that ``import segur_socles`` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.1.0"

__all__ = [
    "Acteur",
    "AsyncSegur",
    "Configuration",
    "ControleIdentite",
    "Environment",
    "IdentiteQualifiee",
    "InsAbsente",
    "InsMultiple",
    "InsTrouvee",
    "Logiciel",
    "Motif",
    "Sandbox",
    "Segur",
    "Sexe",
    "Structure",
    "TraitsIdentite",
    "errors",
]

if TYPE_CHECKING:
    from segur_socles import errors
    from segur_socles.config.environment import Environment
    from segur_socles.config.logiciel import Logiciel
    from segur_socles.credentials.configuration import Configuration
    from segur_socles.ins.types import InsAbsente, InsMultiple, InsTrouvee
    from segur_socles.personnes.identite import ControleIdentite, IdentiteQualifiee
    from segur_socles.personnes.professionnel import Acteur, Motif
    from segur_socles.personnes.structure import Structure
    from segur_socles.personnes.traits import Sexe, TraitsIdentite
    from segur_socles.sandbox.sandbox import Sandbox
    from segur_socles.segur.facade import AsyncSegur, Segur
else:
    from segur_socles._core.lazy import lazy

    __getattr__, __dir__ = lazy(
        __name__,
        {
            "Acteur": "segur_socles.personnes.professionnel",
            "AsyncSegur": "segur_socles.segur.facade",
            "Configuration": "segur_socles.credentials.configuration",
            "ControleIdentite": "segur_socles.personnes.identite",
            "Environment": "segur_socles.config.environment",
            "IdentiteQualifiee": "segur_socles.personnes.identite",
            "InsAbsente": "segur_socles.ins.types",
            "InsMultiple": "segur_socles.ins.types",
            "InsTrouvee": "segur_socles.ins.types",
            "Logiciel": "segur_socles.config.logiciel",
            "Motif": "segur_socles.personnes.professionnel",
            "Sandbox": "segur_socles.sandbox.sandbox",
            "Segur": "segur_socles.segur.facade",
            "Sexe": "segur_socles.personnes.traits",
            "Structure": "segur_socles.personnes.structure",
            "TraitsIdentite": "segur_socles.personnes.traits",
            "errors": "segur_socles.errors",
        },
    )
