"""The folder of the Agency's conformance kit, as its users download it: read, never trusted to point elsewhere.

The kit is written on Windows and its editions name files differently (``JDV_ProblemCodes_CISIS.xml``, then
``jdv-code-probleme-cisis.xml``): a name is looked for as written, then without case, then in the index of value sets.
"""

from __future__ import annotations

import hashlib
import os
import re
from functools import cached_property
from pathlib import Path
from typing import Final

from lxml import etree

from segur_socles._core.xml import Quota, parse
from segur_socles.errors import ConfigurationError, SegurError

__all__ = ["VALUE_SETS", "Kit", "kit_refused"]

REMEDE: Final = "télécharger le kit de test de contenu CDA du CI-SIS et donner le dossier qui contient « schematrons »"
VALUE_SETS: Final = "jeuxDeValeurs"

_ALIASES: Final = {
    "signesvitaux": "signevital",
    "problemcodes": "codeprobleme",
    "healthstatuscodes": "healthstatuscode",
}
"""Value sets that a later edition renames with other words: older bare name → newer."""


def kit_refused(message: str) -> SegurError:
    """Make the error about a kit that cannot be used."""
    return ConfigurationError(message, champ="kit", remede=REMEDE)


_QUOTA: Final = Quota(max_bytes=32 * 1024 * 1024, max_depth=200, huge=False, refused=kit_refused)


class Kit:
    """A kit of rules on disk.

    Raises :class:`ConfigurationError` for a folder that is not one.
    """

    def __init__(self, folder: Path) -> None:
        self.root = folder.resolve()
        if not (self.root / "schematrons").is_dir():
            raise kit_refused(
                "Le dossier indiqué n'est pas un kit de conformité : il n'a pas de dossier « schematrons »."
            )

    def has(self, *parts: str) -> bool:
        """Whether the kit holds this file."""
        return self._found(self.root.joinpath(*parts)).is_file()

    def path(self, *parts: str) -> Path:
        """Path of a file of the kit."""
        return self._found(self.root.joinpath(*parts))

    def beside(self, base: Path, href: str) -> Path:
        """Path of the file that ``base`` names ``href``; it must lie inside the kit."""
        target = Path(os.path.normpath(base.parent / href))
        if not target.is_relative_to(self.root):
            raise kit_refused(f"Le fichier {base.name} du kit désigne un fichier hors du kit.")
        return self._found(target)

    def read(self, path: Path) -> etree._Element:
        """Parse a file of the kit."""
        try:
            data = path.read_bytes()
        except OSError as error:
            problem = error.strerror or "erreur du système"
        else:
            return parse(data, quota=_QUOTA, what=f"Le fichier {path.name} du kit")
        raise kit_refused(f"Le fichier {path.name} du kit ne peut pas être lu ({problem}).")

    def schema(self, *parts: str) -> etree.XMLSchema:
        """Load an XML schema; what it imports is read by the same parser, without network."""
        path = self.path(*parts)
        tree = self.read(path).getroottree()
        tree.docinfo.URL = str(path)
        try:
            return etree.XMLSchema(tree)
        except etree.XMLSchemaParseError:
            pass
        raise kit_refused(f"Le schéma {path.name} du kit n'est pas utilisable.")

    def value_set(self, base: Path, href: str) -> str:
        """Name a value set as this kit does: ``href`` if the file is there, else the same list under another name."""
        target = self.beside(base, href)
        if not target.is_file():
            other = self._value_sets.get(_bare(target.name)) or self._value_sets.get(_newer(target.name))
            if other is None:
                return href
            target = other
        return Path(os.path.relpath(target, base.parent)).as_posix()

    @cached_property
    def _value_sets(self) -> dict[str, Path]:
        found = sorted((self.root / VALUE_SETS).glob("*.xml"))
        return {_bare(path.name): path for path in found}

    @cached_property
    def digest(self) -> str:
        """Digest of the rules and of the names of value sets: what a translated rule depends on."""
        total = hashlib.sha256()
        for path in sorted((self.root / "schematrons").rglob("*.sch")):
            try:
                content = hashlib.sha256(path.read_bytes()).digest()
            except OSError:
                content = b""
            total.update(path.relative_to(self.root).as_posix().encode() + b"\0" + content)
        for path in self._value_sets.values():
            total.update(path.name.encode() + b"\0")
        return total.hexdigest()

    def _found(self, path: Path) -> Path:
        """Find the file whatever the case of its name."""
        if path.is_file() or not path.parent.is_dir():
            return path
        wanted = path.name.lower()
        return next((p for p in path.parent.iterdir() if p.name.lower() == wanted), path)


def _bare(name: str) -> str:
    """Reduce ``JDV_HL7_Xxx-CISIS.xml`` and ``jdv-hl7-v3-xxx-cisis.xml`` to the same ``hl7xxx``."""
    letters = re.sub(r"[^a-z0-9]", "", name.lower().removesuffix(".xml"))
    return letters.removeprefix("jdv").removesuffix("cisis").replace("hl7v3", "hl7")


def _newer(name: str) -> str:
    return _ALIASES.get(_bare(name), "")
