"""The professional's SAML assertion, signed with the card (card mode).

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

__all__ = ["AttributsPs", "signer_assertion"]

_FORMAT_DN: Final = "urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName"

_PREFIX: Final = (
    f'<saml:Assertion xmlns:saml="{NS["saml"]}" ID="%s" IssueInstant="%s" Version="2.0">'
    f'<saml:Issuer Format="{_FORMAT_DN}">%s</saml:Issuer>'
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
    - ``secteur_activite``: activity sector (``SA05``).
    """

    identifiant_facturation: str
    code_specialite: str | None = None
    secteur_activite: str | None = None

    def paires(self) -> tuple[tuple[str, str | None], ...]:
        """Attribute names on the wire, in their order, with their values."""
        return (
            ("identifiantFacturation", self.identifiant_facturation),
            ("codeSpecialiteAMO", self.code_specialite),
            ("secteurActivite", self.secteur_activite),
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
    prefix = _PREFIX % (identifiant, instant_ms(clock.now()), text(signataire.sujet_rfc4514))
    paires = "".join(_ATTRIBUT % (nom, text(valeur, nom)) for nom, valeur in attributs.paires() if valeur)
    suffix = _SUFFIX % (attr(type_carte), text(name_id), paires)
    return (yield from sign_enveloped(prefix, suffix, identifiant, signataire, canonical=True))
