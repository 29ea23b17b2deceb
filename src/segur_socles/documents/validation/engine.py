"""Runs stylesheets, with the one processor that knows XPath 3: saxonche, imported when it is needed.

The processor may only be used by the thread that made it, so it has one of its own; what callers see is thread-safe.
It reads files of this machine only.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from segur_socles.errors import ConfigurationError

__all__ = ["Engine", "engine_version"]

_REMEDE: Final = "installer le complément : pip install 'segur-socles[validation]'"


def engine_version() -> str:
    """Version of the processor. Raises :class:`ConfigurationError` when it is not installed."""
    return str(_saxonche().__version__)


def _saxonche() -> Any:
    try:
        import saxonche  # the extra [validation], heavy
    except ImportError:
        pass
    else:
        return saxonche
    message = "Les règles officielles demandent le moteur XSLT saxonche, qui n'est pas installé."
    raise ConfigurationError(message, champ="validation", remede=_REMEDE)


class Engine:
    """Compiles stylesheets and runs them over documents.

    Raises :class:`ConfigurationError` when the extra ``[validation]`` is not installed.
    """

    def __init__(self) -> None:
        self._saxonche = _saxonche()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="segur-validation")
        self._processor = self._thread.submit(self._make).result()

    def _make(self) -> Any:
        processor = self._saxonche.PySaxonProcessor(license=False)
        processor.set_configuration_property("http://saxon.sf.net/feature/allowedProtocols", "file")
        return processor

    def compile(self, stylesheet: str) -> Any:
        """Prepare a stylesheet. Raises :class:`ConfigurationError`."""
        return self._thread.submit(self._compile, stylesheet).result()

    def _compile(self, stylesheet: str) -> Any:
        try:
            return self._processor.new_xslt30_processor().compile_stylesheet(stylesheet_text=stylesheet)
        except self._saxonche.PySaxonApiError:
            pass
        # Raised outside the handler: the processor's error may quote what it read.
        raise _refused()

    def document(self, xml: str) -> Any:
        """Load a document, already judged harmless. Raises :class:`ConfigurationError`."""
        return self._thread.submit(self._document, xml).result()

    def _document(self, xml: str) -> Any:
        try:
            return self._processor.parse_xml(xml_text=xml)
        except self._saxonche.PySaxonApiError:
            pass
        raise _refused()

    def run(self, executable: Any, document: Any) -> str:
        """Run a stylesheet over a document. Raises :class:`ConfigurationError`."""
        return self._thread.submit(self._run, executable, document).result()

    def _run(self, executable: Any, document: Any) -> str:
        try:
            return str(executable.transform_to_string(xdm_node=document))
        except self._saxonche.PySaxonApiError:
            pass
        raise _refused()


def _refused() -> ConfigurationError:
    message = "Les règles du kit ne peuvent pas être exécutées par le moteur XSLT."
    return ConfigurationError(message, champ="kit", remede="vérifier que le kit est complet et n'a pas été modifié")
