"""Small Excel workbooks for tests, written as the XML they are, so that every oddity can be put into one."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from string import ascii_uppercase
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
DAY_STYLE = 1
EPOCHS = {False: date(1899, 12, 30), True: date(1904, 1, 1)}

Cell = str | float | bool | date | None
Rows = Sequence[Sequence[Cell]]


def workbook(
    sheets: Mapping[str, Rows], *, hidden: Sequence[str] = (), from_1904: bool = False, merged: Sequence[str] = ()
) -> bytes:
    """The bytes of an .xlsx file."""
    states = {name: ' state="hidden"' if name in hidden else "" for name in sheets}
    listed = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"{states[name]}/>' for n, name in enumerate(sheets, start=1)
    )
    targets = "".join(
        f'<Relationship Id="r{n}" Type="{OFFICE}/worksheet" Target="worksheets/s{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    styles = f'<Relationship Id="st" Type="{OFFICE}/styles" Target="styles.xml"/>'
    start = f'<Relationship Id="wb" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    files = {
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}">{start}</Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><workbookPr date1904="{int(from_1904)}"/>'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{targets}{styles}</Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/>'
        "</cellXfs></styleSheet>",
    }
    ranges = "".join(f'<mergeCell ref="{each}"/>' for each in merged)
    merges = f"<mergeCells>{ranges}</mergeCells>" if merged else ""
    for number, rows in enumerate(sheets.values(), start=1):
        lines = "".join(_row(at, row, from_1904=from_1904) for at, row in enumerate(rows, start=1))
        files[f"xl/worksheets/s{number}.xml"] = (
            f'<worksheet xmlns="{MAIN}"><sheetData>{lines}</sheetData>{merges}</worksheet>'
        )
    return packed(files)


def packed(files: Mapping[str, str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def _row(at: int, row: Sequence[Cell], *, from_1904: bool) -> str:
    cells = "".join(_cell(f"{ascii_uppercase[n]}{at}", cell, from_1904=from_1904) for n, cell in enumerate(row))
    return f'<row r="{at}">{cells}</row>'


def _cell(place: str, cell: Cell, *, from_1904: bool) -> str:
    match cell:
        case None:
            return f'<c r="{place}" s="{DAY_STYLE}"/>'
        case bool():
            return f'<c r="{place}" t="b"><v>{int(cell)}</v></c>'
        case date():
            return f'<c r="{place}" s="{DAY_STYLE}"><v>{(cell - EPOCHS[from_1904]).days}</v></c>'
        case str():
            return f'<c r="{place}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
        case number:
            return f'<c r="{place}"><v>{number}</v></c>'
