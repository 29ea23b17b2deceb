"""The VIHF of a caller: what the assertion says, from who acts, for which structure, with which software."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from segur_socles._core.model import RegleError
from segur_socles.dmp.roles import AUTOMATE, roles_de
from segur_socles.dmp.vihf import INDIRECTE, RENFORCEE, USAGE_NORMAL, Role, Vihf
from segur_socles.errors import AccesRefuseError, Constat
from segur_socles.nomenclatures.codes import Code
from segur_socles.personnes.matricule import MatriculeIns
from segur_socles.personnes.professionnel import Acteur, MoyenAuthentification
from segur_socles.trace.appelant import Appelant
from segur_socles.xds.formats import Cx

__all__ = ["roles_de_l_acteur", "vihf_de"]

_CLASSES: Final = "urn:oasis:names:tc:SAML:2.0:ac:classes:"
_CONTEXTES: Final[Mapping[MoyenAuthentification, str]] = {
    MoyenAuthentification.CPS: f"{_CLASSES}SmartcardPKI",
    MoyenAuthentification.PRO_SANTE_CONNECT: f"{_CLASSES}MobileTwoFactorUnregistered",
    MoyenAuthentification.MOT_DE_PASSE: f"{_CLASSES}Password",
    MoyenAuthentification.CERTIFICAT: f"{_CLASSES}TLSClient",
    MoyenAuthentification.AUTOMATE: f"{_CLASSES}unspecified",
}
"""How the person was really authenticated → what the assertion says of it (values certain, mapping probable)."""


def roles_de_l_acteur(acteur: Acteur) -> tuple[Role, ...]:
    """Give the roles that the DMP knows ``acteur`` by. Raises :class:`AccesRefuseError` if it knows none."""
    if acteur.est_automate:
        return (AUTOMATE,)
    try:
        return roles_de(acteur.professionnel.profession)
    except RegleError as error:
        constat = Constat("acteur.professionnel.profession", error.message, error.regle, error.remede)
    raise AccesRefuseError("Le DMP ne connaît pas ce professionnel ; rien n'a été envoyé.", constats=(constat,))


def vihf_de(
    appelant: Appelant,
    emetteur: str,
    patient: MatriculeIns | None,
    *,
    mode: str = INDIRECTE,
    usage: Code = USAGE_NORMAL,
) -> Vihf:
    """Make a fresh VIHF: a new identifier, issued now. ``usage`` says why (purposeofuse).

    ``emetteur`` is the subject of the signing certificate (never the TLS one). Raises :class:`AccesRefuseError` if
    the profession gives no role.
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
        authentifie_le=acteur.authentifie_le or maintenant,
        contexte=_CONTEXTES[acteur.moyen],
        # Only the mode AIR bears one (GIE SESAM-Vitale kit, probable).
        declaration=options.declaration_air if mode == RENFORCEE else "",
        mode=mode,
        version=options.vihf_version,
        structure=structure.struct_idnat,
        secteur=f"{structure.secteur.code}^{structure.secteur.systeme}",
        nom=nom,
        roles=roles_de_l_acteur(acteur),
        patient=Cx(patient.valeur, patient.oid.value, "NH") if patient else None,
        usage=usage,
        lps_id=logiciel.instance,
        lps_nom=logiciel.nom,
        lps_version=logiciel.version,
        lps_homologation=logiciel.id_homologation_dmp,
        expire_le=maintenant + timedelta(seconds=options.duree_vihf) if options.duree_vihf else None,
    )
