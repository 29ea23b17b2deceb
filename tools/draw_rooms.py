"""Draw the rooms of the package as docs/images/pieces.svg, from the import contract of pyproject.toml.

The rows and their order are the contract's own: the picture cannot disagree with what is enforced.
"""

from __future__ import annotations

import sys
import tomllib
from html import escape
from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).resolve().parents[1]
PICTURE: Final = PROJECT / "docs" / "images" / "pieces.svg"

# Room → what it holds, and the family that gives it its colour.
CAPTIONS: Final[dict[str, tuple[str, str]]] = {
    "cli": ("la ligne de commande : démonstration, bac à sable", "usage"),
    "testing": ("le greffon pytest des éditeurs", "usage"),
    "dui": ("le modèle de référence d’un DUI et ses parcours", "usage"),
    "sandbox": ("les services joués sur place : IGC, pannes, journal", "usage"),
    "outbox": ("les envois durables", "usage"),
    "segur": ("la façade : Segur, AsyncSegur, au_nom_de(acteur)", "facade"),
    "ins": ("téléservice INSi", "service"),
    "psc": ("Pro Santé Connect", "service"),
    "dmp": ("DMP : VIHF, lot signé, transactions", "service"),
    "mss": ("MSSanté et annuaire", "service"),
    "xds": ("fiches de documents, lots, ebRIM", "echange"),
    "documents": ("contenus typés, en-tête, écriture et lecture CDA", "echange"),
    "credentials": ("clés et certificats typés par usage", "confiance"),
    "trace": ("qui, pour qui, pourquoi, résultat", "confiance"),
    "personnes": ("identités, usagers, professionnels, structures", "metier"),
    "config": ("environnements, logiciel, profils", "metier"),
    "nomenclatures": ("les codes nationaux, en tables de données", "metier"),
    "_core": ("mécanique : flux, exécution, SOAP, MTOM, XML, signature, horloge, caviardage", "socle"),
    "errors": ("tout l’arbre des erreurs", "socle"),
}
COLOURS: Final = {  # family → fill, line
    "usage": ("#fdf1e3", "#d98b2b"),
    "facade": ("#fbe4e4", "#c9494b"),
    "service": ("#e6eefb", "#3f6fc4"),
    "echange": ("#e4f3f3", "#2b8c8c"),
    "confiance": ("#efe8f7", "#7d55ad"),
    "metier": ("#e8f4e6", "#4d9446"),
    "socle": ("#eceef1", "#6b7280"),
}
FAMILIES: Final = {
    "usage": "usages",
    "facade": "façade",
    "service": "services nationaux",
    "echange": "documents",
    "confiance": "confiance et traces",
    "metier": "notions du métier",
    "socle": "mécanique",
}
WIDTH, MARGIN, TOP, ROW, GAP, GUTTER = 1080, 28, 92, 56, 12, 76
SANS: Final = "font-family=\"'Source Sans 3','Segoe UI',Helvetica,Arial,sans-serif\""
MONO: Final = "font-family=\"'JetBrains Mono',Consolas,'DejaVu Sans Mono',monospace\""
CHARACTER: Final = 6.4  # width of a caption character, in points, at the size used


def layers() -> list[list[str]]:
    """Read the rows of the contract, from the top; rooms still to come are left out."""
    settings = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    rows = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    named = [[room.strip() for room in row.split("|")] for row in rows]
    present = [[room for room in row if not room.startswith("(")] for row in named]
    return [row for row in present if row]


def caption_lines(caption: str, width: float) -> list[str]:
    """Break a caption so that it fits in ``width``."""
    lines = [""]
    for word in caption.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) * CHARACTER > width and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def text(x: float, y: float, content: str, *, size: int, colour: str, font: str = SANS, more: str = "") -> str:
    """Write one line of text."""
    escaped = escape(content, quote=False)
    return f'<text x="{x:.0f}" y="{y:.1f}" {font} font-size="{size}" fill="{colour}"{more}>{escaped}</text>'


def room(name: str, left: float, top: float, width: float) -> list[str]:
    """Draw one room: its name, then what it holds."""
    caption, family = CAPTIONS[name]
    fill, stroke = COLOURS[family]
    name_width = len(name) * 9.2 + 30
    lines = caption_lines(caption, width - name_width - 14)
    middle = top + ROW / 2
    first = middle + 4.5 - (len(lines) - 1) * 8
    return [
        f'<g data-room="{name}">',
        f'<rect x="{left:.0f}" y="{top}" width="{width:.0f}" height="{ROW}" rx="8" fill="{fill}" stroke="{stroke}"/>',
        f'<rect x="{left:.0f}" y="{top + 8}" width="4" height="{ROW - 16}" rx="2" fill="{stroke}"/>',
        text(left + 16, middle + 5, name, size=15, colour="#1f2937", font=MONO, more=' font-weight="700"'),
        *(text(left + name_width, first + 16 * i, part, size=13, colour="#374151") for i, part in enumerate(lines)),
        "</g>",
    ]


def frame(height: int, bottom: int) -> list[str]:
    """Draw what stands around the rooms: title, rule, arrow."""
    axis = MARGIN + 22
    rule = "Une pièce n’importe que celles du dessous ; deux voisines d’une même ligne ne se voient pas."
    upright = f' text-anchor="middle" transform="translate({axis + 22} {(TOP + bottom) // 2}) rotate(-90)"'
    return [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
            'aria-labelledby="titre resume">'
        ),
        '<title id="titre">Les pièces de segur-socles</title>',
        f'<desc id="resume">{rule}</desc>',
        f'<rect width="{WIDTH}" height="{height}" rx="14" fill="#ffffff"/>',
        text(MARGIN, 44, "Les pièces de segur-socles", size=22, colour="#111827", more=' font-weight="700"'),
        text(MARGIN, 68, f"{rule} La règle est vérifiée par « make lint ».", size=14, colour="#4b5563"),
        f'<line x1="{axis}" y1="{TOP + 4}" x2="{axis}" y2="{bottom - 12}" stroke="#9ca3af" stroke-width="2"/>',
        f'<path d="M{axis - 6} {bottom - 14} L{axis} {bottom - 2} L{axis + 6} {bottom - 14} Z" fill="#9ca3af"/>',
        text(0, 0, "sens des imports", size=13, colour="#6b7280", more=upright),
    ]


def legend(left: float, top: int) -> list[str]:
    """Draw the key of the colours."""
    parts: list[str] = []
    for family, label in FAMILIES.items():
        fill, stroke = COLOURS[family]
        parts += [
            f'<rect x="{left:.0f}" y="{top}" width="14" height="14" rx="3" fill="{fill}" stroke="{stroke}"/>',
            text(left + 20, top + 12, label, size=13, colour="#374151"),
        ]
        left += 48 + len(label) * 7.2
    return parts


def drawing() -> str:
    """Draw the whole picture."""
    rows = layers()
    bottom = TOP + len(rows) * (ROW + GAP) - GAP
    left, inner = MARGIN + GUTTER, WIDTH - 2 * MARGIN - GUTTER
    parts = frame(bottom + 64, bottom)
    for number, row in enumerate(rows):
        width = (inner - GAP * (len(row) - 1)) / len(row)
        for column, name in enumerate(row):
            parts += room(name, left + column * (width + GAP), TOP + number * (ROW + GAP), width)
    return "\n".join([*parts, *legend(left, bottom + 24), "</svg>"]) + "\n"


if __name__ == "__main__":
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text(drawing(), encoding="utf-8")
    sys.stdout.write(f"{PICTURE.relative_to(PROJECT)}\n")
