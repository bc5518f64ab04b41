"""Every kind of attached file, built here, comes back as rows and text; hostile ones cost nothing."""

import base64
import io
import resource
import struct
import time
import zipfile
import zlib
from email.message import EmailMessage

import openpyxl
import pytest

from triage.core.message import Attachment
from triage.mail.attachments import Budget, _cleaned, read
from triage.mail.parse import parse
from triage.mail.parts import File

ROWS = (("CNPJ", "27.080.571/0001-30"), ("Razão Social", "Secretaria de Estado da Educação"), ("Motivo",))
XML = '<?xml version="1.0" encoding="UTF-8"?>'
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
OFFICE = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)
# A workbook of the format before 2007, as xlwt wrote it: five rows, and a hidden second sheet.
OLD_EXCEL = zlib.decompress(
    base64.b85decode(
        b"c-rk)OGs2v82-"
        b"+^cOHt5(KOINMCfIvGfC)1Cu>xQG&On>)b&A%!%R$5V2iSB7A=CHRnbPUMH{P44{A}n7J;FQAP9W4YZVl<P;dYL&z(}6$bk}!`(4g|&iT*xpL6"
        b"ax|M~CZ?L@)!=%dmZtUx1lELvG`FVQJVS*eN-)NWZ^OyyommV<SLEH7=O+lA-"
        b"3Z#=w*yx%j>@X&Zg5}2iQ5@*pKjr5hTA@<4~OvQ6(PzL#)hP#yVP$Kgx6xkzkgUAQMeIas>Xl{sXAnvp}fr(&yWxegk$FvG*%Ok1qL~P!RCV*n"
        b"RW<S1sQzf}BG{pwY@H%TKGjcEn+S1m(NMDTW`M8H{AQY-;YpXd<m_`w8_ZYrf<-"
        b"nKJxqeyh=+{=SK>BaX^`778y|jrd^|v$w7>0FPu`?$qGItuuaNH6N_YXw+%>+66kej{3je|Ys!*O#ST@tQ25qV#G$NoZKS6#Kg-"
        b"e0}DE>Pq5`vW^`{Vw1D_dxj(GaQW(H)O`SIu$!J7p3Z<=FnlPh6m2Y&1`-"
        b"^NI>x|3n;mA%yLNfB45e{a@c${{`~#VlWpA{!Be6cmKh}<HJkaqVBrc|ka3>0xI{9yQsfSiSEbiYQZ5x)L`=%JbQIf#mJ#7xlh!RXPOV@nxOGW"
        b"+8<i8EI-iy$=7QU)Jl;BUv1t5Va1<5v=<6kWzD7``s??p^jAy}AuI!-nL1f7<0m`fS?73U^^E4j|d?X14B9k><9cA-X8om-f_o&mFDB)Acn+^1"
        b"QY+@TNjg2NYI>}2~w!H)Tb&rgpr{U|uH*CHRzPAgLn(&P@d_(vy`yLGGpLf1dE5u_SoI>(Xtc9PbA9B6=iAw7yp46%$-"
        b"Ksip;J|?c2M!$k5z2m<){`Fs@(RbVVjlay&H|-H=QqiJi!Maziqj`$Ga{77FqD!1Y=ldt`ckX3N&PQm9Hr4?7(}<sV=!a?rB`XS^nO-"
        b"t==*y|DAVy5GnwZ<9{)R~Y!#g"
    )
)


def attached(data: bytes, name: str, kind: str = "application/octet-stream") -> tuple[Attachment, ...]:
    """What the parser makes of one attached file."""
    mail = EmailMessage()
    mail["From"] = "ana@sedu.es.gov.br"
    mail.set_content("Segue a folhinha.")
    main, _, sub = kind.partition("/")
    mail.add_attachment(data, maintype=main, subtype=sub, filename=name)
    message = parse(mail.as_bytes())
    assert message.body.own == "Segue a folhinha."
    return message.attachments


def one(data: bytes, name: str, kind: str = "application/octet-stream") -> Attachment:
    """The only attachment."""
    (attachment,) = attached(data, name, kind)
    return attachment


def zipped(members: dict[str, str | bytes]) -> bytes:
    """A zip of these members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def xlsx(rows: list[list[object]]) -> bytes:
    """A workbook with one sheet."""
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def docx(body: str, **parts: str) -> bytes:
    """A Word document of this body."""
    members: dict[str, str | bytes] = {
        "word/document.xml": f"{XML}<w:document {WORD}><w:body>{body}</w:body></w:document>"
    }
    members |= {f"word/{name}.xml": f"{XML}<w:hdr {WORD}>{content}</w:hdr>" for name, content in parts.items()}
    return zipped({"[Content_Types].xml": "<Types/>", **members})


def paragraph(text: str) -> str:
    """A Word paragraph whose text is cut into two runs, as Word does."""
    return f"<w:p><w:r><w:t>{text[:3]}</w:t></w:r><w:r><w:t>{text[3:]}</w:t></w:r></w:p>"


def word_table(rows: tuple[tuple[str, ...], ...]) -> str:
    """A Word table of these rows."""
    cells = ["".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) for row in rows]
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


def ods(rows: str) -> bytes:
    """An OpenDocument sheet of these row elements."""
    table = f"<office:body><office:spreadsheet><table:table>{rows}</table:table></office:spreadsheet></office:body>"
    content = f"{XML}<office:document-content {OFFICE}>{table}</office:document-content>"
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return zipped({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": "<m/>"})


def ods_row(*cells: str) -> str:
    """One row element."""
    inner = "".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in cells)
    return f"<table:table-row>{inner}</table:table-row>"


def pdf(content: str, extra: str = "") -> bytes:
    """A one-page PDF with this content stream; `extra` holds more entries of the catalog."""
    stream = content.encode("cp1252")
    font = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
    objects = [
        f"<</Type/Catalog/Pages 2 0 R{extra}>>".encode(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Annots[6 0 R]"
        b"/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        font.encode(),
        b"<</Type/Annot/Subtype/Widget/FT/Tx/T(cnpj)/TU(CNPJ)/V(27.080.571/0001-30)/Rect[9 9 99 29]/P 3 0 R>>",
    ]
    output = b"%PDF-1.4\n"
    offsets = []
    for number, item in enumerate(objects, 1):
        offsets.append(len(output))
        output += b"%d 0 obj\n%s\nendobj\n" % (number, item)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(output))
    return output + b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table) + trailer


def tnef(name: str, data: bytes) -> bytes:
    """A minimal winmail.dat carrying one file."""

    def attribute(level: int, kind: int, value: bytes) -> bytes:
        return struct.pack("<BII", level, kind, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)

    return (
        struct.pack("<IH", 0x223E9F78, 1)
        + attribute(1, 0x00089006, struct.pack("<I", 0x00010000))
        + attribute(2, 0x00069002, struct.pack("<HIHHI", 1, 0xFFFFFFFF, 0, 0, 0))
        + attribute(2, 0x00018010, name.encode("cp1252") + b"\0")
        + attribute(2, 0x0006800F, data)
    )


def container(streams: dict[str, bytes]) -> bytes:
    """An OLE container of these streams, each padded past the size of the mini stream."""
    data = b""
    chain: list[int] = []
    entries = [("Root Entry", 5, 0xFFFFFFFE, 0)]
    for name, content in streams.items():
        content = content.ljust(4_096 + 512, b"\0")
        content += b"\0" * (-len(content) % 512)
        entries.append((name, 2, 2 + len(chain), len(content)))
        sectors = len(content) // 512
        chain += [*range(3 + len(chain), 2 + len(chain) + sectors), 0xFFFFFFFE]
        data += content
    directory = b""
    for index, (name, kind, start, size) in enumerate(entries):
        label = name.encode("utf-16-le") + b"\0\0"
        child = 1 if kind == 5 else 0xFFFFFFFF
        right = index + 1 if 0 < index < len(entries) - 1 else 0xFFFFFFFF
        head = label.ljust(64, b"\0") + struct.pack("<HBBIII", len(label), kind, 1, 0xFFFFFFFF, right, child)
        directory += head.ljust(116, b"\0") + struct.pack("<III", start, size, 0)
    allocation = struct.pack(f"<{2 + len(chain)}I", 0xFFFFFFFD, 0xFFFFFFFE, *chain).ljust(512, b"\xff")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    header = header.ljust(44, b"\0") + struct.pack("<IIIIIIIII", 1, 1, 0, 4_096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0)
    return header.ljust(512, b"\xff") + allocation + directory.ljust(512, b"\0") + data


def doc(text: str, *, encrypted: bool = False) -> bytes:
    """A Word 97 document: the first half of its text as cp1252, the second as UTF-16."""
    half = len(text) // 2
    first, second = text[:half].encode("cp1252"), text[half:].encode("utf-16-le")
    pieces = struct.pack("<3I", 0, half, len(text))
    pieces += struct.pack("<HIH", 0, (1_024 * 2) | 0x40000000, 0) + struct.pack("<HIH", 0, 2_048, 0)
    clx = b"\x01" + struct.pack("<H", 3) + b"xyz" + b"\x02" + struct.pack("<I", len(pieces)) + pieces
    stream = bytearray(4_096)
    struct.pack_into("<H8xH", stream, 0, 0xA5EC, 0x0200 | (0x0100 if encrypted else 0))
    struct.pack_into("<II", stream, 0x01A2, 64, len(clx))
    stream[1_024 : 1_024 + len(first)] = first
    stream[2_048 : 2_048 + len(second)] = second
    return container({"WordDocument": bytes(stream), "1Table": b"\0" * 64 + clx})


def test_doc_tables_are_rows_and_paragraphs_are_text() -> None:
    """Word before 2007, which offices still send forms in; field codes are not text."""
    text = "Folhinha\rCNPJ\x0727.080\x07\x07Órgão\x07Secretaria\rda Educação\x07\x07Motivo\x07\x07\x07"
    attachment = one(doc(text + "Vitória, \x13 DATE \x143 de agosto\x15\r"), "Folhinha.doc", "application/msword")
    assert attachment.rows == (("CNPJ", "27.080"), ("Órgão", "Secretaria da Educação"), ("Motivo",))
    assert attachment.text == "Folhinha\nVitória, 3 de agosto"
    assert one(doc("x", encrypted=True), "a.doc").problem == "encrypted"


def test_xlsx_cells_are_rows_as_a_reader_would_type_them() -> None:
    """Numbers without a tail, decimals with a comma, empty rows left out."""
    attachment = one(xlsx([*map(list, ROWS), [], ["Linha", 2736361234, 1234.56, True]]), "Folhinha.xlsx")
    assert attachment.rows == (*ROWS, ("Linha", "2736361234", "1234,56", "sim"))
    assert attachment.problem == ""
    assert attachment.filename == "Folhinha.xlsx"


def test_xls_cells_are_rows_and_hidden_sheets_are_not_read() -> None:
    """Excel before 2007."""
    attachment = one(OLD_EXCEL, "Folhinha.xls", "application/vnd.ms-excel")
    assert attachment.rows == (
        ("CNPJ", "27.080.571/0001-30"),
        ("Linha", "2736361234"),
        ("Valor", "1234,56"),
        ("Data", "03/08/2026"),
        ("Órgão", "SEDU"),
    )


@pytest.mark.parametrize("cut", [100, 1_000, 3_000, 5_000])
def test_a_damaged_xls_is_broken_and_no_more(cut: int) -> None:
    """calamine asks for gigabytes here and takes the process down."""
    damaged = OLD_EXCEL[:cut] + b"\xff" * 64 + OLD_EXCEL[cut + 64 :]
    assert one(damaged, "a.xls").problem in ("broken", "unsupported", "")


def test_ods_cells_are_rows() -> None:
    """Repeated cells are repeated, a sheet's million empty rows are not."""
    repeated = (
        '<table:table-row><table:table-cell table:number-columns-repeated="3"><text:p>x</text:p></table:table-cell>'
    )
    rest = (
        '</table:table-row><table:table-row table:number-rows-repeated="1048570"><table:table-cell/></table:table-row>'
    )
    attachment = one(ods("".join(ods_row(*row) for row in ROWS) + repeated + rest), "Folhinha.ods")
    assert attachment.rows == (*ROWS, ("x", "x", "x"))


def test_docx_tables_are_rows_and_paragraphs_are_text() -> None:
    """Letterheads too; deleted text and fallbacks are not read."""
    deleted = "<w:p><w:del><w:r><w:delText>apagado</w:delText></w:r></w:del></w:p>"
    body = paragraph("Folhinha Voice-Net") + word_table(ROWS) + deleted + paragraph("Vitória, 3 de agosto")
    attachment = one(docx(body, header1=paragraph("GOVERNO DO ESTADO")), "Folhinha.docx")
    assert attachment.rows == ROWS
    assert attachment.text == "Folhinha Voice-Net\nVitória, 3 de agosto\nGOVERNO DO ESTADO"


def test_odt_tables_are_rows_and_paragraphs_are_text() -> None:
    """LibreOffice writers."""
    table = "<table:table>" + ods_row("CNPJ", "1") + "</table:table>"
    body = f"<office:body><office:text><text:p>Folhinha</text:p>{table}</office:text></office:body>"
    content = f"{XML}<office:document-content {OFFICE}>{body}</office:document-content>"
    data = zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content})
    attachment = one(data, "a.odt")
    assert (attachment.text, attachment.rows) == ("Folhinha", (("CNPJ", "1"),))


def test_pdf_text_and_columns_are_read() -> None:
    """Words that stand apart on a line are cells."""
    content = "BT /F1 12 Tf 50 700 Td (Razão Social) Tj 200 0 Td (SEDU) Tj -200 -20 Td (Motivo: mudança) Tj ET"
    attachment = one(pdf(content), "Folhinha.pdf", "application/pdf")
    assert "Motivo: mudança" in attachment.text
    assert ("Razão Social", "SEDU") in attachment.rows


def test_pdf_form_fields_are_read() -> None:
    """AcroForm values stand outside the page's text."""
    data = pdf("BT /F1 12 Tf 50 700 Td (Folhinha) Tj ET", "/AcroForm<</Fields[6 0 R]/DA(/F1 12 Tf)>>")
    assert ("CNPJ", "27.080.571/0001-30") in one(data, "f.pdf").rows


def test_rtf_text_is_read() -> None:
    """Escapes, Unicode and cells."""
    rtf = rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}{\*\generator x;}Solicita\'e7\'e3o \u8211? ramal\par CNPJ\cell 1\row}"
    assert one(rtf, "a.rtf").text == "Solicitação – ramal\nCNPJ | 1"


def test_csv_and_txt_are_read() -> None:
    """Excel's semicolons and cp1252."""
    assert one("CNPJ;27.080\nÓrgão;SEDU".encode("cp1252"), "a.csv").rows == (("CNPJ", "27.080"), ("Órgão", "SEDU"))
    assert one("Órgão: SEDU".encode("cp1252"), "a.txt").text == "Órgão: SEDU"


def test_a_form_within_a_zip_is_read() -> None:
    """One level deep; the folder in its name is dropped."""
    package, form = attached(zipped({"../../etc/Folhinha.xlsx": xlsx([["CNPJ", "1"]]), "a.png": b"x"}), "a.zip")
    assert package.problem == ""
    assert (form.filename, form.rows) == ("Folhinha.xlsx", (("CNPJ", "1"),))


def test_a_form_within_winmail_dat_is_read() -> None:
    """zammad#2403: Outlook's own wrapping."""
    (form,) = attached(tnef("Folhinha.xlsx", xlsx([["CNPJ", "1"]])), "winmail.dat", "application/ms-tnef")
    assert (form.filename, form.rows) == ("Folhinha.xlsx", (("CNPJ", "1"),))


def test_a_damaged_winmail_dat_is_listed() -> None:
    """It never vanishes."""
    (file,) = attached(tnef("a.xlsx", b"x" * 100)[:40], "winmail.dat", "application/ms-tnef")
    assert (file.filename, file.problem) == ("winmail.dat", "unsupported")


def test_the_bytes_tell_the_kind_whatever_the_name_says() -> None:
    """A form sent as "folhinha" or with a wrong ending is read all the same."""
    for name in ("folhinha", "folhinha.pdf", "folhinha.doc"):
        assert one(xlsx([["CNPJ", "1"]]), name).rows == (("CNPJ", "1"),)
    assert one(b"\x00\x01", "folhinha.xlsx").problem == "unsupported"
    assert one(b"\x89PNG\r\n\x1a\n\x00", "a.png", "image/png").problem == "unsupported"


def test_an_encrypted_workbook_is_named_so() -> None:
    """Password-protected OOXML comes in an OLE container."""
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600
    assert one(locked, "a.xlsx").problem == "encrypted"


def test_octets_in_file_names_become_letters() -> None:
    """Raw cp1252, RFC 2047 and RFC 2231 names; folders and controls dropped."""
    names = [
        (b'filename="Folhinha instala\xe7\xe3o.pdf"', "Folhinha instalação.pdf"),
        (b'filename="=?utf-8?q?Instala=C3=A7=C3=A3o.pdf?="', "Instalação.pdf"),
        (b"filename*=utf-8''Instala%C3%A7%C3%A3o.pdf", "Instalação.pdf"),
        (b"filename*0*=utf-8''Instala%C3%A7; filename*1*=%C3%A3o.pdf", "Instalação.pdf"),
        (b'filename="C:\\\\x\\\\..\\\\a.pdf"', "a.pdf"),
        (b'filename="a\xe2\x80\xaefdp.exe"', "afdp.exe"),
    ]
    for field, name in names:
        raw = b"From: a@x.br\nContent-Type: application/pdf\nContent-Disposition: attachment; " + field + b"\n\nx"
        assert parse(raw).attachments[0].filename == name


BOMBS = {
    "docx": docx("<w:p>" + "<w:t>" + "a" * 60_000_000 + "</w:t></w:p>"),
    "xlsx far cell": zipped(
        {
            "xl/workbook.xml": "<workbook/>",
            "xl/worksheets/sheet1.xml": '<sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
            '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
        }
    ),
    "ratio": zipped({"word/document.xml": b"a" * 40_000_000}),
    "many members": zipped({f"word/document.xml{n}": b"" for n in range(3_000)}),
    "laughs": zipped(
        {
            "word/document.xml": '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
            f"<w:document {WORD}><w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>"
        }
    ),
    "external entity": zipped(
        {
            "word/document.xml": '<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
            f"<w:document {WORD}><w:body><w:p><w:r><w:t>&a;</w:t></w:r></w:p></w:body></w:document>"
        }
    ),
    "deep": docx("<w:p>" * 5_000 + "</w:p>" * 5_000),
    "ods cells": ods(
        (
            '<table:table-row table:number-rows-repeated="1048576">'
            '<table:table-cell table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell>'
            "</table:table-row>"
        )
        * 50
    ),
    "ods rows": ods(ods_row("x") * 400_000),
    "zip in zip": zipped({"a.zip": zipped({"a.xlsx": b"x"})}),
    "pdf stream": pdf("").replace(b"/Length", b"/Filter/FlateDecode/Length"),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_costs_neither_time_nor_memory(bomb: str) -> None:
    """RELIABILITY D10: within two seconds, memory flat."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begin = time.process_time()
    for attachment in attached(BOMBS[bomb], "a.bin"):
        assert "root:" not in attachment.text
        assert len(attachment.text) + sum(len(cell) for row in attachment.rows for cell in row) < 300_000
    assert time.process_time() - begin < 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150_000


@pytest.mark.parametrize("bomb", ["docx", "xlsx far cell", "ratio", "many members", "deep"])
def test_what_is_over_the_caps_says_so(bomb: str) -> None:
    """The reader of a verdict learns why a form was not read."""
    assert one(BOMBS[bomb], "a.bin").problem == "too-large"


def pages(content: bytes, number: int, filters: int = 2) -> bytes:
    """A PDF of `number` pages that all show the same `content`, deflated several times."""
    for _ in range(filters):
        content = zlib.compress(content, 9)
    kids = b" ".join(b"%d 0 R" % (10 + page) for page in range(number))
    page = b"obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 900 900]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj\n"
    return b"".join(
        [
            b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[",
            b"%b]/Count %d>>endobj\n" % (kids, number),
            *(b"%d 0 " % (10 + index) + page for index in range(number)),
            b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n4 0 obj<</Filter[",
            b"/FlateDecode" * filters + b"]/Length %d>>stream\n" % len(content) + content,
            b"\nendstream endobj\ntrailer<</Root 1 0 R>>",
        ]
    )


SHOWN = b"(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa) Tj "
PDF_BOMBS = {
    "100 MB of nothing": lambda: pages(b"0" * 100_000_000, 1, 5),
    "50 MB of lines": lambda: pages(b"0 0 m 9 9 l S " * 3_500_000, 1),
    "many characters": lambda: pages(b"BT /F 9 Tf " + SHOWN * 100_000 + b"ET", 10),
    "many runs": lambda: pages(b"BT /F 9 Tf " + SHOWN * 4_000 + b"ET", 1),
    "a damaged end": lambda: pages(b"0 0 m 9 9 l S " * 3_500_000, 1).replace(b"\nendstream", b"zz\nendstream"),
    "many streams": lambda: b"%PDF-1.4\n" + (b"stream\n" + zlib.compress(b"a")) * 500_000,
}


@pytest.mark.parametrize("bomb", PDF_BOMBS)
def test_a_small_pdf_cannot_keep_its_reader_busy(bomb: str) -> None:
    """D10: pdfium took hours over some of these, of less than a kilobyte, and cannot be interrupted."""
    data = PDF_BOMBS[bomb]()
    begin = time.process_time()
    (attachment,) = read([File("a.pdf", "application/pdf", data)], Budget())[0]
    assert time.process_time() - begin < 5
    assert (attachment.problem == "too-large") is (bomb != "many runs")


def test_the_guard_before_pdfium_lets_ordinary_files_through() -> None:
    """Pages of text, and an image that inflates to many megabytes."""
    picture = b"stream\n" + zlib.compress(b"\xff\xfe\xfd" * 5_000_000) + b"\nendstream"
    text = pages(b"BT /F 9 Tf 99 99 Td (CNPJ 27.080.571/0001-30) Tj ET", 3, 1)
    (attachment,) = read([File("a.pdf", "application/pdf", text + picture)], Budget())[0]
    assert attachment.text.count("27.080.571/0001-30") == 3


@pytest.mark.parametrize("bomb", ["laughs", "external entity"])
def test_entities_are_refused(bomb: str) -> None:
    """No office program writes a doctype."""
    assert one(BOMBS[bomb], "a.docx").problem == "broken"


def test_a_lie_about_a_members_size_is_found_out() -> None:
    """The declared size is small, the data is not."""
    honest = docx(paragraph("a" * 900_000))
    size = struct.pack("<I", zipfile.ZipFile(io.BytesIO(honest)).getinfo("word/document.xml").file_size)
    attachment = one(honest.replace(size, struct.pack("<I", 500)), "a.docx")
    assert attachment.problem == "broken"


def test_no_more_than_twenty_files_are_opened() -> None:
    """The rest is listed."""
    files = attached(zipped({f"{n}.csv": "a;b" for n in range(12)}), "a.zip")
    mail = EmailMessage()
    mail.set_content("x")
    for number in range(30):
        mail.add_attachment(b"a;b", maintype="text", subtype="csv", filename=f"{number}.csv")
    many = parse(b"From: a@x.br\n" + mail.as_bytes()).attachments
    assert len(files) == 11
    assert [file.problem for file in many] == [""] * 20 + ["too-large"] * 10


def test_a_zip_member_without_a_name_is_passed_over() -> None:
    """zipfile itself stumbles over an empty name."""
    nameless = zipped({"Qbc": b"1", "a.csv": b"a;b"}).replace(b"Qbc", b"\0bc")
    assert attached(nameless, "a.zip")[1].rows == (("a", "b"),)


@pytest.mark.parametrize(
    "unclean", ["Rua  A", "Rua\tA", "Rua\nA", "Rua\xa0A", "Ru\xada A", "Rua\u200b A", "Rua \u2028A"]
)
def test_one_unclean_cell_is_cleaned_whatever_the_others_are(unclean: str) -> None:
    assert _cleaned([("CNPJ", " 27 "), ("", ""), ("Endereço", unclean)]) == (("CNPJ", "27"), ("Endereço", "Rua A"))
