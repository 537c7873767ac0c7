"""An export as files: JSON for programs, HTML for readers, both in one archive. Used by `page` and the commands."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from html import escape
from typing import Any, Final

from memory.model import Export, Section, fact_in_words, fact_label

JSON_NAME: Final = "my-data.json"
HTML_NAME: Final = "my-data.html"
ARCHIVE_NAME: Final = "my-data.zip"

_MACHINE: Final = frozenset({"snapshot", "replaced_dialogue", "original_customer_id", "original_number", "customer_id"})
"""What only programs can read: it is in the JSON, not on the page."""
_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>What is kept about you</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: #1c1c1c }}
h2 {{ margin-top: 2rem }}
dl {{ display: grid; grid-template-columns: minmax(8rem, auto) 1fr; gap: .1rem 1rem; margin: 0 0 1rem }}
dt {{ color: #555 }}
dd {{ margin: 0; overflow-wrap: anywhere; white-space: pre-wrap }}
</style>
</head>
<body>
<main>
<h1>What is kept about you</h1>
<p>As of {made_at}. The same, complete, is in {json_name} for programs.</p>
{sections}
</main>
</body>
</html>
"""


def as_json(export: Export) -> str:
    """Everything, section by section."""
    sections = {section.name: list(section.rows) for section in export.sections}
    return json.dumps({"made_at": export.made_at.isoformat(), **sections}, ensure_ascii=False, indent=2)


def as_html(export: Export) -> str:
    """A page that needs nothing else and calls nobody."""
    made_at = export.made_at.strftime("%-d %B %Y, %H:%M UTC")
    sections = "\n".join(_section(section) for section in export.sections)
    return _PAGE.format(made_at=made_at, json_name=JSON_NAME, sections=sections)


def as_archive(export: Export) -> bytes:
    """Both in a zip file."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as files:
        files.writestr(JSON_NAME, as_json(export))
        files.writestr(HTML_NAME, as_html(export))
    return archive.getvalue()


def _section(section: Section) -> str:
    said = _fact_in_words if section.name == "facts" else dict
    rows = "\n".join(_row(said(row)) for row in section.rows)
    return f"<section>\n<h2>{escape(section.title)}</h2>\n{rows}\n</section>"


def _fact_in_words(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """A fact with its key and value as people read them; the JSON has them as they are kept."""
    key, value = str(row.get("key", "")), str(row.get("value", ""))
    return {**row, "key": fact_label(key), "value": fact_in_words(key, value)}


def _row(row: Mapping[str, Any]) -> str:
    lines = [(name, value) for name, value in row.items() if name not in _MACHINE and value not in ({}, [], "")]
    return "<dl>\n" + "\n".join(f"<dt>{_label(name)}</dt><dd>{_value(value)}</dd>" for name, value in lines) + "\n</dl>"


def _label(name: str) -> str:
    return escape(name.replace("_", " ").capitalize())


def _value(value: Any) -> str:
    return escape(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
