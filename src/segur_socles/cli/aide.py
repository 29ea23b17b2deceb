"""Help pages in French, as far as typer lets its own words be chosen."""

from __future__ import annotations

from typing import Any, Final

from typer.core import TyperCommand, TyperGroup

__all__ = ["COMMANDES", "REGLAGES", "Commande", "Groupe"]

COMMANDES: Final = "Commandes"
"""Title of the panel that lists the verbs."""


class Commande(TyperCommand):
    """A verb."""

    def get_help_option(self, ctx: Any) -> Any:
        """Give the option of every verb."""
        return _en_francais(super().get_help_option(ctx))


class Groupe(TyperGroup):
    """A family of verbs."""

    def get_help_option(self, ctx: Any) -> Any:
        """Give the option of every family."""
        return _en_francais(super().get_help_option(ctx))


def _en_francais(option: Any) -> Any:
    if option is not None:
        option.help = "Affiche cette aide."
    return option


# Markdown: paragraphs are filled to the width, and square brackets are read as they are.
REGLAGES: Final[dict[str, Any]] = {
    "cls": Groupe,
    "no_args_is_help": True,
    "rich_markup_mode": "markdown",
    "subcommand_metavar": "COMMANDE [ARGUMENTS]…",
}
"""What every ``typer.Typer`` of ours is given."""
