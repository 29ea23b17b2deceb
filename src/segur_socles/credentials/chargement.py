"""Reading a key and its certificate from PKCS#12 or PEM, and saying precisely what is wrong when they cannot be."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_der_private_key, load_pem_private_key, pkcs12

from segur_socles.credentials.certificat import MALFORME, Certificat, lire_certificats
from segur_socles.credentials.secret import Secret
from segur_socles.errors import CredentialError

__all__ = ["Materiel", "Source", "charger_p12", "charger_pem", "lire_source", "ordonner"]

Source = bytes | str | os.PathLike[str]
"""Content (``bytes``), or the path of a file (``str`` or path)."""

MIN_RSA_BITS: Final = 2048
"""Size of the keys of the IGC-Santé (certain)."""

_SEQUENCE: Final = 0x30
_INDEFINITE: Final = 0x80
_REMEDE_P12: Final = "donner le fichier .p12 ou .pfx délivré par l'IGC-Santé, sans le convertir ni l'ouvrir"


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Materiel:
    """A private key, its certificate, and the authorities above it, nearest first (the root last, when known).

    ``nom`` is how messages call it: the name of its file.
    """

    cle: rsa.RSAPrivateKey
    certificat: Certificat
    chaine: tuple[Certificat, ...] = ()
    nom: str | None = None

    @property
    def intermediaires(self) -> tuple[Certificat, ...]:
        """The chain without its root: what a TLS peer is sent."""
        return tuple(c for c in self.chaine if not c.auto_emis)

    def __repr__(self) -> str:
        return f"Materiel({self.certificat!r})"


def lire_source(source: Source, *, quoi: str | None = None, defaut: str = "certificat") -> tuple[bytes, str]:
    """Give the content, and the name to use in messages. Raises :class:`CredentialError` for a file problem."""
    if isinstance(source, bytes):
        return source, quoi or defaut
    path = Path(source)
    nom = quoi or path.name
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        probleme, remede = "le fichier n'existe pas", f"vérifier le chemin du fichier « {path.name} »"
    except IsADirectoryError:
        probleme, remede = "c'est un dossier", "donner le chemin du fichier lui-même"
    except PermissionError:
        probleme = "le fichier n'est pas lisible par ce compte"
        remede = "donner le droit de lecture au compte qui exécute le logiciel, et à lui seul"
    except OSError:
        probleme, remede = "le fichier ne peut pas être lu", "vérifier le disque et le chemin"
    else:
        if content:
            return content, nom
        probleme, remede = "le fichier est vide", "copier de nouveau le fichier délivré"
    raise CredentialError(f"« {nom} » : {probleme}.", credential=nom, remede=remede)


def charger_p12(source: Source, mot_de_passe: Secret | None, *, quoi: str | None = None) -> Materiel:
    """Read a PKCS#12 file. ``mot_de_passe=None`` means that it has none. Raises :class:`CredentialError`."""
    content, nom = lire_source(source, quoi=quoi, defaut="PKCS#12")
    _forme_p12(content, nom)
    password = mot_de_passe.reveler().encode() if mot_de_passe is not None else None
    try:
        contenu = pkcs12.load_pkcs12(content, password)
        cle, feuille = contenu.key, contenu.cert
        autres = [Certificat.depuis(c.certificate, quoi=f"{nom} (chaîne)") for c in contenu.additional_certs]
    except UnsupportedAlgorithm:
        probleme = "chiffré d'une façon que cette machine ne sait plus lire"
        remede = "le réexporter avec « openssl pkcs12 -legacy » puis « openssl pkcs12 -export » (AES-256)"
    except MALFORME:
        # OpenSSL tells a wrong password from damage by the MAC only, and so do we: the outer shape is right.
        probleme = "mot de passe refusé" if password else "un mot de passe est nécessaire"
        remede = "vérifier le mot de passe choisi au retrait du certificat ; s'il est juste, le fichier est abîmé"
    else:
        if cle is None:
            raise _sans_cle(nom)
        if feuille is None:
            raise _depareille(nom)
        return _materiel(cle, Certificat.depuis(feuille.certificate, quoi=nom), autres, nom)
    raise CredentialError(f"PKCS#12 « {nom} » : {probleme}.", credential=nom, remede=remede)


def charger_pem(
    certificat: Source,
    cle: Source,
    *,
    chaine: Source | None = None,
    mot_de_passe: Secret | None = None,
    quoi: str | None = None,
) -> Materiel:
    """Read a certificate and its key, PEM or DER, in one or two files; the chain may follow the certificate.

    Raises :class:`CredentialError`.
    """
    content, nom = lire_source(certificat, quoi=quoi)
    candidats = list(lire_certificats(content, quoi=nom))
    if chaine is not None:
        content, nom_chaine = lire_source(chaine, defaut="chaîne")
        candidats += lire_certificats(content, quoi=nom_chaine)
    content, nom_cle = lire_source(cle, defaut="clé privée")
    privee = _cle_privee(content, mot_de_passe, nom_cle)
    feuille = next((c for c in candidats if c.brut.public_key() == privee.public_key()), None)
    if feuille is None:
        raise _depareille(nom)
    return _materiel(privee, feuille, [c for c in candidats if c != feuille], nom)


def ordonner(feuille: Certificat, autorites: Iterable[Certificat]) -> tuple[Certificat, ...]:
    """Climb from ``feuille`` as far as ``autorites`` lead: the issuer, its issuer… Files hold them in any order."""
    disponibles = list(dict.fromkeys(autorites))
    chaine: list[Certificat] = []
    enfant = feuille
    while not enfant.auto_emis:
        parent = next((a for a in disponibles if a not in chaine and enfant.emis_par(a)), None)
        if parent is None:
            break
        chaine.append(parent)
        enfant = parent
    return tuple(chaine)


def _materiel(cle: object, feuille: Certificat, autres: Iterable[Certificat], nom: str) -> Materiel:
    privee = _rsa(cle, nom)
    if feuille.brut.public_key() != privee.public_key():
        raise _depareille(nom)
    return Materiel(privee, feuille, ordonner(feuille, autres), nom)


def _forme_p12(content: bytes, nom: str) -> None:
    """Tell a file that is cut, or of another kind, from a wrong password: OpenSSL gives one error for all."""
    if len(content) < 2 or content[0] != _SEQUENCE:  # noqa: PLR2004 - a tag and a length
        genre = "c'est un fichier PEM" if b"-----BEGIN" in content else "ce n'est pas un fichier PKCS#12"
        remede = "le charger comme PEM (certificat et clé)" if b"-----BEGIN" in content else _REMEDE_P12
        raise CredentialError(f"« {nom} » : {genre}.", credential=nom, remede=remede)
    first = content[1]
    if first == _INDEFINITE:  # BER without a length, as some old tools write it
        return
    octets = first & 0x7F if first & 0x80 else 0
    annonce = 2 + octets + (int.from_bytes(content[2 : 2 + octets]) if octets else first)
    if len(content) < annonce:
        raise CredentialError(
            f"PKCS#12 « {nom} » : fichier tronqué ({len(content)} octets sur {annonce}).",
            credential=nom,
            remede="copier de nouveau le fichier délivré, en mode binaire",
        )


def _cle_privee(content: bytes, mot_de_passe: Secret | None, nom: str) -> rsa.RSAPrivateKey:
    password = mot_de_passe.reveler().encode() if mot_de_passe is not None else None
    pem = b"-----BEGIN" in content
    if pem and b"PRIVATE KEY-----" not in content:
        raise _sans_cle(nom)
    try:
        cle = load_pem_private_key(content, password) if pem else load_der_private_key(content, password)
    except TypeError:  # a password is missing, or useless
        if password is None:
            probleme, remede = "elle est protégée par un mot de passe", "donner ce mot de passe"
        else:
            probleme, remede = "elle n'est pas protégée, mais un mot de passe est donné", "retirer le mot de passe"
    except UnsupportedAlgorithm:
        probleme, remede = "algorithme inconnu", "donner une clé RSA au format PKCS#8"
    except ValueError:
        if password is not None and b"ENCRYPTED" in content:
            probleme, remede = "mot de passe refusé", "vérifier le mot de passe de la clé privée"
        else:
            probleme, remede = "contenu illisible ou tronqué", "donner une clé RSA au format PEM ou DER (PKCS#8)"
    else:
        return _rsa(cle, nom)
    raise CredentialError(f"Clé privée « {nom} » : {probleme}.", credential=nom, remede=remede)


def _rsa(cle: object, nom: str) -> rsa.RSAPrivateKey:
    if not isinstance(cle, rsa.RSAPrivateKey):
        raise CredentialError(
            f"« {nom} » : la clé n'est pas une clé RSA.",
            credential=nom,
            remede="les services attendent une clé RSA de l'IGC-Santé : demander un certificat de ce type",
        )
    if cle.key_size < MIN_RSA_BITS:
        raise CredentialError(
            f"« {nom} » : clé RSA de {cle.key_size} bits, il en faut au moins {MIN_RSA_BITS}.",
            credential=nom,
            remede="demander un nouveau certificat à l'IGC-Santé",
        )
    return cle


def _sans_cle(nom: str) -> CredentialError:
    return CredentialError(
        f"« {nom} » ne contient pas de clé privée.",
        credential=nom,
        remede="exporter le certificat avec sa clé privée, ou donner aussi le fichier de la clé",
    )


def _depareille(nom: str) -> CredentialError:
    return CredentialError(
        f"« {nom} » : aucun certificat ne correspond à la clé privée.",
        credential=nom,
        remede="donner le certificat et la clé issus de la même demande",
    )
