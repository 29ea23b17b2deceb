"""What type checkers must see through the lazy façade. Never run: checked by mypy and pyright."""

from __future__ import annotations

from typing import assert_type

import segur_socles
from segur_socles import (
    Acteur,
    AsyncSegur,
    Configuration,
    ControleIdentite,
    Environment,
    IdentiteQualifiee,
    InsAbsente,
    InsMultiple,
    InsTrouvee,
    Motif,
    Segur,
    TraitsIdentite,
    errors,
)
from segur_socles.errors import SegurError, ServiceError, TransportError


def the_facade_gives_the_real_types(traits: TraitsIdentite, environment: Environment) -> None:
    assert_type(traits.date_naissance, str)
    assert_type(environment.production, bool)
    assert_type(segur_socles.__version__, str)


def a_misspelt_name_is_an_error() -> None:
    segur_socles.IdentiteQualifie  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]


def plain_traits_are_not_a_qualified_identity(traits: TraitsIdentite) -> IdentiteQualifiee:
    return traits  # type: ignore[return-value]  # pyright: ignore[reportReturnType]


def errors_say_what_is_known(error: SegurError) -> None:
    match error:
        case TransportError():
            assert_type(error.outcome_unknown, bool)
        case ServiceError():
            assert_type(error.code, str)
            assert_type(error.retryable, bool)
        case _:
            assert_type(error.remede, str | None)
    assert_type(errors.SegurError("x").message, str)


def a_motive_is_one_of_the_list() -> None:
    Motif("prise_en_charge")
    Motif.CURIOSITE  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]


def three_outcomes_and_no_other(config: Configuration, acteur: Acteur, traits: TraitsIdentite) -> str:
    session = Segur(config).au_nom_de(acteur, motif=Motif.PRISE_EN_CHARGE)
    assert_type(session.acteur, Acteur)
    match session.insi.rechercher(traits):
        case InsTrouvee(identite=trouvee):
            qualifiee = trouvee.qualifier(ControleIdentite.PASSEPORT, par=acteur)
            return assert_type(qualifiee, IdentiteQualifiee).statut
        case (InsAbsente() | InsMultiple()) as autre:
            return autre.explication


async def the_asynchronous_facade_awaits(config: Configuration, acteur: Acteur, traits: TraitsIdentite) -> None:
    async with AsyncSegur(config) as segur:
        session = segur.au_nom_de(acteur, motif=Motif.PRISE_EN_CHARGE)
        assert_type(await session.insi.rechercher(traits), InsTrouvee | InsAbsente | InsMultiple)


def an_unqualified_identity_opens_no_record(config: Configuration, acteur: Acteur, traits: TraitsIdentite) -> None:
    session = Segur(config).au_nom_de(acteur, motif=Motif.PRISE_EN_CHARGE)
    session.dmp.tester_existence(traits)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
