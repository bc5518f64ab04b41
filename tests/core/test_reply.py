"""The replies read as the files in tests/golden/replies say, and never repeat what a sender wrote.

After an intended change of wording: `python tests/core/test_reply.py` writes the golden files anew; read the diff.
"""

import re
from pathlib import Path

import pytest

from triage.config import ConfigProblems, load_bulletin, load_templates
from triage.core.bulletin import Bulletin
from triage.core.message import Address, Body, Message
from triage.core.reply import (
    REQUIRED_TEMPLATES,
    CarrierFacts,
    Templates,
    render_carrier_notice,
    render_reply,
    template_problems,
)
from triage.core.subject import designates
from triage.core.verdict import Finding, Presence, Reply, SubjectFinding, Verdict
from triage.core.vocabulary import Action, Field, FormState, Kind, Service

GOLDEN = Path(__file__).resolve().parent.parent / "golden" / "replies"
KAROLINA, GLORIA = "karolina.ramos@oi.net.br", "gloria.fernandes@oi.net.br"

GIVEN = {
    Field.CNPJ: "27080571000130",
    Field.COMPANY_NAME: "Secretaria de Estado da Educação",
    Field.REASON: "a sala foi desativada",
    Field.REQUESTER_NAME: "Maria Aparecida dos Santos",
    Field.LANDLINE: "+552736361234",
    Field.MOBILE: "+5527998765432",
    Field.CLIENT_EMAIL: "maria.santos@sedu.es.gov.br",
    Field.LINE: "+552733361234",
    Field.BILL_MONTH: "2026-05",
    Field.BILL_AMOUNT: "1234.56",
    Field.DUE_DATE: "2026-06-10",
    Field.SECOND_COPY: "PDF",
    Field.CUSTOM_ACCOUNT: "123456-7",
    Field.CERTIFICATE: "CND federal",
    Field.ORIGINAL_REQUEST: "",
}
WHY_INVALID = {Field.CNPJ: "dígitos verificadores", Field.MOBILE: "sem DDD"}


@pytest.fixture(scope="module")
def bulletin() -> Bulletin:
    return load_bulletin()


@pytest.fixture(scope="module")
def templates() -> Templates:
    return load_templates()


def message(addr: str = "maria.santos@sedu.es.gov.br", subject: str = "conta", reply_to: str = "") -> Message:
    return Message(
        message_id="<1@sedu.es.gov.br>",
        from_=(Address("Maria Santos", addr),),
        to=(),
        cc=(),
        subject=subject,
        body=Body("", 0),
        reply_to=(Address("", reply_to),) if reply_to else (),
    )


def correction(
    bulletin: Bulletin,
    category: str,
    *,
    organ: str | None = "SEDU",
    service: Service | None = None,
    subject_ok: bool = True,
    missing: tuple[Field, ...] = (),
    invalid: tuple[Field, ...] = (),
    form: FormState | None = None,
    recipients: tuple[str, ...] = (),
    given: dict[Field, str] = GIVEN,
) -> Verdict:
    required = bulletin.item(category).required(service)

    def finding(field: Field) -> Finding:
        if field in missing:
            return Finding(field, Presence.MISSING)
        if field in invalid:
            return Finding(field, Presence.INVALID, "como veio", WHY_INVALID.get(field, ""))
        return Finding(field, Presence.PRESENT, given[field])

    return Verdict(
        kind=Kind.REQUEST,
        action=Action.CORRECT,
        confidence=0.9,
        organ=organ,
        category=category,
        service=service,
        subject=SubjectFinding("conta", subject_ok),
        findings=tuple(finding(field) for field in required),
        values=tuple((field, given[field]) for field in required if field not in (*missing, *invalid)),
        form=form,
        missing_recipients=recipients,
    )


def redirect(category: str, organ: str | None = "SEDU") -> Verdict:
    return Verdict(Kind.REQUEST, Action.REDIRECT, 0.9, organ=organ, category=category)


def examples(bulletin: Bulletin, templates: Templates) -> dict[str, Reply]:
    """The replies that the golden files hold, by file name."""
    case = "2026-000123"

    def reply(verdict: Verdict, number: str | None = case, round_: int = 1) -> Reply:
        return render_reply(verdict, message(), bulletin, templates, number, round_)

    extension = correction(
        bulletin,
        "2.2",
        service=Service.EXTENSION,
        subject_ok=False,
        missing=(Field.SECOND_COPY,),
        invalid=(Field.CNPJ, Field.MOBILE),
        recipients=("contacorpfixa@oi.net.br", KAROLINA),
    )
    cancelling = correction(
        bulletin,
        "1.1",
        organ=None,
        subject_ok=False,
        missing=(Field.COMPANY_NAME, Field.REASON, Field.REQUESTER_NAME),
        form=FormState.MISSING,
        recipients=("persofixa@oi.net.br",),
    )
    return {
        "correcao-2.2-tudo": reply(extension),
        "correcao-1.1-sem-orgao": reply(cancelling, None),
        "correcao-1.2-so-formulario": reply(correction(bulletin, "1.2", form=FormState.BLANK)),
        "correcao-1.6-so-campo": reply(correction(bulletin, "1.6", missing=(Field.MOBILE,))),
        "correcao-1.12": reply(correction(bulletin, "1.12", organ="SEAG", missing=(Field.ORIGINAL_REQUEST,))),
        "correcao-2.1-assunto": reply(correction(bulletin, "2.1", subject_ok=False)),
        "correcao-3.2": reply(correction(bulletin, "3.2", missing=(Field.CNPJ, Field.CERTIFICATE))),
        "correcao-2.2-segunda-vez": reply(
            correction(bulletin, "2.2", service=Service.CONTEST, missing=(Field.REASON,)), round_=2
        ),
        "redireciona-1.9": reply(redirect("1.9")),
        "redireciona-1.10": reply(redirect("1.10", None)),
        "redireciona-1.11": reply(redirect("1.11")),
        "redireciona-3.1": reply(redirect("3.1")),
        "redireciona-4.1": reply(redirect("1.4", "SEFAZ")),
        "aviso-operadora": render_carrier_notice(NOTICE, bulletin, templates),
    }


NOTICE = CarrierFacts(
    to="cadastro@longadistancia.example.com.br",
    item="1.4",
    organ="SEDU",
    cnpj="27080571000130",
    old_line="+552733361234",
    new_line="+552736361234",
    address="Av. César Hilal, 1111, Santa Lúcia, Vitória",
    completed_on="2026-06-10",
    protocol="2026/12345",
    case="2026-000123",
)


def golden_text(reply: Reply) -> str:
    return f"Para: {reply.to}\nAssunto: {reply.subject}\n\n{reply.text}"


NAMES = [path.stem for path in sorted(GOLDEN.glob("*.txt"))]


@pytest.mark.parametrize("name", NAMES)
def test_a_reply_reads_as_its_golden_file(name: str, bulletin: Bulletin, templates: Templates) -> None:
    reply = examples(bulletin, templates)[name]
    assert golden_text(reply) == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")
    assert reply.html == (GOLDEN / f"{name}.html").read_text(encoding="utf-8")


def test_every_example_has_a_golden_file(bulletin: Bulletin, templates: Templates) -> None:
    assert sorted(examples(bulletin, templates)) == NAMES


def everything_wrong(bulletin: Bulletin, number: str, service: Service | None = None) -> Verdict:
    item = bulletin.item(number)
    required = item.required(service)
    return correction(
        bulletin,
        number,
        service=service,
        subject_ok=False,
        missing=required[1:],
        invalid=required[:1],
        form=FormState.MISSING if item.form else None,
        recipients=(*item.channels, *([KAROLINA] if item.attention else [])),
    )


TAKING_MAIL = [item.number for item in load_bulletin().items if not item.redirect]
SENT_ON = [item.number for item in load_bulletin().items if item.redirect or item.pabx_excluded]


@pytest.mark.parametrize("number", TAKING_MAIL)
def test_a_correction_names_everything_to_fix_with_its_clause(
    number: str, bulletin: Bulletin, templates: Templates
) -> None:
    verdict, item = everything_wrong(bulletin, number), bulletin.item(number)
    reply = render_reply(verdict, message(), bulletin, templates, "2026-000009")
    for body in (reply.text, reply.html):
        assert "(item 4.2)" in body
        for field in item.required(None):
            assert bulletin.rule(field).label in body
            assert bulletin.rule(field).hint in body
            assert f"(item {bulletin.clause(item, field)})" in body
        assert ("Folhinha Voice-Net" in body) == item.form
        assert all(address in body for address in verdict.missing_recipients)
        assert "telefonia@seger.es.gov.br" in body
        assert "2026-000009" in body


@pytest.mark.parametrize("service", list(Service))
def test_a_correction_for_a_service_suggests_that_service(
    service: Service, bulletin: Bulletin, templates: Templates
) -> None:
    reply = render_reply(everything_wrong(bulletin, "2.2", service), message(), bulletin, templates, None)
    assert reply.subject == f"RES: {bulletin.item('2.2').suggested(service)}"
    assert f"\nAssunto: {bulletin.item('2.2').suggested(service)}\n" in reply.text


@pytest.mark.parametrize("number", TAKING_MAIL)
def test_our_subject_is_short_and_right_when_it_comes_back(
    number: str, bulletin: Bulletin, templates: Templates
) -> None:
    """Who answers or copies our subject has a right one (4.2)."""
    reply = render_reply(everything_wrong(bulletin, number), message(), bulletin, templates, "2026-000009")
    assert designates(reply.subject, bulletin.item(number))
    assert reply.subject.endswith(" [caso 2026-000009]")
    assert len(reply.subject) <= 150


@pytest.mark.parametrize("number", SENT_ON)
def test_a_redirect_says_where_to_go(number: str, bulletin: Bulletin, templates: Templates) -> None:
    item = bulletin.item(number)
    reply = render_reply(redirect(number), message(), bulletin, templates, "2026-000009")
    for body in (reply.text, reply.html):
        for paragraph in item.answer or bulletin.pabx_answer:
            assert paragraph in body
        assert all(phone in body for phone in item.phones)


def test_the_escalation_list_goes_out_whole(bulletin: Bulletin, templates: Templates) -> None:
    reply = render_reply(redirect("1.11"), message(), bulletin, templates, None)
    for body in (reply.text, reply.html):
        for level in bulletin.escalation:
            assert all(part in body for part in (str(level.level), level.area, level.name, level.phone, level.when))
        assert all(rule in body for rule in bulletin.escalation_rules)


def test_what_we_have_stands_in_the_lines_to_copy(bulletin: Bulletin, templates: Templates) -> None:
    verdict = correction(bulletin, "2.2", service=Service.EXTENSION, subject_ok=False)
    text = render_reply(verdict, message(), bulletin, templates, None).text
    for line in (
        "Número do CNPJ: 27.080.571/0001-30",
        "Razão social: Secretaria de Estado da Educação",
        "Telefone fixo de contato: (27) 3636-1234",
        "Telefone móvel de contato: (27) 99876-5432",
        "Número da linha a ser prorrogada: (27) 3336-1234",
        "Mês da conta: 05/2026",
        "Valor da conta: R$ 1.234,56",
        "Vencimento original: 10/06/2026",
        "2ª via da conta prorrogada: sim, em PDF",
    ):
        assert f"\n{line}\n" in text


def test_a_right_subject_is_not_asked_for_again(bulletin: Bulletin, templates: Templates) -> None:
    verdict = correction(bulletin, "1.6", missing=(Field.MOBILE,))
    text = render_reply(verdict, message(), bulletin, templates, None).text
    assert "Responder a todos" in text
    assert "Assunto" not in text
    assert "(item 4.2)" not in text


def test_the_second_time_only_what_is_missing_is_asked_for(bulletin: Bulletin, templates: Templates) -> None:
    verdict = correction(bulletin, "1.6", missing=(Field.MOBILE,))
    text = render_reply(verdict, message(), bulletin, templates, None, 2).text
    lines = text.split("-" * 64)[1].strip().splitlines()
    assert lines == ["Telefone móvel de contato: ______"]
    assert "ainda falta um ponto" in text


HOSTILE = "<img src=x onerror=alert(1)> http://evil.example/take-down {{ 7 * 7 }}"


@pytest.mark.parametrize("number", TAKING_MAIL)
def test_nothing_that_a_sender_wrote_comes_back(number: str, bulletin: Bulletin, templates: Templates) -> None:
    """Neither in the subject nor in a body, escaped or not, whatever field or header it came in."""
    given = dict.fromkeys(Field, HOSTILE)
    verdict = correction(bulletin, number, subject_ok=False, organ=HOSTILE, given=given)
    verdict_invalid = correction(bulletin, number, invalid=bulletin.item(number).required(None), given=given)
    for one in (verdict, verdict_invalid):
        reply = render_reply(one, message(subject=HOSTILE), bulletin, templates, "2026-000001")
        for part in (reply.subject, reply.text, reply.html):
            assert not re.search(r"evil|onerror|7 \* 7|49|take-down|como veio", part)


def test_a_hostile_reason_why_a_value_is_invalid_is_left_out(bulletin: Bulletin, templates: Templates) -> None:
    finding = Finding(Field.CNPJ, Presence.INVALID, HOSTILE, HOSTILE)
    verdict = Verdict(Kind.REQUEST, Action.CORRECT, 0.9, category="1.6", findings=(finding,))
    reply = render_reply(verdict, message(), bulletin, templates, None)
    assert "evil" not in reply.text + reply.html


@pytest.mark.parametrize(
    ("name", "greeting"),
    [
        ("Maria Aparecida dos Santos", "Olá, Maria!"),
        ("JOÃO DA SILVA", "Olá, João!"),
        ("Érico e Souza", "Olá, Érico!"),
        ("", "Prezado(a) solicitante,"),
        ("Maria", "Prezado(a) solicitante,"),
        ("Setor de Telefonia 2", "Prezado(a) solicitante,"),
        ("Clique http://evil.example", "Prezado(a) solicitante,"),
        ("Maria <b>Silva</b>", "Prezado(a) solicitante,"),
        ("Maria\r\nBcc: x Silva", "Prezado(a) solicitante,"),
    ],
)
def test_only_a_name_of_letters_is_greeted(name: str, greeting: str, bulletin: Bulletin, templates: Templates) -> None:
    given = GIVEN | {Field.REQUESTER_NAME: name}
    reply = render_reply(correction(bulletin, "1.4", given=given), message(), bulletin, templates, None)
    assert reply.text.startswith(greeting + "\n")
    assert greeting in reply.html


def test_the_answer_goes_to_reply_to_in_the_same_domain_only(bulletin: Bulletin, templates: Templates) -> None:
    def recipient(reply_to: str) -> str:
        return render_reply(redirect("1.9"), message(reply_to=reply_to), bulletin, templates, None).to

    assert recipient("setor@sedu.es.gov.br") == "setor@sedu.es.gov.br"
    assert recipient("someone@evil.example") == recipient("") == "maria.santos@sedu.es.gov.br"


def test_html_is_self_contained_and_narrow(bulletin: Bulletin, templates: Templates) -> None:
    for reply in examples(bulletin, templates).values():
        assert not re.search(r"(?i)src=|href=|url\(|<script|<style|<link|@import", reply.html)
        assert "max-width:640px" in reply.html


def test_no_line_of_the_text_has_trailing_space_or_a_gap(bulletin: Bulletin, templates: Templates) -> None:
    for name, reply in examples(bulletin, templates).items():
        assert not re.search(r"[ \t]\n|\n\n\n|\{|\}", reply.text), name


def test_html_and_text_say_the_same(bulletin: Bulletin, templates: Templates) -> None:
    """Each wording stands in one place: every sentence of the text is in the HTML too."""
    for name, reply in examples(bulletin, templates).items():
        flat = " ".join(re.sub(r"<[^>]+>", " ", reply.html).split())
        for line in reply.text.splitlines():
            sentence = re.sub(r"^(?:\d+\. |- |• )", "", line.strip())
            if len(sentence) > 40 and not sentence.isupper() and set(sentence) != {"-"}:
                assert all(part.strip() in flat for part in re.split(r" \(|: | – ", sentence)), (name, sentence)


@pytest.mark.parametrize("action", [Action.ACCEPT, Action.UPDATE, Action.REVIEW, Action.IGNORE])
def test_no_other_action_has_a_reply(action: Action, bulletin: Bulletin, templates: Templates) -> None:
    with pytest.raises(ValueError, match="no reply"):
        render_reply(Verdict(Kind.REQUEST, action, 0.9, category="1.4"), message(), bulletin, templates, None)


def test_a_carrier_notice_leaves_out_what_is_not_known(bulletin: Bulletin, templates: Templates) -> None:
    facts = CarrierFacts(to="x@example.com.br", item="1.5", organ=None)
    reply = render_carrier_notice(facts, bulletin, templates)
    assert reply.subject == "Serviço concluído: Implantar nova faixa de numeração"
    assert [line.split(":")[0] for line in reply.text.splitlines() if ": " in line] == ["Serviço"]


def test_a_carrier_notice_carries_no_link_of_a_requester(bulletin: Bulletin, templates: Templates) -> None:
    facts = CarrierFacts(to="x@example.com.br", item="1.1", organ="SEDU", address=HOSTILE, protocol="a\r\nBcc: b")
    reply = render_carrier_notice(facts, bulletin, templates)
    assert "evil" not in reply.text + reply.html
    assert "\nBcc" not in reply.text


def test_broken_and_missing_texts_are_told_by_file(tmp_path: Path) -> None:
    folder = tmp_path / "replies"
    folder.mkdir()
    (folder / "correction.txt.j2").write_text("{% if %}", encoding="utf-8")
    with pytest.raises(ConfigProblems) as raised:
        load_templates(tmp_path)
    assert "replies/redirect.html.j2: falta" in raised.value.problems
    assert "replies/digest.txt.j2: falta" in raised.value.problems, "or it would be missed at eight in the morning"
    assert any(problem.startswith("replies/correction.txt.j2: ") for problem in raised.value.problems)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("{{ 1 | upercase }}", "No filter named 'upercase'."),
        ("{% if 1 is evven %}{% endif %}", "No test named 'evven'."),
        ("{% macro m() %}{{ x | a }}{{ x | a }}{% endmacro %}", "No filter named 'a'."),
        ("{% endif %}", "Encountered unknown tag 'endif'."),
        ("{{ 'x }}", "unexpected char"),
        ("{% block a %}{% endblock %}{% block a %}{% endblock %}", "block 'a' defined twice"),
        ("{{ greting_name }}", "nome desconhecido: greting_name"),
    ],
)
def test_what_jinja_cannot_make_of_a_text_stops_the_start(source: str, told: str) -> None:
    """One line for each, with its file: a text that fails at its first use would hold up all mail behind it."""
    broken = Templates(tuple((name, source if name == "carrier.txt.j2" else "") for name in REQUIRED_TEMPLATES))
    (problem,) = template_problems(broken)
    assert problem.startswith(f"replies/carrier.txt.j2: {told}")


def test_the_shipped_texts_have_no_problem(templates: Templates) -> None:
    assert template_problems(templates) == []


def write_golden() -> None:
    """Write the golden files from what the replies say now."""
    for name, reply in examples(load_bulletin(), load_templates()).items():
        (GOLDEN / f"{name}.txt").write_text(golden_text(reply), encoding="utf-8")
        (GOLDEN / f"{name}.html").write_text(reply.html, encoding="utf-8")


if __name__ == "__main__":
    write_golden()
