"""Verification of a base of identities held in a file; retrieval in bulk is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["BilanBase", "Champ", "ReglagesBase", "Verdict", "VerificateurIns", "verifier_base"]

if TYPE_CHECKING:
    from segur_socles.ins.base.colonnes import Champ
    from segur_socles.ins.base.jugement import Verdict
    from segur_socles.ins.base.verification import BilanBase, ReglagesBase, VerificateurIns, verifier_base
else:
    from segur_socles._core.lazy import lazy

    __getattr__, __dir__ = lazy(
        __name__,
        {
            "BilanBase": "segur_socles.ins.base.verification",
            "Champ": "segur_socles.ins.base.colonnes",
            "ReglagesBase": "segur_socles.ins.base.verification",
            "Verdict": "segur_socles.ins.base.jugement",
            "VerificateurIns": "segur_socles.ins.base.verification",
            "verifier_base": "segur_socles.ins.base.verification",
        },
    )
