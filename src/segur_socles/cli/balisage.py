"""HTML and SVG elements as text. Escaping happens here and nowhere else, so that it cannot be forgotten."""

from __future__ import annotations

import re
from html import escape
from typing import Final

__all__ = ["Html", "balise", "suite"]

_SANS_CONTENU: Final = frozenset({"meta"})
_INSECABLE: Final = re.compile(r"(?<=«) | (?=[:;!?»])")


class Html(str):
    """Markup already written: the only text that is not escaped again."""

    __slots__ = ()


def balise(nom: str, *contenus: str, **attributs: str | float | None) -> Html:
    """Write an element: ``balise("a", "dlu.xml", href="dlu.xml")``.

    Contents that are not :class:`Html` are escaped, and get the no-break spaces of French typography. An attribute
    that is ``None`` is left out; ``class_`` is written ``class``, and ``aria_label`` is written ``aria-label``.
    """
    ecrits = "".join(
        [
            f' {cle.rstrip("_").replace("_", "-")}="{escape(str(valeur))}"'
            for cle, valeur in attributs.items()
            if valeur is not None
        ]
    )
    fin = "" if nom in _SANS_CONTENU else f"{suite(*contenus)}</{nom}>"
    return Html(f"<{nom}{ecrits}>{fin}")


def suite(*contenus: str) -> Html:
    """Write contents one after the other, without an element around them."""
    return Html("".join([c if isinstance(c, Html) else _INSECABLE.sub("\u00a0", escape(c)) for c in contenus]))
