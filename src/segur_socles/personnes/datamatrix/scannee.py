"""What was scanned: a candidate, which only INSi's own answer can confirm."""

from __future__ import annotations

from dataclasses import dataclass, field

from segur_socles.errors import Constat
from segur_socles.personnes.identite import ReponseIns
from segur_socles.personnes.matricule import MatriculeIns
from segur_socles.personnes.rapprochement import MATRICULE, NATURE
from segur_socles.personnes.traits import TraitsIdentite, comparer

__all__ = ["EcartScan", "InsScannee"]


@dataclass(frozen=True, slots=True)
class EcartScan:
    """One value that INSi answered otherwise: its French name, and both values, for the screen only."""

    libelle: str
    scanne: str = field(repr=False)
    recu: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class InsScannee:
    """An INS read from a datamatrix, which anyone can print: the identity stays *provisoire*.

    ``traits`` are what to search INSi with (a compound first name written without a hyphen counts as two: the format
    does not tell); the matricule serves to compare, and never becomes an identity's.
    ``constats`` tell what had to be repaired in what the scanner sent (French, no value).
    """

    traits: TraitsIdentite = field(repr=False)
    matricule: MatriculeIns = field(repr=False)
    constats: tuple[Constat, ...] = ()

    def ecarts(self, reponse: ReponseIns) -> tuple[EcartScan, ...]:
        """Name each difference with INSi's answer; none means that INSi confirms all that was scanned.

        A birth place that was not scanned is no difference. A former matricule is one, and is told as such: the
        document is older than INSi's last change.
        """
        # On the number without its key: INSi itself sent wrong keys, and then the key alone is the difference.
        anciens = {ancien.matricule.numero for ancien in reponse.historique} - {reponse.matricule.numero}
        matricule = f"{MATRICULE} (ancien)" if self.matricule.numero in anciens else MATRICULE
        ecarts = (
            EcartScan(matricule, self.matricule.valeur, reponse.matricule.valeur),
            EcartScan(NATURE, self.matricule.oid.value, reponse.matricule.oid.value),
        )
        return (
            *(ecart for ecart in ecarts if ecart.scanne != ecart.recu),
            *(EcartScan(d.libelle, d.local, d.recu) for d in comparer(self.traits, reponse.traits)),
        )
