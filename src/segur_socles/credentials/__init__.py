"""Keys and certificates typed by use, TLS contexts, cards, revocation."""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = [
    "TLS_DMP",
    "TLS_STANDARD",
    "Ancres",
    "CanalServeur",
    "CanalTls",
    "Carte",
    "CartePkcs11",
    "Certificat",
    "CertificatSignature",
    "CertificatTls",
    "ClientPsc",
    "Configuration",
    "Contexte",
    "DonneesCarte",
    "Echeance",
    "Perimetre",
    "Revocation",
    "Secret",
    "Service",
    "Sujet",
    "Trousseau",
    "TypeCarte",
    "Usage",
    "Versions",
    "lire_profil",
]

if TYPE_CHECKING:
    from segur_socles.credentials.ancres import Ancres
    from segur_socles.credentials.carte import Carte, CartePkcs11, DonneesCarte
    from segur_socles.credentials.certificat import Certificat, Sujet, TypeCarte
    from segur_socles.credentials.client_psc import ClientPsc
    from segur_socles.credentials.configuration import Configuration
    from segur_socles.credentials.contexte import TLS_DMP, TLS_STANDARD, Versions
    from segur_socles.credentials.profil import lire_profil
    from segur_socles.credentials.revocation import Revocation
    from segur_socles.credentials.secret import Secret
    from segur_socles.credentials.signature import CertificatSignature
    from segur_socles.credentials.tls import CanalServeur, CanalTls, CertificatTls
    from segur_socles.credentials.trousseau import Echeance, Trousseau
    from segur_socles.credentials.usages import Contexte, Perimetre, Service, Usage
else:
    from segur_socles._core.lazy import lazy

    __getattr__, __dir__ = lazy(
        __name__,
        {
            "TLS_DMP": "segur_socles.credentials.contexte",
            "TLS_STANDARD": "segur_socles.credentials.contexte",
            "Ancres": "segur_socles.credentials.ancres",
            "CanalServeur": "segur_socles.credentials.tls",
            "CanalTls": "segur_socles.credentials.tls",
            "Carte": "segur_socles.credentials.carte",
            "CartePkcs11": "segur_socles.credentials.carte",
            "Certificat": "segur_socles.credentials.certificat",
            "CertificatSignature": "segur_socles.credentials.signature",
            "CertificatTls": "segur_socles.credentials.tls",
            "ClientPsc": "segur_socles.credentials.client_psc",
            "Configuration": "segur_socles.credentials.configuration",
            "Contexte": "segur_socles.credentials.usages",
            "DonneesCarte": "segur_socles.credentials.carte",
            "Echeance": "segur_socles.credentials.trousseau",
            "Perimetre": "segur_socles.credentials.usages",
            "Revocation": "segur_socles.credentials.revocation",
            "Secret": "segur_socles.credentials.secret",
            "Service": "segur_socles.credentials.usages",
            "Sujet": "segur_socles.credentials.certificat",
            "Trousseau": "segur_socles.credentials.trousseau",
            "TypeCarte": "segur_socles.credentials.certificat",
            "Usage": "segur_socles.credentials.usages",
            "Versions": "segur_socles.credentials.contexte",
            "lire_profil": "segur_socles.credentials.profil",
        },
    )
