"""The card of a professional (CPS and its family): reading what it says, and signing with it through PKCS#11."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol, Self

from cryptography.hazmat.primitives.asymmetric import rsa

from segur_socles._core.xmldsig import Signataire
from segur_socles.credentials.certificat import Certificat, TypeCarte, lire_certificat
from segur_socles.credentials.secret import Secret
from segur_socles.credentials.signature import Digest
from segur_socles.credentials.usages import Contexte, Usage, exiger
from segur_socles.errors import CredentialError

if TYPE_CHECKING:
    import pkcs11

__all__ = ["CLE_SIGNATURE_CPS", "Carte", "CartePkcs11", "DonneesCarte", "Pin", "certificats_du_lecteur"]

Pin = Secret | Callable[[], Secret]
"""The PIN, or how to ask the holder for it; asked again after the card was taken out."""

CLE_SIGNATURE_CPS: Final = "CPS_PRIV_SIG"
"""Label of the signature key on a CPS (GIE SESAM-Vitale sample kit, certain)."""


@dataclass(frozen=True, slots=True, repr=False)
class DonneesCarte:
    """What a card says of its holder, as assertions need it; ``repr`` shows none of it but the kind of card.

    ``id_nat`` is the PS_IdNat (CN of the subject), ``profession`` a G15 code, ``specialites`` R01 codes
    (``SM26``), ``secteur`` a sector code (``SA05``) read from the first activity, when the card holds one.
    """

    type_carte: TypeCarte
    id_nat: str
    nom: str | None
    prenom: str | None
    profession: int | None
    specialites: tuple[str, ...]
    secteur: str | None

    @classmethod
    def lire(cls, certificat: Certificat, *, specialite: str | None = None, secteur: str | None = None) -> DonneesCarte:
        """Read the certificate of a card; ``specialite`` and ``secteur`` come from its data objects."""
        sujet = certificat.sujet
        return cls(
            type_carte=certificat.type_carte or TypeCarte.CPX,
            id_nat=sujet.cn or "",
            nom=sujet.nom,
            prenom=sujet.prenom,
            profession=certificat.profession,
            specialites=certificat.specialites or ((specialite,) if specialite else ()),
            secteur=secteur,
        )

    def __repr__(self) -> str:
        return f"DonneesCarte({self.type_carte.value}, …)"


class Carte(Signataire, Protocol):
    """A card that signs: a :class:`~segur_socles._core.xmldsig.Signataire` that also says who holds it."""

    @property
    def certificat(self) -> Certificat:
        """The signature certificate."""
        ...

    @property
    def donnees(self) -> DonneesCarte:
        """What the card says of its holder."""
        ...


_REFUS: Final = {
    "PinIncorrect": ("code porteur refusé", "vérifier le code ; trois codes faux bloquent la carte"),
    "PinLenRange": ("code porteur refusé", "saisir le code à 4 chiffres de la carte"),
    "PinInvalid": ("code porteur refusé", "saisir le code à 4 chiffres de la carte"),
    "PinLocked": ("carte bloquée après trop de codes faux", "la débloquer avec l'outil de l'ANS (code de secours)"),
    "PinExpired": ("code porteur à changer", "changer le code avec l'outil de l'ANS"),
    "UserPinNotInitialized": ("carte sans code porteur", "initialiser la carte avec l'outil de l'ANS"),
    "NoSuchToken": ("carte absente du lecteur", "insérer la carte, puis recommencer"),
    "TokenNotPresent": ("carte absente du lecteur", "insérer la carte, puis recommencer"),
    "DeviceRemoved": ("carte retirée pendant l'opération", "réinsérer la carte, puis recommencer"),
    "TokenNotRecognised": ("carte non reconnue", "nettoyer la puce, ou vérifier que le module lit ce type de carte"),
    "MultipleTokensReturned": ("plusieurs cartes portent ce nom", "n'en laisser qu'une dans les lecteurs"),
    "NoSuchKey": ("clé de signature introuvable", "vérifier le nom de la clé (CPS_PRIV_SIG sur une carte CPS)"),
    "MultipleObjectsReturned": ("plusieurs clés répondent à ce nom", "préciser l'identifiant de la clé (CKA_ID)"),
    "MechanismInvalid": ("algorithme refusé par la carte", "utiliser SHA-256, ou mettre à jour le module"),
}
_AUTRE_REFUS: Final = ("opération refusée", "retirer et réinsérer la carte ; sinon réinstaller le module de l'ANS")

_CARTE_PERDUE: Final = frozenset(
    {
        "DeviceError",
        "DeviceRemoved",
        "KeyHandleInvalid",
        "ObjectHandleInvalid",
        "SessionClosed",
        "SessionHandleInvalid",
        "TokenNotPresent",
        "UserNotLoggedIn",
    }
)
"""What a module answers when the card was taken out since the last call: worth one new login."""

_CODE_REFUSE: Final = frozenset({"PinIncorrect", "PinLenRange", "PinInvalid", "PinLocked"})

_QUOI: Final = "carte"


class CartePkcs11:
    """A card in a reader, or any PKCS#11 token; threads may share it (one signature at a time).

    The session stays open, so that a signature costs one call to the card. A card taken out and put back is
    logged in again once; another card is refused. A fixed PIN that was refused is never tried again by this
    object: three wrong ones lock a CPS.
    """

    def __init__(self, module: str | Path, jeton: str, pin: Pin, *, cle: str | None, cle_id: bytes | None) -> None:
        self._module = Path(module)
        self._jeton = jeton
        self._pin = pin
        self._cle_nom = cle
        self._cle_id = cle_id
        self._verrou = threading.Lock()
        self._code_refuse = False
        self._session: pkcs11.Session | None = None
        self._cle: Any = None
        self._certificat: Certificat | None = None
        self._donnees: DonneesCarte | None = None

    @classmethod
    def ouvrir(
        cls,
        module: str | Path,
        jeton: str,
        pin: Pin,
        *,
        contexte: Contexte,
        cle: str | None = CLE_SIGNATURE_CPS,
        cle_id: bytes | None = None,
    ) -> Self:
        """Log in to the token labelled ``jeton`` and check its signature certificate.

        ``module`` is the path of the PKCS#11 library; the key is named by ``cle`` (label), ``cle_id`` (CKA_ID)
        or both. Raises :class:`CredentialError`: module or card absent, PIN refused or locked, no such key,
        certificate unfit; :class:`CredentialExpiredError` when only its dates forbid it.
        """
        carte = cls(module, jeton, pin, cle=cle, cle_id=cle_id)
        with carte._verrou:
            carte._connecter()
        try:
            exiger(carte.certificat, Usage.SIGNATURE_CARTE, contexte, quoi=_QUOI)
        except CredentialError:
            carte.close()
            raise
        return carte

    @property
    def certificat(self) -> Certificat:
        """The signature certificate, read at login."""
        if self._certificat is None:
            raise _refus("NoSuchToken")
        return self._certificat

    @property
    def donnees(self) -> DonneesCarte:
        """What the card says of its holder, read at login."""
        if self._donnees is None:
            raise _refus("NoSuchToken")
        return self._donnees

    @property
    def certificat_der(self) -> bytes:
        """DER of the signature certificate."""
        return self.certificat.der

    @property
    def sujet_rfc4514(self) -> str:
        """Its subject, as assertions write it."""
        return self.certificat.sujet_rfc4514

    @property
    def chaine_der(self) -> tuple[bytes, ...]:
        """Nothing: a CPS does not hold its authorities."""
        return ()

    @property
    def blocking(self) -> bool:
        """A card waits: sign in a thread when asynchronous."""
        return True

    def sign(self, data: bytes, digest: Digest) -> bytes:
        """Sign with RSA PKCS#1 v1.5 inside the card. Raises :class:`CredentialError`."""
        from pkcs11.exceptions import PKCS11Error

        with self._verrou:
            if self._session is not None:
                try:
                    return self._signer(data, digest)
                except PKCS11Error as error:
                    nom = type(error).__name__
                if nom not in _CARTE_PERDUE:
                    raise _refus(nom)
                self._deconnecter()
            self._connecter()
            try:
                return self._signer(data, digest)
            except PKCS11Error as error:
                nom = type(error).__name__
            raise _refus(nom)

    def close(self) -> None:
        """Log out; a later :meth:`sign` logs in again."""
        with self._verrou:
            self._deconnecter()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"CartePkcs11({self._jeton!r})"

    def _signer(self, data: bytes, digest: Digest) -> bytes:
        from pkcs11 import Mechanism

        mechanism = Mechanism.SHA1_RSA_PKCS if digest == "sha1" else Mechanism.SHA256_RSA_PKCS
        return bytes(self._cle.sign(data, mechanism=mechanism))

    def _connecter(self) -> None:
        from pkcs11.exceptions import PKCS11Error

        try:
            session = self._session = self._ouvrir_session()
            self._cle = _cle_privee(session, self._cle_nom, self._cle_id)
            self._reconnaitre(_certificat_de_la_cle(session, self._cle), session)
        except CredentialError:
            self._deconnecter()
            raise
        except PKCS11Error as error:
            self._deconnecter()
            nom = type(error).__name__
        else:
            return
        self._code_refuse = nom in _CODE_REFUSE
        raise _refus(nom)

    def _reconnaitre(self, lu: Certificat, session: pkcs11.Session) -> None:
        if self._certificat is None:
            self._certificat, self._donnees = lu, _donnees(lu, dict(_donnees_de_la_carte(session)))
        elif lu != self._certificat:
            raise CredentialError(
                "La carte présente dans le lecteur n'est plus la même.",
                credential=_QUOI,
                remede="réinsérer la carte du professionnel connecté, ou ouvrir une nouvelle session pour l'autre",
            )

    def _ouvrir_session(self) -> Any:
        from pkcs11 import TokenFlag
        from pkcs11.exceptions import UserAlreadyLoggedIn

        jeton = _bibliotheque(self._module).get_token(token_label=self._jeton)
        if jeton.flags & TokenFlag.USER_PIN_LOCKED:
            raise _refus("PinLocked")
        if isinstance(self._pin, Secret):
            if self._code_refuse:
                raise _refus("PinIncorrect")
            pin = self._pin
        else:
            pin = self._pin()
        try:
            return jeton.open(user_pin=pin.reveler())
        except UserAlreadyLoggedIn:  # a login holds for the whole process: another object has made it
            return jeton.open()

    def _deconnecter(self) -> None:
        from pkcs11.exceptions import PKCS11Error

        session, self._session, self._cle = self._session, None, None
        if session is not None:
            with suppress(PKCS11Error):  # the card may be gone already
                session.close()


def certificats_du_lecteur(module: str | Path, jeton: str) -> tuple[Certificat, ...]:
    """List the certificates a token shows without a PIN. Raises :class:`CredentialError`."""
    from pkcs11.exceptions import PKCS11Error

    try:
        with _bibliotheque(Path(module)).get_token(token_label=jeton).open() as session:
            return tuple(certificat for _, certificat in _certificats(session))
    except PKCS11Error as error:
        nom = type(error).__name__
    raise _refus(nom)


def _bibliotheque(module: Path) -> Any:
    import pkcs11
    from pkcs11.exceptions import PKCS11Error

    if module.is_file():
        try:
            return pkcs11.lib(str(module))
        except (PKCS11Error, RuntimeError, OSError):
            probleme = "n'est pas une bibliothèque PKCS#11 utilisable"
    else:
        probleme = "est introuvable"
    raise CredentialError(
        f"Le module PKCS#11 « {module.name} » {probleme}.",
        credential=_QUOI,
        remede="installer la Cryptolib CPS de l'ANS (même architecture que Python), ou corriger le chemin du module",
    )


def _cle_privee(session: pkcs11.Session, nom: str | None, identifiant: bytes | None) -> Any:
    from pkcs11 import ObjectClass

    return session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=nom, id=identifiant)


def _certificats(session: pkcs11.Session) -> Iterator[tuple[bytes, Certificat]]:
    """Give (CKA_ID, certificate) pairs."""
    from pkcs11 import Attribute, ObjectClass

    for objet in session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE}):
        brut: Any = objet
        yield bytes(brut[Attribute.ID]), lire_certificat(bytes(brut[Attribute.VALUE]), quoi="certificat de la carte")


def _certificat_de_la_cle(session: pkcs11.Session, cle: Any) -> Certificat:
    """Find the certificate whose public key is that of ``cle``, among those that share its CKA_ID."""
    from pkcs11 import Attribute

    identifiant, module = bytes(cle[Attribute.ID]), int.from_bytes(cle[Attribute.MODULUS])
    for cka_id, certificat in _certificats(session):
        publique = certificat.brut.public_key()
        if cka_id == identifiant and isinstance(publique, rsa.RSAPublicKey) and publique.public_numbers().n == module:
            return certificat
    raise CredentialError(
        "La carte ne montre pas de certificat pour sa clé de signature.",
        credential=_QUOI,
        remede="vérifier le nom de la clé, ou faire contrôler la carte",
    )


def _donnees_de_la_carte(session: pkcs11.Session) -> Iterator[tuple[str, str]]:
    """Give (label, last four characters) of the data objects of a CPS (GIE SESAM-Vitale sample kit, certain)."""
    from pkcs11 import Attribute, ObjectClass

    for objet in session.get_objects({Attribute.CLASS: ObjectClass.DATA}):
        brut: Any = objet
        yield str(brut[Attribute.LABEL]), bytes(brut[Attribute.VALUE])[-4:].decode("ascii", "replace")


def _donnees(certificat: Certificat, objets: dict[str, str]) -> DonneesCarte:
    secteurs = (objets[label] for label in sorted(objets) if label.startswith("CPS_ACTIVITY_"))
    return DonneesCarte.lire(certificat, specialite=objets.get("CPS_INFO_PS"), secteur=next(secteurs, None))


def _refus(nom: str) -> CredentialError:
    probleme, remede = _REFUS.get(nom, _AUTRE_REFUS)
    detail = "" if nom in _REFUS else f" ({nom})"
    return CredentialError(f"Carte : {probleme}{detail}.", credential=_QUOI, remede=remede)
