"""The VIHF of a caller: what the assertion says, from who acts, for which structure, with which software."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from segur_socles.dmp.roles import AUTOMATE, roles_de
from segur_socles.dmp.vihf import INDIRECTE, RENFORCEE, USAGE_NORMAL, Vihf
from segur_socles.nomenclatures.codes import Code
from segur_socles.personnes.matricule import MatriculeIns
from segur_socles.personnes.professionnel import MoyenAuthentification
from segur_socles.trace.appelant import Appelant
from segur_socles.xds.formats import Cx

__all__ = ["vihf_de"]

_CLASSES: Final = "urn:oasis:names:tc:SAML:2.0:ac:classes:"
_CONTEXTES: Final[Mapping[MoyenAuthentification, str]] = {
    MoyenAuthentification.CPS: f"{_CLASSES}SmartcardPKI",
    MoyenAuthentification.PRO_SANTE_CONNECT: f"{_CLASSES}MobileTwoFactorUnregistered",
    MoyenAuthentification.MOT_DE_PASSE: f"{_CLASSES}Password",
    MoyenAuthentification.CERTIFICAT: f"{_CLASSES}TLSClient",
    MoyenAuthentification.AUTOMATE: f"{_CLASSES}unspecified",
}
"""How the person was really authenticated → what the assertion says of it (values certain, mapping probable)."""


def vihf_de(
    appelant: Appelant,
    emetteur: str,
    patient: MatriculeIns | None,
    *,
    mode: str = INDIRECTE,
    usage: Code = USAGE_NORMAL,
) -> Vihf:
    """Make a fresh VIHF: a new identifier, issued now. ``usage`` says why (purposeofuse).

    ``emetteur`` is the subject of the signing certificate (never the TLS one). Raises ``RegleError`` if the
    profession gives no role.
    """
    acteur, logiciel, options = appelant.acteur, appelant.logiciel, appelant.environment.options_dmp
    structure, professionnel = acteur.structure, acteur.professionnel
    maintenant = appelant.clock.now()
    nom = f"{professionnel.nom} {professionnel.prenom}"
    if acteur.est_automate:
        nom = f"{logiciel.nom}, {logiciel.version}, {structure.nom}"
    return Vihf(
        id=f"_{appelant.ids.uuid()}",
        emis_le=maintenant,
        emetteur=emetteur,
        utilisateur=professionnel.id_nat,
        authentifie_le=maintenant,
        contexte=_CONTEXTES[acteur.moyen],
        # Only the mode AIR bears one (GIE SESAM-Vitale kit, probable).
        declaration=options.declaration_air if mode == RENFORCEE else "",
        mode=mode,
        version=options.vihf_version,
        structure=structure.struct_idnat,
        secteur=f"{structure.secteur.code}^{structure.secteur.systeme}",
        nom=nom,
        roles=(AUTOMATE,) if acteur.est_automate else roles_de(professionnel.profession),
        patient=Cx(patient.valeur, patient.oid.value, "NH") if patient else None,
        usage=usage,
        lps_id=logiciel.instance,
        lps_nom=logiciel.nom,
        lps_version=logiciel.version,
        lps_homologation=logiciel.id_homologation_dmp,
        expire_le=maintenant + timedelta(seconds=options.duree_vihf) if options.duree_vihf else None,
    )
