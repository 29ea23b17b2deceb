"""Whom we trust: the authorities and revocation lists of an environment, never those of the machine or the web."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from functools import cached_property

from segur_socles._core.x509 import verify_chain
from segur_socles.credentials.certificat import Certificat, lire_certificats
from segur_socles.credentials.chargement import Source, lire_source
from segur_socles.credentials.revocation import Revocation
from segur_socles.errors import CredentialError, CredentialExpiredError, SignatureError

__all__ = ["Ancres"]


class Ancres:
    """Trust anchors and, when given, revocation lists; immutable.

    ``certificats`` hold at least one root; intermediate authorities may be added, and must be when their lists
    are given. With lists, a chain about which they say nothing sure is refused (closed by default): those of the
    root and of every intermediate authority in use are needed.
    Raises :class:`CredentialError` for a certificate that is not an authority, a missing root, or a bad list.
    """

    def __init__(self, certificats: Iterable[Certificat], *, listes_revocation: Iterable[bytes] = ()) -> None:
        self.certificats = tuple(dict.fromkeys(certificats))
        for certificat in self.certificats:
            if not certificat.est_autorite:
                raise CredentialError(
                    "Ancre de confiance refusée : ce certificat n'est pas celui d'une autorité.",
                    credential=repr(certificat),
                    remede="donner les certificats des autorités de l'IGC-Santé (racine et intermédiaires)",
                )
        if not any(c.auto_emis for c in self.certificats):
            raise CredentialError(
                "Ancres de confiance incomplètes : aucune autorité racine.",
                credential="ancres",
                remede="ajouter le certificat « AC RACINE IGC-SANTE » de la même gamme",
            )
        self.revocation = Revocation(self.certificats, listes_revocation)

    @classmethod
    def charger(cls, certificats: Source, *, listes_revocation: Source | None = None) -> Ancres:
        """Read PEM or DER anchors and lists, from bytes or files; an empty content of lists means none."""
        content, nom = lire_source(certificats, defaut="ancres")
        if listes_revocation is None or listes_revocation == b"":
            return cls(lire_certificats(content, quoi=nom))
        listes, _ = lire_source(listes_revocation, defaut="listes de révocation")
        return cls(lire_certificats(content, quoi=nom), listes_revocation=[listes])

    @cached_property
    def key(self) -> str:
        """Digest of the anchors and lists: equal keys mean equal trust."""
        return hashlib.sha256(self.pem).hexdigest()

    @property
    def pem(self) -> bytes:
        """Anchors and lists as one PEM text, as OpenSSL loads it."""
        return b"".join(c.pem for c in self.certificats) + self.revocation.pem

    def avec_listes(self, listes_revocation: Iterable[bytes]) -> Ancres:
        """Give the same anchors with these lists only; channels are made anew, since their keys differ."""
        return Ancres(self.certificats, listes_revocation=listes_revocation)

    def verifier(
        self, certificat: Certificat, *, chaine: Iterable[Certificat] = (), at: datetime, quoi: str
    ) -> tuple[Certificat, ...]:
        """Give the authorities from the issuer of ``certificat`` to an anchor, all checked, revocation included.

        Raises :class:`CredentialExpiredError` if it or one of them is revoked, :class:`CredentialError` otherwise.
        """
        try:
            bruts = verify_chain(
                certificat.brut,
                intermediates=(c.brut for c in chaine),
                anchors=(c.brut for c in self.certificats),
                at=at,
            )
        except SignatureError as error:
            raison = error.message.removeprefix("Certificat de signature refusé : ")
            classe = CredentialExpiredError if _hors_dates(certificat, at) else CredentialError
        else:
            complete = self._jusqu_a_la_racine([Certificat.depuis(brut, quoi=quoi) for brut in bruts])
            if not self.revocation.vide:
                self.revocation.verifier_chaine(complete, at)
            return complete[1:]
        raise classe(
            f"« {quoi} » : chaîne de certification refusée : {raison}",
            credential=quoi,
            remede="vérifier que le certificat et les ancres sont ceux du même environnement",
        )

    def _jusqu_a_la_racine(self, chaine: list[Certificat]) -> tuple[Certificat, ...]:
        # The chain stops at the first anchor, which may be an intermediate one; a DMP signature names the root too.
        while not chaine[-1].auto_emis:
            parent = next((a for a in self.certificats if chaine[-1].emis_par(a)), None)
            if parent is None:
                break
            chaine.append(parent)
        return tuple(chaine)


def _hors_dates(certificat: Certificat, at: datetime) -> bool:
    return not certificat.pas_avant <= at <= certificat.pas_apres
