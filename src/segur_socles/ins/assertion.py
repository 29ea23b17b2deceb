"""The professional's SAML assertion: signed with the card (card mode), or not (Pro Santé Connect).

Written directly in exclusive canonical form: what is hashed is what is sent. Structure and signature as in
the GIE SESAM-Vitale samples (certain): no Conditions, no AuthnStatement, no Audience.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from segur_socles._core.clock import Clock, instant_ms
from segur_socles._core.flow import Flow
from segur_socles._core.ids import Ids
from segur_socles._core.xml import NS, attr, text
from segur_socles._core.xmldsig import Signataire, sign_enveloped

__all__ = ["AttributsPs", "ecrire_assertion_psc", "signer_assertion"]

_FORMAT_DN: Final = "urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName"

_PREFIX: Final = (
    f'<saml:Assertion xmlns:saml="{NS["saml"]}" ID="%s" IssueInstant="%s" Version="2.0"><saml:Issuer%s>%s</saml:Issuer>'
)
_SUFFIX: Final = (
    '<saml:Subject><saml:NameID NameQualifier="%s">%s</saml:NameID></saml:Subject>'
    "<saml:AttributeStatement>%s</saml:AttributeStatement></saml:Assertion>"
)
_ATTRIBUT: Final = '<saml:Attribute Name="%s"><saml:AttributeValue>%s</saml:AttributeValue></saml:Attribute>'


@dataclass(frozen=True, slots=True)
class AttributsPs:
    """What the assertion says of the professional's practice (SEL-MP-043 §3.2, probable).

    - ``identifiant_facturation``: geographic FINESS of an establishment, else SIRET; billing number of a
      professional in private practice;
    - ``code_specialite``: AMO specialty, demanded of physicians only;
    - ``secteur_activite``: activity sector (``SA05``);
    - ``code_profession``: of a professional who has several, with Pro Santé Connect only (not verified).
    """

    identifiant_facturation: str
    code_specialite: str | None = None
    secteur_activite: str | None = None
    code_profession: str | None = None

    def paires(self) -> tuple[tuple[str, str | None], ...]:
        """Attribute names on the wire, in their order, with their values."""
        return (
            ("identifiantFacturation", self.identifiant_facturation),
            ("codeSpecialiteAMO", self.code_specialite),
            ("secteurActivite", self.secteur_activite),
        )

    def paires_psc(self) -> tuple[tuple[str, str | None], ...]:
        """Those of an assertion of Pro Santé Connect mode (one secondary source, probable)."""
        return (
            ("codeSpecialiteAMO", self.code_specialite),
            ("identifiantFacturation", self.identifiant_facturation),
            ("gipProfessionCode", self.code_profession),
        )


def signer_assertion(
    signataire: Signataire, attributs: AttributsPs, *, name_id: str, type_carte: str, clock: Clock, ids: Ids
) -> Flow[bytes]:
    """Write and sign a fresh assertion; its bytes go into the message untouched.

    ``name_id`` is the holder's national identifier, ``type_carte`` its NameQualifier. The key is used through
    a ``Call`` effect. INSi is said to accept an assertion for about an hour (probable); none is kept here,
    since one signature a call is cheap and a kept one could be replayed.
    """
    identifiant = f"_{ids.uuid()}"
    prefix = _ouverture(identifiant, clock, signataire.sujet_rfc4514, _FORMAT_DN)
    suffix = _suite(type_carte, name_id, attributs.paires())
    return (yield from sign_enveloped(prefix, suffix, identifiant, signataire, canonical=True))


def ecrire_assertion_psc(
    attributs: AttributsPs, *, issuer: str, format_issuer: str | None, name_id: str, clock: Clock, ids: Ids
) -> bytes:
    """Write the assertion of Pro Santé Connect mode, which bears no signature (one secondary source, probable)."""
    prefix = _ouverture(f"_{ids.uuid()}", clock, issuer, format_issuer)
    return (prefix + _suite("PSC", name_id, attributs.paires_psc())).encode()


def _ouverture(identifiant: str, clock: Clock, issuer: str, format_issuer: str | None) -> str:
    nature = f' Format="{attr(format_issuer)}"' if format_issuer else ""
    return _PREFIX % (identifiant, instant_ms(clock.now()), nature, text(issuer))


def _suite(qualifier: str, name_id: str, paires: tuple[tuple[str, str | None], ...]) -> str:
    ecrites = "".join(_ATTRIBUT % (nom, text(valeur, nom)) for nom, valeur in paires if valeur)
    return _SUFFIX % (attr(qualifier), text(name_id), ecrites)
