"""Which addresses an environment accepts."""

from __future__ import annotations

from typing import Any

import pytest

from segur_socles.config.environment import Environment, Nature
from segur_socles.errors import ChampInvalideError


def environment(**champs: Any) -> Environment:
    base = {"nom": "e", "nature": Nature.QUALIFICATION, "ancres": "PEM", "dmp": "https://localhost:8443/v2/services/"}
    return Environment.model_validate(base | champs)


@pytest.mark.parametrize(
    "proxy",
    [
        "proxy.interne:3128",
        "socks5://proxy:1080",
        "http://",
        "http://[proxy",
        "http://proxy:99999",
        "http://p/chemin",
        "",
    ],
)
def test_what_is_no_proxy_is_refused_when_it_is_given(proxy: str) -> None:
    with pytest.raises(ChampInvalideError, match="proxy HTTP") as caught:
        environment(proxy=proxy)
    assert caught.value.champs == ("proxy",)


@pytest.mark.parametrize(
    "proxy", ["http://proxy.interne:3128", "https://compte:secret@proxy:443/", "http://[::1]:3128"]
)
def test_proxies(proxy: str) -> None:
    assert environment(proxy=proxy).proxy == proxy
    assert proxy not in repr(environment(proxy=proxy))


def test_a_sandbox_goes_through_no_remote_proxy() -> None:
    with pytest.raises(ChampInvalideError, match="machine locale") as caught:
        environment(nature=Nature.BAC_A_SABLE, proxy="http://proxy.interne:3128")
    assert caught.value.champs == ("nature",)
    assert environment(nature=Nature.BAC_A_SABLE, proxy="http://127.0.0.1:3128").proxy


@pytest.mark.parametrize(
    "url", ["http://dmp.invalid/", "https://dmp.invalid:99999/", "https://[dmp/", "https://", "dmp"]
)
def test_an_address_is_https_and_whole(url: str) -> None:
    with pytest.raises(ChampInvalideError, match="adresse https complète") as caught:
        environment(dmp=url)
    assert caught.value.champs == ("dmp",)


@pytest.mark.parametrize("nom", ["", "   ", "\u00a0", "x" * 81, "recette\x00", "recette\ufffe", "re\ncette"])
def test_a_name_that_evidence_could_not_keep_is_refused_when_it_is_given(nom: str) -> None:
    with pytest.raises(ChampInvalideError) as caught:
        environment(nom=nom)
    assert caught.value.champs == ("nom",)


def test_a_name_is_trimmed() -> None:
    assert environment(nom="  Qualification d'été ").nom == "Qualification d'été"
