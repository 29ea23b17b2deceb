"""One Schematron file of the kit, with all that it includes, as one XSLT stylesheet.

ISO Schematron as the kit uses it: includes, phases, abstract patterns and rules, lets, asserts, reports. Each active
pattern is a mode, in which every element is offered to the rules: the first whose context fits takes it.

A message that quotes the document would tell who it is about: only names and constants of the rules are written out.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from lxml import etree

from segur_socles._core.xml import NS
from segur_socles.documents.validation.kit import VALUE_SETS, Kit, kit_refused

__all__ = ["BASE", "translate"]

SCH: Final = "http://purl.oclc.org/dsdl/schematron"
XSL: Final = "http://www.w3.org/1999/XSL/Transform"
BASE: Final = "segur-socles:base"
"""Stands in a stylesheet for the place of its rules, whose relative paths start there."""

_MASK: Final = "…"
_EXPRESSIONS: Final = ("context", "test", "select", "value", "path")
_LITERAL: Final = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_NAME_ONLY: Final = re.compile(r"(?:local-)?name\([^()]*\)|(?:local-name|namespace-uri)-from-QName\(.*@xsi:type.*\)")
_NAME: Final = re.compile(r"(?:[\w.-]+:)?[\w.-]+")
_ERROR_CODE: Final = "{local-name-from-QName($Q{http://www.w3.org/2005/xqt-errors}code)}"
_INLINE: Final = frozenset(f"{{{SCH}}}{name}" for name in ("emph", "span", "dir"))


def _sch(name: str) -> str:
    return f"{{{SCH}}}{name}"


def _xsl(name: str) -> str:
    return f"{{{XSL}}}{name}"


def translate(kit: Kit, path: Path, *, careful: bool = False) -> bytes:
    """Write the stylesheet of one file of rules.

    Its output is ``<constats><c kind role at pattern>message</c>…</constats>``. A rule that cannot be evaluated gives
    ``<constats><echec/></constats>``, unless ``careful``: it is then reported alone, by a longer stylesheet.
    Raises :class:`ConfigurationError` for a file that is not a Schematron schema, or misses a part.
    """
    return _Stylesheet(_Schema(kit, path), careful=careful).write()


class _Schema:
    """A schema whose includes are resolved."""

    def __init__(self, kit: Kit, path: Path) -> None:
        self.name = path.name
        self._kit = kit
        self._base = path
        self.root = self._load(path, ())
        if self.root.tag != _sch("schema"):
            raise kit_refused(f"Le fichier {path.name} du kit n'est pas un schématron.")
        self.phase = self._phase()
        self.models = {p.get("id"): p for p in self.root.iter(_sch("pattern")) if p.get("abstract") == "true"}
        self.abstract_rules: dict[str, etree._Element] = {}
        for rule in self.root.iter(_sch("rule")):
            if rule.get("abstract") == "true":
                self.abstract_rules.setdefault(rule.get("id", ""), rule)

    def _load(self, path: Path, stack: tuple[Path, ...]) -> etree._Element:
        if path in stack:
            raise kit_refused(f"Le fichier {path.name} du kit s'inclut lui-même.")
        root = self._kit.read(path)
        etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)
        for include in list(root.iter(_sch("include"))):
            part = self._load(self._kit.beside(path, include.get("href", "")), (*stack, path))
            part.tail = include.tail
            parent = include.getparent()
            if parent is not None:
                parent.replace(include, part)
        return root

    def _phase(self) -> etree._Element | None:
        wanted = self.root.get("defaultPhase", "#ALL")
        if wanted == "#ALL":
            return None
        for phase in self.root.iter(_sch("phase")):
            if phase.get("id") == wanted:
                return phase
        raise kit_refused(f"Le schématron {self.name} du kit n'a pas la phase qu'il active.")

    def patterns(self) -> Iterator[etree._Element]:
        """Give the active patterns, abstract ones filled in."""
        active = None if self.phase is None else {a.get("pattern") for a in self.phase.iter(_sch("active"))}
        for pattern in self.root.iter(_sch("pattern")):
            if pattern.get("abstract") == "true" or not (active is None or pattern.get("id") in active):
                continue
            yield self._filled(pattern) if pattern.get("is-a") else pattern

    def _filled(self, pattern: etree._Element) -> etree._Element:
        model = self.models.get(pattern.get("is-a"))
        if model is None:
            raise kit_refused(f"Le schématron {self.name} du kit se réfère à un modèle de règles absent.")
        given = {p.get("name", ""): p.get("value", "") for p in pattern.iter(_sch("param"))}
        names = "|".join(re.escape(name) for name in sorted(given, key=len, reverse=True))
        parameter = re.compile(rf"\$({names})(?!\w)") if names else re.compile("(?!)")

        def fill(text: str) -> str:
            return parameter.sub(lambda found: given[found[1]], text)

        filled = copy.deepcopy(model)
        filled.set("id", pattern.get("id") or f"{pattern.get('is-a')}")
        for node in filled.iter():
            for name in _EXPRESSIONS:
                if (value := node.get(name)) is not None:
                    node.set(name, fill(value))
            node.text, node.tail = fill(node.text or ""), fill(node.tail or "")
        return filled

    def abstract(self, name: str | None) -> etree._Element:
        rule = self.abstract_rules.get(name or "")
        if rule is None:
            raise kit_refused(f"Le schématron {self.name} du kit se réfère à une règle absente.")
        return rule

    def value_sets_of(self, expression: str) -> str:
        """Name in an expression the value sets as this kit does."""

        def found(literal: re.Match[str]) -> str:
            href = literal[1] or literal[2] or ""
            if VALUE_SETS not in href or not href.endswith(".xml"):
                return literal[0]
            return f"'{self._kit.value_set(self._base, href)}'"

        return _LITERAL.sub(found, expression)


class _Stylesheet:
    """The stylesheet of a schema, being written."""

    def __init__(self, schema: _Schema, *, careful: bool) -> None:
        self._schema = schema
        self._careful = careful
        self._constants: dict[str, str] = {}
        self._globals: set[str] = set()
        self._templates: dict[str, str] = {}
        prefixes = {ns.get("prefix"): ns.get("uri") for ns in schema.root.iter(_sch("ns"))}
        known = {
            "xsl": XSL,
            "xs": "http://www.w3.org/2001/XMLSchema",
            "xsi": "http://www.w3.org/2001/XMLSchema-instance",
        }
        nsmap = {**known, **{str(p): str(uri) for p, uri in prefixes.items() if p and uri and p != "xml"}}
        self._sheet = etree.Element(_xsl("stylesheet"), attrib={"version": "3.0"}, nsmap=nsmap)
        self._sheet.set(f"{{{NS['xml']}}}base", BASE)
        self._sheet.set("exclude-result-prefixes", "#all")

    def write(self) -> bytes:
        patterns = list(self._schema.patterns())
        phase = [] if self._schema.phase is None else [self._schema.phase]
        for owner in (self._schema.root, *phase, *patterns):
            for let in owner.findall(_sch("let")):
                if (name := let.get("name", "")) not in self._globals:
                    self._globals.add(name)
                    self._let(let, self._sheet)
        main = _add(self._sheet, "template", match="/")
        # Whatever fails is caught: what the processor would print of it quotes the document.
        attempt = _add(etree.SubElement(main, "constats"), "try")
        etree.SubElement(_add(attempt, "catch", errors="*"), "echec")
        report = etree.Element(_xsl("sequence"))
        _add(report, "variable", name="segur-elements", select="(/, //*)")
        _add(report, "variable", name="segur-noeuds", select="//@*, //text(), //comment(), //processing-instruction()")
        for number, pattern in enumerate(patterns):
            rules = [r for r in pattern.findall(_sch("rule")) if r.get("abstract") != "true"]
            self._pattern(f"m{number}", pattern.get("id") or f"motif-{number}", rules, report)
        for position, instruction in enumerate(list(report)):
            attempt.insert(position, instruction)  # the catch comes last
        return etree.tostring(self._sheet, encoding="UTF-8")

    def _pattern(self, mode: str, name: str, rules: Sequence[etree._Element], report: etree._Element) -> None:
        if not rules:
            return
        # Every node is offered to the mode by itself: no walk, hence no recursion as deep as the document.
        _add(self._sheet, "mode", name=mode, **{"on-no-match": "deep-skip"})
        _add(report, "apply-templates", select=_offered([rule.get("context", "") for rule in rules]), mode=mode)
        # The processor would go from the document node on to its children, which have been offered already.
        _add(self._sheet, "template", match="/", mode=mode, priority="0")
        for rank, rule in enumerate(rules):
            priority = str(len(rules) - rank)  # the first rule whose context fits takes the node
            template = _add(self._sheet, "template", match=rule.get("context", ""), mode=mode, priority=priority)
            self._rule(rule, name, template)

    def _rule(self, rule: etree._Element, pattern: str, out: etree._Element, inlined: tuple[str, ...] = ()) -> None:
        used = " ".join(v for node in rule.iter() for k in _EXPRESSIONS if (v := node.get(k)))
        for child in rule:
            if child.tag == _sch("let"):
                self._let(child, out)
            elif child.tag in (_sch("assert"), _sch("report")):
                self._check(child, pattern, out)
            elif child.tag == _sch("extends") and (name := child.get("rule", "")) not in inlined:
                # Shared by all its users, except by one that reads its variables: they live where they are set.
                if any(re.search(rf"\${re.escape(let)}(?![\w.-])", used) for let in self._lets(name)):
                    self._rule(self._schema.abstract(name), pattern, out, (*inlined, name))
                else:
                    _add(out, "call-template", name=self._shared(name))

    def _lets(self, name: str, seen: frozenset[str] = frozenset()) -> set[str]:
        if name in seen:
            return set()
        rule = self._schema.abstract(name)
        lets = {let.get("name", "") for let in rule.findall(_sch("let"))}
        return lets.union(*(self._lets(e.get("rule", ""), seen | {name}) for e in rule.findall(_sch("extends"))))

    def _shared(self, name: str) -> str:
        if name not in self._templates:
            self._templates[name] = f"r{len(self._templates)}"
            template = _add(self._sheet, "template", name=self._templates[name])
            self._rule(self._schema.abstract(name), name, template, (name,))
        return self._templates[name]

    def _let(self, let: etree._Element, out: etree._Element) -> None:
        name, value = let.get("name", ""), let.get("value")
        variable = _add(out, "variable", name=name)
        if value is None:
            variable.extend(copy.deepcopy(list(let)))
            return
        value = self._schema.value_sets_of(value)
        variable.set("select", value)
        if constant := _LITERAL.fullmatch(value.strip()):
            self._constants[name] = constant[1] or constant[2] or ""

    def _check(self, check: etree._Element, pattern: str, out: etree._Element) -> None:
        kind, test = etree.QName(check).localname, check.get("test", "")
        if self._careful:
            attempt = _add(out, "try")
            out = attempt
        broken = _add(out, "if", test=f"not({test})" if kind == "assert" else test)
        found = _finding(broken, kind, check.get("role", ""), pattern)
        self._message(check, found)
        if self._careful:
            caught = _add(out, "catch", errors="*")
            failed = _finding(caught, "erreur", _ERROR_CODE, pattern)
            failed.text = "règle impossible à évaluer"

    def _message(self, node: etree._Element, out: etree._Element) -> None:
        _text(out, node.text)
        for child in node:
            if child.tag == _sch("value-of"):
                self._quoted(child.get("select", ""), out)
            elif child.tag == _sch("name"):
                _add(out, "value-of", select=f"name({child.get('path', '.')})")
            else:
                if child.tag not in _INLINE:
                    _text(out, f"<{etree.QName(child).localname}>")
                self._message(child, out)
            _text(out, child.tail)

    def _quoted(self, select: str, out: etree._Element) -> None:
        select = select.strip()
        if constant := _LITERAL.fullmatch(select):
            _text(out, constant[1] or constant[2])
        elif select.startswith("$") and select[1:] in self._constants:
            _text(out, self._constants[select[1:]])
        elif _NAME_ONLY.fullmatch(select):
            _add(out, "value-of", select=select)
        else:
            _text(out, _MASK)


def _add(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, _xsl(tag), attributes)


def _text(out: etree._Element, text: str | None) -> None:
    if text:
        _add(out, "text").text = text


def _finding(parent: etree._Element, kind: str, role: str, pattern: str) -> etree._Element:
    """Open a finding; the braces of a literal attribute are doubled, those of an expression are not."""
    literal = {"kind": kind, "pattern": re.sub(r"([{}])", r"\1\1", pattern), "at": "{path(.)}", "role": role}
    return etree.SubElement(parent, "c", literal)


def _offered(contexts: Sequence[str]) -> str:
    """Select the nodes that contexts may fit: elements by name where every context ends with one, else all of them."""
    steps: list[str] = []
    for context in contexts:
        bare = re.sub(r"'[^']*'|\"[^\"]*\"", "", context)
        while bare != (shorter := re.sub(r"\[[^\[\]]*\]", "", bare)):
            bare = shorter
        if "@" in bare or "(" in bare or "attribute::" in bare:
            return "$segur-elements, $segur-noeuds"
        steps += [path.rpartition("/")[2].strip() for path in bare.split("|")]
    if all(_NAME.fullmatch(step) for step in steps):
        return " | ".join(f"//{step}" for step in dict.fromkeys(steps))
    return "$segur-elements"
