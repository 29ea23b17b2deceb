"""The kit's official examples, by short name."""

from __future__ import annotations

from judges import kit

COURT = {
    "DLU": "DLU-EHPAD-DLU_2022.01.xml",
    "FLUDT": "DLU-EHPAD-FLUDT_2022.01.xml",
    "N1": "DOC_NON_STRUCTURE_CDA-R2-N1.xml",
    "IPS-FR": "IPS-FR_2024.01.xml",
    "LDL-SES": "LDL-SES_2022.01.xml",
}


def exemple(court: str) -> bytes:
    """Bytes of an official example: DLU, FLUDT, N1, IPS-FR, LDL-SES."""
    return kit("ExemplesCDA", COURT[court]).read_bytes()
