from __future__ import annotations

import copy
import pickle

import pytest

from segur_socles.credentials.secret import Secret


@pytest.mark.parametrize("ecrire", [repr, str, "{}".format, "{0!r}".format, "%s".__mod__])
def test_a_secret_is_never_written(ecrire: object) -> None:
    assert callable(ecrire)
    assert "1234" not in ecrire(Secret("1234"))


def test_it_is_read_by_asking() -> None:
    assert Secret("mot de passe à accent").reveler() == "mot de passe à accent"


def test_equality_is_by_content_and_by_type() -> None:
    assert Secret("é") == Secret("é")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"


def test_it_cannot_leave_the_process_nor_stay_in_a_table() -> None:
    with pytest.raises(TypeError, match="ne s'enregistre pas"):
        pickle.dumps(Secret("1234"))
    with pytest.raises(TypeError, match="unhashable"):
        hash(Secret("1234"))


def test_a_copy_is_the_same_object() -> None:
    secret = Secret("1234")
    assert copy.copy(secret) is secret
    assert copy.deepcopy({"pin": secret})["pin"] is secret
