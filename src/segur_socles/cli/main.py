"""Entry point of ``segur-socles``."""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line; say what to install if the extra is missing."""
    try:
        from segur_socles.cli.commandes import app  # noqa: PLC0415 - the extra [cli] may not be installed
    except ModuleNotFoundError as error:
        absent = error.name or "?"
        sys.stderr.write(
            f"Il manque le module « {absent} » : pip install 'segur-socles[cli,pdf,sandbox]'\n"
            "Ajouter « validation » à ces compléments pour les règles officielles (validate --kit).\n"
        )
        raise SystemExit(6) from None
    app()
