"""Front door: the bulletin of a month from its sealed return, for one audience, in both languages, as HTML and PDF."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sql.acting import acting_as
from submission.bulletin.evidence import evidence_of
from submission.bulletin.page import file_name, rendered
from submission.bulletin.pdf import NoPrinter, pdf_of
from vocabulary.errors import Fault
from vocabulary.months import asked_month
from vocabulary.page_words import LOCALES
from vocabulary.runs import private_folder, write_private
from vocabulary.settings import Settings

PUBLIC = "public"
AUDIENCES = (PUBLIC, "other_units")


@dataclass(frozen=True)
class Published:
    """What was written, by locale. `faults`: why there is no PDF, where there is none."""

    return_id: str
    folder: Path
    pages: dict[str, Path]
    pdfs: dict[str, Path]
    faults: tuple[Fault, ...]


@acting_as("submission")
def publish(month: str, audience: str = PUBLIC, settings: Settings | None = None) -> Published:
    """Write the bulletin of `2026-10` under `$HEDUI_HOME/bulletins/<return>/<audience>`; what it shows is entered in the ledger of releases first.

    Raises ConfigurationError for a month that is none; GateRefused where no return of it is sealed, or the sealed one was changed.
    """
    settings = settings or Settings.from_environment()
    told = evidence_of(settings, asked_month(month), audience)
    folder = private_folder(settings.home / "bulletins" / told.return_id / audience)
    pages = {locale: write_private(folder / file_name(locale), rendered(told, locale)) for locale in LOCALES}
    pdfs: dict[str, Path] = {}
    try:
        for locale in LOCALES:
            pdfs[locale] = write_private(folder / file_name(locale, "pdf"), pdf_of(rendered(told, locale, for_print=True)))
    except NoPrinter:
        return Published(told.return_id, folder, pages, {}, (Fault("bulletin.no_pdf", folder.name),))
    return Published(told.return_id, folder, pages, pdfs, ())
