"""The calling software, as the national services want it named."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from segur_socles._core.model import Valeur
from segur_socles._core.textes import Oid, Texte
from segur_socles.config.environment import Environment
from segur_socles.errors import ConfigurationError

__all__ = ["PLACEHOLDER", "Logiciel"]

PLACEHOLDER = "A-OBTENIR"
"""What a number not delivered yet is filled with; accepted by the sandbox only."""


class Logiciel(Valeur):
    """The software that calls.

    - ``instance``: identifier of this installation, stable (a UUID);
    - ``oid_racine``: the editor's own OID arc, root of every document and message identifier;
    - ``numero_autorisation_insi``: number delivered by the CNDA (sent as ``IDAM``);
    - ``id_homologation_dmp``: DMP homologation number delivered by the CNDA;
    - ``nil_mss``: MSSanté software number, that each mail bears; got when the product is declared to the Agency.
    """

    nom: Texte
    version: Texte
    instance: Texte
    oid_racine: Annotated[Oid, StringConstraints(max_length=34)]
    editeur: Texte = PLACEHOLDER
    numero_autorisation_insi: Texte = PLACEHOLDER
    id_homologation_dmp: Texte = PLACEHOLDER
    nil_mss: Texte = PLACEHOLDER

    _visible = ("nom", "version")

    def verifier_pour(self, environment: Environment) -> None:
        """Refuse placeholders outside the sandbox: a national service would refuse the call anyway."""
        requis = {
            "numero_autorisation_insi": environment.insi_certificat or environment.insi_carte,
            "id_homologation_dmp": environment.dmp,
            "nil_mss": environment.operateurs_mss,
        }
        for champ, utile in requis.items():
            if utile and environment.nature.value != "bac_a_sable" and getattr(self, champ) == PLACEHOLDER:
                message = f"Logiciel.{champ} n'est pas renseigné pour l'environnement « {environment.nom} »."
                remede = "demander ce numéro au CNDA ; les valeurs provisoires ne valent que dans le bac à sable"
                raise ConfigurationError(message, champ=f"logiciel.{champ}", remede=remede)
