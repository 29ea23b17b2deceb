"""Mail goes out, and comes in, under a context that verifies the operator, and no other."""

from __future__ import annotations

import ssl
from dataclasses import replace

import pytest
from mss_serveur import acces, certificat, delai, imap, pki, pret, serveur, smtp

from segur_socles.errors import ConfigurationError, TransportError
from segur_socles.mss.boite import Boites

TAILLE = 26_214_400


class Aveugle:
    """A channel whose context does not compare the operator's name."""

    key = "aveugle"
    compare_le_nom = False

    def ssl_context(self) -> ssl.SSLContext:
        contexte = ssl.create_default_context(cadata=pki().ancres_pem)
        contexte.check_hostname = self.compare_le_nom
        return contexte


def test_a_context_that_does_not_verify_sends_nothing() -> None:
    with serveur(smtp()) as operateur:
        boites = Boites(frozenset({("localhost", operateur.port)}))
        ou = replace(acces(operateur.port), channel=Aveugle())
        with pytest.raises(ConfigurationError, match="ne vérifie pas le serveur"):
            boites.envoyer(ou, pret(), delai(), taille_maximale=TAILLE)
        boites.close()
    assert operateur.chiffre == []


def test_a_context_that_does_not_verify_reads_nothing() -> None:
    with serveur(imap()) as operateur:
        boites = Boites(frozenset({("localhost", operateur.port)}))
        ou = replace(acces(operateur.port), channel=Aveugle())
        with pytest.raises(ConfigurationError, match="ne vérifie pas le serveur"):
            boites.relever(ou, delai(), limite=1, taille_maximale=TAILLE)
        boites.close()
    assert operateur.chiffre == []


def test_the_shared_context_cannot_be_made_blind_to_the_operators_name(monkeypatch: pytest.MonkeyPatch) -> None:
    with serveur(smtp("autre.exemple.fr")) as operateur:
        boites = Boites(frozenset({("localhost", operateur.port)}))
        with pytest.raises(ConfigurationError):
            monkeypatch.setattr(certificat().channel(pki().ancres()).ssl_context(), "check_hostname", False)
        with pytest.raises(TransportError):
            boites.envoyer(acces(operateur.port), pret(), delai(), taille_maximale=TAILLE)
        boites.close()
    assert operateur.chiffre == []
