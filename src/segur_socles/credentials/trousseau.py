"""Which credentials and mailboxes serve which structure, now: a keyring that is renewed without a restart."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from segur_socles.credentials.carte import Carte
from segur_socles.credentials.certificat import Certificat
from segur_socles.credentials.client_psc import ClientPsc
from segur_socles.credentials.secret import Secret
from segur_socles.credentials.signature import CertificatSignature
from segur_socles.credentials.tls import CertificatTls
from segur_socles.credentials.usages import CN_INSI, Service, Usage
from segur_socles.errors import CredentialError
from segur_socles.personnes.boite import BoiteStructure

__all__ = ["Echeance", "Trousseau"]


@dataclass(frozen=True, slots=True)
class Echeance:
    """A credential to renew: whose (FINESS EG), for what use, and its last instant."""

    finess_eg: str
    usage: str
    pas_apres: datetime
    certificat: Certificat


@dataclass(frozen=True, slots=True)
class _Entree:
    """Credentials and mailboxes of one structure. Never changed: a renewal puts a new one in its place."""

    tls: tuple[CertificatTls, ...] = ()
    signatures: tuple[CertificatSignature, ...] = ()
    boites: tuple[BoiteStructure, ...] = ()

    @property
    def tous(self) -> tuple[CertificatTls | CertificatSignature, ...]:
        return (*self.tls, *self.signatures)


class Trousseau:
    """Keyring of a process, by structure (FINESS EG); threads may share it.

    A reader sees the entry of a structure from before or from after a renewal, never half of each. A call under
    way keeps the credentials it started with. The same certificate (that of an EJ) may be added to several EG.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._structures: dict[str, _Entree] = {}
        self._cartes: dict[str, Carte] = {}
        self._client_psc: ClientPsc | None = None
        self._cle_annuaire: Secret | None = None

    def ajouter(self, finess_eg: str, *certificats: CertificatTls | CertificatSignature) -> None:
        """Declare a structure with its credentials (none at all for a structure that only uses cards).

        Raises :class:`CredentialError` if it has one for the same use already, or if one is not for it.
        """
        with self._lock:
            entree = self._structures.get(finess_eg, _Entree())
            for certificat in certificats:
                _pour(certificat, finess_eg)
                if any(_meme_role(certificat, autre) for autre in entree.tous):
                    raise CredentialError(
                        f"La structure {finess_eg} a déjà un certificat pour cet usage.",
                        credential=repr(certificat),
                        remede="utiliser « remplacer » pour un renouvellement",
                    )
                entree = _avec(entree, certificat)
            self._structures = {**self._structures, finess_eg: entree}

    def remplacer(self, finess_eg: str, *certificats: CertificatTls | CertificatSignature) -> None:
        """Take up renewed credentials, all at once, in place of those of the same uses.

        Raises :class:`CredentialError` if the structure is unknown, or if one is not for it.
        """
        with self._lock:
            entree = self._entree(finess_eg)
            for certificat in certificats:
                _pour(certificat, finess_eg)
                entree = _avec(entree, certificat)
            self._structures = {**self._structures, finess_eg: entree}

    def ajouter_carte(self, carte: Carte) -> None:
        """Declare the card of a professional, or replace it (same PS_IdNat)."""
        with self._lock:
            self._cartes = {**self._cartes, carte.donnees.id_nat: carte}

    def retirer_carte(self, id_nat: str) -> None:
        """Forget the card of a professional."""
        with self._lock:
            self._cartes = {k: v for k, v in self._cartes.items() if k != id_nat}

    def ajouter_boite(self, finess_eg: str, boite: BoiteStructure) -> None:
        """Declare a mailbox of a structure of this keyring, or replace it (same address).

        Raises :class:`CredentialError` if the structure is unknown, or if the mailbox is another one's.
        """
        with self._lock:
            entree = self._entree(finess_eg)
            if any(
                _meme_boite(boite, b.adresse) for f, e in self._structures.items() if f != finess_eg for b in e.boites
            ):
                raise CredentialError(
                    f"Cette boîte MSSanté est celle d'une autre structure que {finess_eg}.",
                    credential="boîte MSSanté",
                    remede="déclarer chaque boîte pour la seule structure qui la détient",
                )
            autres = (b for b in entree.boites if not _meme_boite(b, boite.adresse))
            self._structures = {**self._structures, finess_eg: replace(entree, boites=(*autres, boite))}

    def boites(self, finess_eg: str) -> tuple[BoiteStructure, ...]:
        """Give every mailbox of a structure. Raises :class:`CredentialError` if the structure is unknown."""
        return self._entree(finess_eg).boites

    def boite(self, finess_eg: str, adresse: str | None = None) -> BoiteStructure:
        """Give a mailbox of a structure; ``adresse`` chooses when there are several.

        Raises :class:`CredentialError` if the structure is unknown, has no such mailbox, or has several to choose from.
        """
        boites = [b for b in self.boites(finess_eg) if adresse is None or _meme_boite(b, adresse)]
        if len(boites) == 1:
            return boites[0]
        if boites:
            constat = f"La structure {finess_eg} a {len(boites)} boîtes MSSanté : laquelle doit servir n'est pas dit"
            remede = "la choisir par son adresse : session.mss_de(adresse)"
        else:
            constat = f"La structure {finess_eg} n'a pas {'cette' if adresse else 'de'} boîte MSSanté"
            remede = "la déclarer : [[structures.boites]] du profil, ou Trousseau.ajouter_boite"
        raise CredentialError(f"{constat}.", credential="boîte MSSanté", remede=remede)

    def definir_client_psc(self, client: ClientPsc) -> None:
        """Declare the software's registration with Pro Santé Connect, or replace it (secret or certificate renewed)."""
        self._client_psc = client

    def client_psc(self) -> ClientPsc:
        """Give the registration with Pro Santé Connect. Raises :class:`CredentialError` if it was not declared."""
        if self._client_psc is None:
            raise CredentialError(
                "Le logiciel n'a pas d'identifiants Pro Santé Connect.",
                credential="Pro Santé Connect",
                remede="les obtenir par Datapass, puis les donner à Trousseau.definir_client_psc",
            )
        return self._client_psc

    def definir_cle_annuaire(self, cle: Secret) -> None:
        """Declare the software's API key for the Annuaire Santé, or replace it.

        Raises :class:`CredentialError` for a text that cannot be a key (it is never shown).
        """
        if not re.fullmatch(r"[!-~]{1,512}", cle.reveler(), re.ASCII):
            raise CredentialError(
                "La clé d'API de l'Annuaire Santé est vide ou contient un caractère interdit.",
                credential="clé d'API de l'Annuaire Santé",
                remede="la copier depuis portal.api.esante.gouv.fr, sans espace ni retour à la ligne",
            )
        self._cle_annuaire = cle

    def cle_annuaire(self) -> Secret:
        """Give the API key of the Annuaire Santé. Raises :class:`CredentialError` if it was not declared."""
        if self._cle_annuaire is None:
            raise CredentialError(
                "Aucune clé d'API n'est donnée pour l'Annuaire Santé.",
                credential="clé d'API de l'Annuaire Santé",
                remede="l'obtenir sur portal.api.esante.gouv.fr, puis Trousseau.definir_cle_annuaire(Secret(…))",
            )
        return self._cle_annuaire

    def certificat_tls(self, finess_eg: str, service: Service, *, automate: bool = False) -> CertificatTls | None:
        """Give the TLS certificate of a structure for ``service``; ``None`` if it has none (card mode).

        For INSi, ``automate`` chooses between ``INSI-AUTO`` and ``INSI-MANU``. Raises :class:`CredentialError`
        if the structure is unknown, or has for INSi the certificate of the other kind of call only.
        """
        candidats = [c for c in self._entree(finess_eg).tls if c.service is service]
        if service is not Service.INSI or not candidats:
            return next(iter(candidats), None)
        cn = CN_INSI[automate]
        for candidat in candidats:
            if candidat.certificat.sujet.cn == cn:
                return candidat
        raise CredentialError(
            f"La structure {finess_eg} n'a pas de certificat INSi « {cn} ».",
            credential=cn,
            remede="INSI-MANU sert aux appels d'un utilisateur, INSI-AUTO à ceux d'un automate : charger le bon",
        )

    def certificat_signature(self, finess_eg: str, usage: Usage = Usage.SIGNATURE_DMP) -> CertificatSignature:
        """Give the signature certificate of a structure; one checked for the DMP's lots serves AIR too.

        Raises :class:`CredentialError` if the structure is unknown or has none.
        """
        signatures = self._entree(finess_eg).signatures
        for admis in dict.fromkeys((usage, Usage.SIGNATURE_DMP)):
            for signature in signatures:
                if signature.usage is admis:
                    return signature
        raise CredentialError(
            f"La structure {finess_eg} n'a pas de certificat de signature.",
            credential=usage.value,
            remede="charger son certificat « ORG SIGN » de l'IGC-Santé",
        )

    def carte(self, id_nat: str) -> Carte:
        """Give the card of a professional. Raises :class:`CredentialError` if it was not declared."""
        carte = self._cartes.get(id_nat)
        if carte is None:
            raise CredentialError(
                "Aucune carte n'est ouverte pour ce professionnel.",
                credential="carte",
                remede="insérer sa carte et l'ouvrir avec son code, puis l'ajouter au trousseau",
            )
        return carte

    def echeances(self, avant: timedelta, *, maintenant: datetime) -> list[Echeance]:
        """List what expires within ``avant`` (or has), soonest first."""
        limite = maintenant + avant
        structures = self._structures
        trouvees = [
            Echeance(finess, _role(c)[0], c.certificat.pas_apres, c.certificat)
            for finess, entree in structures.items()
            for c in entree.tous
            if c.certificat.pas_apres <= limite
        ]
        return sorted(trouvees, key=lambda e: (e.pas_apres, e.finess_eg, e.usage))

    def _entree(self, finess_eg: str) -> _Entree:
        entree = self._structures.get(finess_eg)
        if entree is None:
            raise CredentialError(
                f"La structure {finess_eg} n'est pas dans le trousseau.",
                credential=finess_eg,
                remede="l'ajouter avec ses certificats avant d'agir en son nom",
            )
        return entree


def _pour(certificat: CertificatTls | CertificatSignature, finess_eg: str) -> None:
    # The certificate was checked against a perimeter when it was loaded: it serves no structure outside it.
    if f"1{finess_eg}" not in certificat.perimetre.tous:
        raise CredentialError(
            f"Ce certificat n'a pas été chargé pour la structure {finess_eg}.",
            credential=repr(certificat),
            remede="le charger pour cette structure, ou déclarer le lien EJ-EG au chargement",
        )


def _meme_boite(boite: BoiteStructure, adresse: str) -> bool:
    return boite.adresse.lower() == adresse.strip().lower()


def _role(certificat: CertificatTls | CertificatSignature) -> tuple[str, str | None]:
    """Tell what makes two credentials of one structure interchangeable."""
    if isinstance(certificat, CertificatSignature):
        return certificat.usage.value, None
    cn = certificat.certificat.sujet.cn if certificat.service is Service.INSI else None
    return f"tls_{certificat.service.value}", cn


def _meme_role(a: CertificatTls | CertificatSignature, b: CertificatTls | CertificatSignature) -> bool:
    return _role(a) == _role(b)


def _avec(entree: _Entree, certificat: CertificatTls | CertificatSignature) -> _Entree:
    if isinstance(certificat, CertificatTls):
        autres = tuple(c for c in entree.tls if not _meme_role(c, certificat))
        return replace(entree, tls=(*autres, certificat))
    autres_signatures = tuple(c for c in entree.signatures if not _meme_role(c, certificat))
    return replace(entree, signatures=(*autres_signatures, certificat))
