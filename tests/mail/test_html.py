"""HTML to text: what a reader sees, and nothing that was hidden from him."""

import time

import pytest

from triage.mail.body import split
from triage.mail.html import to_text
from triage.mail.parse import parse


def mail(html: str, headers: str = "Subject: Re: x\nIn-Reply-To: <1@x>") -> bytes:
    """A message with an HTML body only."""
    return f"From: ana@sedu.es.gov.br\n{headers}\nContent-Type: text/html; charset=utf-8\n\n{html}".encode()


def test_lines_lists_and_links_are_kept() -> None:
    """Each paragraph, break and item is a line; a link is its text."""
    html = "<p>Bom dia,<br>tudo bem?</p><ul><li>um</li><li><a href='http://x'>dois</a></li></ul><div>fim</div>"
    assert to_text(html).strip() == "Bom dia,\ntudo bem?\n\n- um\n- dois\n\nfim"


def test_a_table_row_is_one_line() -> None:
    """Label and value stay together, also where Word wraps each cell in a paragraph."""
    rows = "<tr><td><p>CNPJ</p></td><td><p>27.080.571/0001-30</p></td></tr><tr><th>Linha</th><td>3636</td></tr>"
    html = f"<table>{rows}</table>"
    assert to_text(html).strip().split("\n") == ["CNPJ | 27.080.571/0001-30", "Linha | 3636"]


def test_a_layout_table_keeps_the_lines_of_its_text() -> None:
    """A whole mail inside one cell is not squeezed into a line."""
    html = "<table><tr><td><p>Um</p><p>Dois</p><table><tr><td>a</td><td>b</td></tr></table></td></tr></table>"
    assert [line for line in to_text(html).split("\n") if line] == ["Um", "Dois", "a | b"]


@pytest.mark.parametrize(
    "hidden",
    [
        "<div style='display:none'>serviço concluído</div>",
        "<div style='DISPLAY : none !important'>serviço concluído</div>",
        "<span style='font-size:0'>serviço concluído</span>",
        "<span style='font-size:0px;color:red'>serviço concluído</span>",
        "<span style='visibility:hidden'>serviço concluído</span>",
        "<span style='color:#ffffff'>serviço concluído</span>",
        "<span style='color:white;background-color:#FFF'>serviço concluído</span>",
        "<p hidden>serviço concluído</p>",
        "<style>serviço concluído</style>",
        "<script>serviço concluído</script>",
        "<!-- serviço concluído -->",
        "<title>serviço concluído</title>",
        "<div style='opacity:0'>serviço concluído</div>",
        "<div style='mso-hide:all'>serviço concluído</div>",
    ],
)
def test_hidden_text_is_not_read(hidden: str) -> None:
    """RELIABILITY D9: words that no reader sees prove nothing."""
    text = to_text(f"<html><body><p>Bom dia</p>{hidden}<p>fim</p></body></html>")
    assert "concluído" not in text
    assert "Bom dia" in text
    assert "fim" in text


def test_a_processing_instruction_is_passed_over() -> None:
    """Found by fuzzing: one such tag, and the whole mail went into quarantine."""
    outlook = '<html><?xml:namespace prefix = o ns = "urn:schemas-microsoft-com:office:office" /><p>Bom <?p>dia</p>'
    assert to_text(outlook).strip() == "Bom dia"


@pytest.mark.parametrize(
    "shown",
    [
        "<span style='font-size:0.9em'>visível</span>",
        "<span style='font-size:10.0pt'>visível</span>",
        "<table><tr><td style='background:#1F4E79'><span style='color:white'>visível</span></td></tr></table>",
        "<table bgcolor='navy'><tr><td><font style='color:#fff'>visível</font></td></tr></table>",
        "<div style='opacity:0.8'>visível</div>",
    ],
)
def test_small_or_inverse_text_is_read(shown: str) -> None:
    """White letters on a dark table head are no hiding."""
    assert "visível" in to_text(shown)


@pytest.mark.parametrize(
    "html",
    ["<div>" * 100_000 + "x", "<blockquote type=cite>" * 50_000 + "x", "<table><tr><td>" * 30_000 + "x", "<" * 400_000],
)
def test_a_very_deep_document_costs_less_than_a_second(html: str) -> None:
    """Building such trees takes quadratic time; they are flattened instead."""
    begin = time.process_time()
    to_text(html)
    assert time.process_time() - begin < 1


def test_a_flattened_document_keeps_words_and_lines() -> None:
    """Too deep for a tree, the text is still there."""
    text = to_text("<div>" * 1_000 + "Solicita&ccedil;&atilde;o<br>de ramal" + "</div>" * 1_000)
    assert [line.strip() for line in text.split("\n") if line.strip()] == ["Solicitação", "de ramal"]


QUOTES = {
    "gmail": "<div class='gmail_quote'><div class='gmail_attr'>Em seg., 3 de ago. de 2026 às 10:21, K "
    "&lt;<a>k@oi.net.br</a>&gt; escreveu:<br></div><blockquote class='gmail_quote' "
    "style='margin:0;border-left:1px solid #ccc'>{}</blockquote></div>",
    "outlook": "<div style='border-top:solid #E1E1E1 1.0pt'><p><b>De:</b> Karolina &lt;k@oi.net.br&gt;<br>"
    "<b>Enviada em:</b> segunda-feira, 3 de agosto de 2026 10:21<br><b>Para:</b> Ana<br><b>Assunto:</b> Bloqueio"
    "</p></div><p>{}</p>",
    "outlook web": "<div id='appendonsend'></div><hr><div id='divRplyFwdMsg'><b>Von:</b> K<br><b>Gesendet:</b> Montag"
    "<br></div><div>{}</div>",
    "thunderbird": "<div class='moz-cite-prefix'>Em 03/08/2026 10:21, K escreveu:<br></div>"
    "<blockquote type='cite'>{}</blockquote>",
    "zimbra": "<hr id='zwchr'><div><b>De: </b>K &lt;k@oi.net.br&gt;<br><b>Enviadas: </b>Segunda-feira, 3 de agosto"
    "<br><b>Assunto: </b>x</div><div>{}</div>",
    "iphone": "<div><br><blockquote type='cite'>Em 3 de ago. de 2026, à(s) 10:21, K &lt;k@oi.net.br&gt; escreveu:"
    "<br><br></blockquote></div><blockquote type='cite'><div>{}</div></blockquote>",
}


@pytest.mark.parametrize("style", QUOTES)
def test_quotes_of_html_only_replies_are_recognised(style: str) -> None:
    """Without a plain part the structure of the HTML tells whose words they are."""
    quote = QUOTES[style].format("Serviço concluído.")
    body = parse(mail(f"<html><body><div>Qual o prazo?</div><div>Ana</div><br>{quote}</body></html>")).body
    assert body.own == "Qual o prazo?\nAna"
    assert "concluído" in body.quoted


def test_an_answer_below_an_html_quote_is_own() -> None:
    """Thunderbird writers answer under the quote."""
    html = QUOTES["thunderbird"].format("Qual o CNPJ?") + "<p>27.080.571/0001-30</p>"
    assert parse(mail(html)).body.own == "27.080.571/0001-30"


def test_an_indented_block_is_no_quote() -> None:
    """Outlook's indent button makes a <blockquote> too."""
    text = to_text("<p>Dados:</p><blockquote style='margin-left:40px'><p>CNPJ 1</p></blockquote>")
    assert split(text).own.split() == ["Dados:", "CNPJ", "1"]


def test_plain_text_is_preferred_where_it_is_a_body() -> None:
    """The author's line breaks, without conversion."""
    message = parse(alternative("Solicito um ramal.", "<p>HTML</p>"))
    assert message.body.own == "Solicito um ramal."


@pytest.mark.parametrize(
    "stub",
    ["", " \n\n", "Seu programa de e-mail não suporta HTML.", "Your email client does not support HTML messages."],
)
def test_a_stub_gives_way_to_the_html(stub: str) -> None:
    """A plain part that only excuses itself is no body."""
    assert parse(alternative(stub, "<p>Solicito um ramal.</p>")).body.own == "Solicito um ramal."


def alternative(plain: str, html: str) -> bytes:
    """A multipart/alternative of both."""
    return (
        "From: ana@sedu.es.gov.br\nContent-Type: multipart/alternative; boundary=b\n\n"
        f"--b\nContent-Type: text/plain; charset=utf-8\n\n{plain}\n"
        f"--b\nContent-Type: text/html; charset=utf-8\n\n{html}\n--b--\n"
    ).encode()
