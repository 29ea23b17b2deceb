"""The sandbox's own PKI: authorities, leaves of the true profile, wrong ones on request, revocation lists."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from segur_socles._core.clock import Clock, SystemClock
from segur_socles.credentials.ancres import Ancres
from segur_socles.credentials.carte import DonneesCarte
from segur_socles.credentials.certificat import Certificat
from segur_socles.credentials.chargement import Materiel, charger_pem, lire_source
from segur_socles.credentials.secret import Secret
from segur_socles.credentials.signature import Digest, signer_rsa
from segur_socles.errors import CredentialError
from segur_socles.sandbox import pki_profils as profils
from segur_socles.sandbox.pki_profils import Ac, Periode, Profil

__all__ = ["Ac", "CarteCpsSimulee", "Defaut", "Emis", "PkiDeTest"]

_VALIDITE: Final = timedelta(days=3 * 365)  # of IGC-Santé organisation certificates (certain)
_VALIDITE_AC: Final = timedelta(days=10 * 365)
_JOUR: Final = timedelta(days=1)
_ETAT: Final = "pki.json"
_FORMAT: Final = 1

_TITRES: Final = {10: "Médecin", 21: "Pharmacien", 40: "Chirurgien-Dentiste", 50: "Sage-Femme", 60: "Infirmier"}
"""G15 code → title in the subject of a card; the others get a neutral wording."""


class Defaut(StrEnum):
    """What is wrong with a leaf made for a refusal test."""

    EXPIRE = "expire"
    PAS_ENCORE_VALIDE = "pas_encore_valide"
    AUTRE_AC = "autre_ac"
    """Issued by an authority of another name, unknown to everyone."""
    AC_USURPEE = "ac_usurpee"
    """Issued under the true name of the authority, with another key."""
    MAUVAIS_USAGE = "mauvais_usage"
    """Key usages of another kind of certificate."""
    AUTO_SIGNE = "auto_signe"


_AUTRE_USAGE: Final = {
    profils.AUTH_CLI: profils.SIGN,
    profils.SIGN: profils.AUTH_CLI,
    profils.CPS: profils.AUTH_CLI,
    profils.SERVEUR: profils.AUTH_CLI,
}


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Emis:
    """An issued certificate with its key and chain: a value, or files."""

    materiel: Materiel

    @property
    def certificat(self) -> Certificat:
        """The leaf."""
        return self.materiel.certificat

    @property
    def certificats_pem(self) -> bytes:
        """The leaf, then its authorities."""
        return b"".join(c.pem for c in (self.certificat, *self.materiel.chaine))

    @property
    def cle_pem(self) -> bytes:
        """The private key, PKCS#8, not encrypted."""
        return _cle_pem(self.materiel.cle)

    def p12(self, mot_de_passe: Secret) -> bytes:
        """Give the key, the leaf and its chain as PKCS#12."""
        chiffrement = BestAvailableEncryption(mot_de_passe.reveler().encode())
        chaine = [c.brut for c in self.materiel.chaine]
        return pkcs12.serialize_key_and_certificates(
            b"segur-socles", self.materiel.cle, self.certificat.brut, chaine, chiffrement
        )

    def ecrire(self, dossier: Path, nom: str) -> tuple[Path, Path]:
        """Write ``nom.pem`` (leaf and chain) and ``nom.key`` (0600) in an existing folder; give their paths."""
        certificat, cle = dossier / f"{nom}.pem", dossier / f"{nom}.key"
        certificat.write_bytes(self.certificats_pem)
        _ecrire_prive(cle, self.cle_pem)
        return certificat, cle

    def __repr__(self) -> str:
        return f"Emis({self.certificat!r})"


class CarteCpsSimulee:
    """A card held in memory: the interface of :class:`~segur_socles.credentials.carte.Carte`, without a reader."""

    def __init__(self, emis: Emis, *, secteur: str | None = None, blocking: bool = False) -> None:
        self._materiel = emis.materiel
        self.certificat = emis.certificat
        self.certificat_der = emis.certificat.der
        self.sujet_rfc4514 = emis.certificat.sujet_rfc4514
        self.chaine_der: tuple[bytes, ...] = ()  # like a true card, which does not hold its authorities
        self.donnees = DonneesCarte.lire(emis.certificat, secteur=secteur)
        self.blocking = blocking

    def sign(self, data: bytes, digest: Digest) -> bytes:
        """Sign with RSA PKCS#1 v1.5."""
        return signer_rsa(self._materiel.cle, data, digest, quoi="carte simulée")

    def __repr__(self) -> str:
        return f"CarteCpsSimulee({self.donnees!r})"


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class _Autorite:
    cle: rsa.RSAPrivateKey
    certificat: x509.Certificate


@dataclass(frozen=True, slots=True)
class _Etat:
    """What a folder holds besides the authorities' own files."""

    autorites: list[Ac]
    revoques: dict[int, datetime]
    cartes: int

    def json(self) -> str:
        revoques = {f"{numero:x}": instant.isoformat() for numero, instant in self.revoques.items()}
        codes = [ac.code for ac in self.autorites]
        etat = {"format": _FORMAT, "autorites": codes, "revoques": revoques, "cartes": self.cartes}
        return json.dumps(etat, indent=2)

    @classmethod
    def lire(cls, contenu: bytes) -> _Etat | None:
        """Read :meth:`json`; ``None`` if it is anything else."""
        codes = {ac.code: ac for ac in Ac}
        try:
            etat = json.loads(contenu)
            autorites = [codes[code] for code in etat["autorites"]]
            revoques = {int(n, 16): datetime.fromisoformat(i).astimezone(UTC) for n, i in etat["revoques"].items()}
            return cls(autorites, revoques, int(etat["cartes"])) if etat["format"] == _FORMAT else None
        except (ValueError, KeyError, TypeError, AttributeError):
            return None


class PkiDeTest:
    """Authorities that issue certificates of the IGC-Santé's profile, for the sandbox and for tests.

    Made by :meth:`creer` or :meth:`lire`. Threads may share it. Authorities are made when first needed, and
    server certificates share one key: generating keys is nearly all the time it takes.

    Windows of validity hold both the instant of the given clock, which our checks use, and that of the
    machine, which OpenSSL uses in a handshake: a sandbox with a frozen clock still talks TLS.
    """

    def __init__(self, horloge: Clock, autorites: dict[Ac, _Autorite], revoques: dict[int, datetime]) -> None:
        self._horloge = horloge
        self._autorites = autorites
        self._revoques = revoques
        self._listes: dict[Ac, bytes] = {}
        self._cle_serveur: rsa.RSAPrivateKey | None = None
        self._numero_carte = 0
        self._lock = threading.RLock()

    @classmethod
    def creer(cls, horloge: Clock | None = None) -> PkiDeTest:
        """Make a new PKI; its root and the authority of organisations are ready."""
        pki = cls(horloge or SystemClock(), {}, {})
        pki._autorite(Ac.ORGANISATIONS)
        return pki

    # --- leaves ---

    def auth_cli(
        self,
        struct_idnat: str,
        nom: str,
        cn: str,
        *,
        departement: str = "Rhône (69)",
        defaut: Defaut | None = None,
    ) -> Emis:
        """Issue a TLS client certificate (ORG AUTH_CLI); ``cn`` is free, or ``INSI-AUTO`` / ``INSI-MANU``."""
        sujet = profils.nom_organisation(struct_idnat, nom, cn, departement)
        return self._emettre(Ac.ORGANISATIONS, profils.AUTH_CLI, sujet, defaut=defaut)

    def sign(
        self,
        struct_idnat: str,
        nom: str,
        *,
        cn: str = "DUI SIGNATURE",
        departement: str = "Rhône (69)",
        defaut: Defaut | None = None,
    ) -> Emis:
        """Issue a signature certificate (ORG SIGN)."""
        sujet = profils.nom_organisation(struct_idnat, nom, cn, departement)
        return self._emettre(Ac.ORGANISATIONS, profils.SIGN, sujet, defaut=defaut)

    def cps(
        self,
        id_nat: str,
        nom: str,
        prenom: str,
        profession: int,
        *,
        specialites: Sequence[str] = (),
        fort: bool = True,
        defaut: Defaut | None = None,
    ) -> Emis:
        """Issue the signature certificate of a CPS; ``profession`` is a G15 code, ``specialites`` R01 codes."""
        with self._lock:
            self._numero_carte += 1
            numero = f"{2_800_000_000 + self._numero_carte}"
        sujet = profils.nom_personne(id_nat, nom, prenom, _TITRES.get(profession, "Professionnel de santé"))
        autorite = Ac.PERSONNES_FORT if fort else Ac.PERSONNES
        autres = profils.extensions_carte(profession, specialites, numero)
        return self._emettre(autorite, profils.CPS, sujet, autres=autres, defaut=defaut)

    def serveur(
        self, service: str, *, hotes: Sequence[str] = ("localhost", "127.0.0.1"), defaut: Defaut | None = None
    ) -> Emis:
        """Issue the certificate of a sandbox server, one a service."""
        sujet = profils.nom_organisation("1990000000", profils.MARQUE, f"{service}.{hotes[0]}", "Paris (75)")
        noms = [profils.noms_serveur(hotes)]
        with self._lock:
            cle = self._cle_serveur = self._cle_serveur or _cle()
        return self._emettre(Ac.ORGANISATIONS, profils.SERVEUR, sujet, autres=noms, defaut=defaut, cle=cle)

    # --- authorities and lists ---

    def certificat_ac(self, ac: Ac) -> Certificat:
        """Give the certificate of an authority."""
        return Certificat.depuis(self._autorite(ac).certificat, quoi=ac)

    def ancres(self, *, listes: bool = True) -> Ancres:
        """Give the authorities made so far as trust anchors, with the lists of the moment unless told otherwise."""
        with self._lock:
            connues = tuple(self._autorites)
            certificats = [self.certificat_ac(ac) for ac in connues]
            return Ancres(certificats, listes_revocation=[self.crl(ac) for ac in connues] if listes else ())

    @property
    def ancres_pem(self) -> str:
        """Authorities made so far, as PEM text."""
        with self._lock:
            return b"".join(self.certificat_ac(ac).pem for ac in self._autorites).decode("ascii")

    @property
    def listes_pem(self) -> str:
        """Revocation lists of the moment, as PEM text."""
        with self._lock:
            listes = [x509.load_der_x509_crl(self.crl(ac)) for ac in self._autorites]
        return b"".join(crl.public_bytes(Encoding.PEM) for crl in listes).decode("ascii")

    def revoquer(self, *certificats: Certificat) -> None:
        """Revoke certificates; lists asked for from now on say so."""
        instant = self._horloge.now()
        with self._lock:
            for certificat in certificats:
                self._revoques.setdefault(certificat.numero_serie, instant)
            self._listes.clear()

    def crl(self, ac: Ac, *, perimee: bool = False) -> bytes:
        """Give the DER list of an authority (all revoked numbers of the PKI: a number is never used twice)."""
        with self._lock:
            autorite = self._autorite(ac)
            if perimee:
                debut = self._periode()[0]
                return _crl(autorite, self._revoques, (debut - 2 * _JOUR, debut))
            if ac not in self._listes:
                self._listes[ac] = _crl(autorite, self._revoques, self._periode())
            return self._listes[ac]

    # --- folder ---

    def ecrire(self, dossier: Path) -> None:
        """Write authorities with their keys (0600), and what is revoked. The folder is made if needed (0700)."""
        with self._lock:
            dossier.mkdir(mode=0o700, parents=True, exist_ok=True)
            for ac, autorite in self._autorites.items():
                (dossier / f"{ac.code}.pem").write_bytes(autorite.certificat.public_bytes(Encoding.PEM))
                _ecrire_prive(dossier / f"{ac.code}.key", _cle_pem(autorite.cle))
                (dossier / f"{ac.code}.crl").write_bytes(self.crl(ac))
            etat = _Etat(list(self._autorites), self._revoques, self._numero_carte)
            # Last, so that an interrupted write leaves no folder that looks whole.
            (dossier / _ETAT).write_text(etat.json(), encoding="utf-8")

    @classmethod
    def lire(cls, dossier: Path, horloge: Clock | None = None) -> PkiDeTest:
        """Read what :meth:`ecrire` wrote. Raises :class:`CredentialError`."""
        contenu, _ = lire_source(dossier / _ETAT)
        etat = _Etat.lire(contenu)
        if etat is None:
            raise CredentialError(
                f"Le dossier « {dossier.name} » ne contient pas une PKI de test lisible.",
                credential=_ETAT,
                remede="supprimer ce dossier : une nouvelle PKI sera créée",
            )
        autorites: dict[Ac, _Autorite] = {}
        for ac in etat.autorites:
            lue = charger_pem(dossier / f"{ac.code}.pem", dossier / f"{ac.code}.key")
            autorites[ac] = _Autorite(lue.cle, lue.certificat.brut)
        pki = cls(horloge or SystemClock(), autorites, etat.revoques)
        pki._numero_carte = etat.cartes
        return pki

    # --- inside ---

    def _autorite(self, ac: Ac) -> _Autorite:
        with self._lock:
            if ac not in self._autorites:
                cle = _cle()
                racine = self._autorite(Ac.RACINE) if ac is not Ac.RACINE else None
                self._autorites[ac] = _autorite(ac, cle, self._periode(validite=_VALIDITE_AC), racine)
            return self._autorites[ac]

    def _emettre(
        self,
        ac: Ac,
        profil: Profil,
        sujet: x509.Name,
        *,
        autres: Iterable[x509.ExtensionType] = (),
        defaut: Defaut | None = None,
        cle: rsa.RSAPrivateKey | None = None,
    ) -> Emis:
        cle = cle or _cle()
        autorite = self._autorite(ac)
        emetteur, cle_emetteur = autorite.certificat.subject, autorite.cle
        match defaut:
            case Defaut.AUTRE_AC:
                emetteur, cle_emetteur = profils.nom_autorite("TEST AC INCONNUE", profils.MARQUE), _cle()
            case Defaut.AC_USURPEE:
                cle_emetteur = _cle()
            case Defaut.AUTO_SIGNE:
                emetteur, cle_emetteur = sujet, cle
            case _:
                pass
        certificat = profils.certifier(
            _AUTRE_USAGE[profil] if defaut is Defaut.MAUVAIS_USAGE else profil,
            sujet,
            cle.public_key(),
            self._periode(defaut),
            emetteur=emetteur,
            cle_emetteur=cle_emetteur,
            publication=ac.code,
            autres=autres,
        )
        orphelin = defaut in {Defaut.AUTRE_AC, Defaut.AC_USURPEE, Defaut.AUTO_SIGNE}
        chaine = () if orphelin else (self.certificat_ac(ac), self.certificat_ac(Ac.RACINE))
        return Emis(Materiel(cle, Certificat.depuis(certificat, quoi="certificat émis"), chaine))

    def _periode(self, defaut: Defaut | None = None, *, validite: timedelta = _VALIDITE) -> Periode:
        instants = (self._horloge.now(), SystemClock().now())
        debut, fin = min(instants) - _JOUR, max(instants) + validite
        if defaut is Defaut.EXPIRE:
            return debut - validite, debut
        if defaut is Defaut.PAS_ENCORE_VALIDE:
            return max(instants) + _JOUR, fin
        return debut, fin


def _autorite(ac: Ac, cle: rsa.RSAPrivateKey, periode: Periode, racine: _Autorite | None) -> _Autorite:
    certificat = profils.certifier_autorite(
        ac,
        cle.public_key(),
        periode,
        emetteur=racine.certificat if racine else None,
        cle_emetteur=racine.cle if racine else cle,
    )
    return _Autorite(cle, certificat)


def _crl(autorite: _Autorite, revoques: dict[int, datetime], periode: Periode) -> bytes:
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(autorite.certificat.subject)
        .last_update(periode[0])
        .next_update(periode[1])
        .add_extension(x509.CRLNumber(len(revoques) + 1), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(autorite.cle.public_key()), critical=False)
    )
    for numero, instant in revoques.items():
        revoque = x509.RevokedCertificateBuilder().serial_number(numero).revocation_date(instant).build()
        builder = builder.add_revoked_certificate(revoque)
    return builder.sign(autorite.cle, hashes.SHA256()).public_bytes(Encoding.DER)


def _cle() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _cle_pem(cle: rsa.RSAPrivateKey) -> bytes:
    return cle.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _ecrire_prive(path: Path, content: bytes) -> None:
    # Made anew rather than overwritten: an existing file would keep its own mode.
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(content)
