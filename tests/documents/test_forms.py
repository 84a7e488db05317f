"""Files that are no text: what they are is told, and not which byte of them is odd."""

import io
import zipfile

import pytest

import peelrules
from peelrules.documents.tables import batches

EDITOR = "write the text with a plain text editor"


def zipped(*names):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, "<xml/>")
    return stream.getvalue()


FORMS = {
    "Word": (zipped("[Content_Types].xml", "word/document.xml"), f"this is a Word document; {EDITOR}"),
    "PowerPoint": (zipped("ppt/presentation.xml"), f"this is a PowerPoint presentation; {EDITOR}"),
    "Excel": (zipped("xl/workbook.xml"), "this is an Excel workbook; give it a name that ends in `.xlsx`"),
    "OpenDocument": (
        zipped("mimetype", "content.xml"),
        "this is an OpenDocument file; give it a name that ends in `.ods` if it is a spreadsheet",
    ),
    "a zip archive": (zipped("evidence.yaml"), "this is packed; unpack it first"),
    "half a zip archive": (zipped("word/document.xml")[:40], "this is packed; unpack it first"),
    "gzip": (b"\x1f\x8b\x08\x00", "this is packed; unpack it first"),
    "older Word": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "this is a file of an older Office program, or one with a password; save it in a newer form",
    ),
    "PDF": (b"%PDF-1.7\n%\xe2\xe3\n", f"this is a PDF; {EDITOR}"),
    "rich text": (rb"{\rtf1\ansi Calls}", f"this is rich text; {EDITOR}"),
    "Parquet": (b"PAR1\x15\x04", "this is a Parquet table; give it a name that ends in `.parquet`"),
    "UTF-16": (
        "force: Anyshire".encode("utf-16"),
        "this is UTF-16, which some programs call Unicode; save the file in the encoding UTF-8",
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_evidence_that_is_no_text_is_told_what_it_is(tmp_path, rulebook, form):
    content, message = FORMS[form]
    file = tmp_path / "evidence.yaml"
    file.write_bytes(content)
    with pytest.raises(peelrules.DocumentError) as caught:
        peelrules.load_evidence(file, rulebook)
    assert str(caught.value) == f"{file}: {message}"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("ending", ["csv", "ndjson"])
def test_a_table_that_is_no_text_is_told_what_it_is(tmp_path, rulebook, form, ending):
    content, message = FORMS[form]
    file = tmp_path / f"findings.{ending}"
    file.write_bytes(content)
    [batch] = batches([file], rulebook)
    assert list(map(str, batch.problems)) == [f"{file}: {message}"]
