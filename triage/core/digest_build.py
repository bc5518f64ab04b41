"""From facts to the digest: what stands where, what comes first, what is counted. Pure."""

from collections.abc import Iterable
from datetime import timedelta

from triage.core.bulletin import Bulletin
from triage.core.calendar import Calendar, missed_days
from triage.core.digest import Bar, Block, Chart, Digest, Facts, Row, Section, Tile
from triage.core.digest_account import state_account
from triage.core.digest_cases import (
    UNTRUSTED,
    Desk,
    Standing,
    carrier_row,
    finished_row,
    notices_by_case,
    review_row,
    stand,
    waiting_row,
)
from triage.core.digest_mail import mail_blocks
from triage.core.digest_words import count, inert, joined, long_date, moment, reason, short_date
from triage.core.vocabulary import Party, State

SEGER_COLOUR, OPERATOR_COLOUR, REQUESTER_COLOUR = "#b45309", "#0b4f8a", "#7b8794"
LEGEND = (("SEGER", SEGER_COLOUR), ("operadora", OPERATOR_COLOUR), ("solicitante", REQUESTER_COLOUR))
BANDS = (("até 1 dia", 0, 1), ("2 a 5", 2, 5), ("6 a 10", 6, 10), ("mais de 10", 11, 10**6))
ITEMS_SHOWN = 8
MANY = 10
NO_BREAKER = ("kill-switch", "database-damaged")
RECENT = timedelta(days=30)  # of which the chart of items speaks
DECIDE_HINT = "Veja a história com triage cases show CASO; decida com triage cases set CASO ESTADO."
CARRIER_HINT = "Quando o aviso aparece em Enviados, o caso se encerra sozinho."


def build_digest(facts: Facts, bulletin: Bulletin, calendar: Calendar, shown: int = 25) -> Digest:
    """The digest of `facts`, with at most `shown` rows in each block; what is left out is counted."""
    desk = Desk(bulletin, calendar, notices_by_case(facts.posts))
    standing = stand(facts.open, facts.now, bulletin, calendar)
    blocks = _today_blocks(standing, desk)
    pending = len({row.head for block in blocks for row in block.rows})
    late = sum(one.late for one in standing)
    alarms = _alarms(facts, calendar)
    return Digest(
        day=facts.day,
        subject=_subject(facts, pending, late),
        title=long_date(facts.day),
        period=_period(facts, calendar),
        alarms=alarms,
        tiles=_tiles(standing, pending, late, len(facts.closed)),
        today=Section("Precisa da SEGER hoje", _cut(blocks, shown), "Nada espera pela SEGER hoje."),
        waiting=Section("À espera de outros", _cut(_waiting_blocks(standing, desk), shown), "Ninguém é esperado."),
        finished=Section(
            "Encerrados desde o último resumo", _cut(_finished_blocks(facts, desk), shown), "Nenhum caso se encerrou."
        ),
        mail=Section(
            "Mensagens que pedem cuidado",
            _cut(mail_blocks(facts, calendar), shown),
            "Nada retido, nada em quarentena, nada sem entregar.",
        ),
        charts=(_ageing(standing), _volume(facts, bulletin)),
        statement=state_account(facts.accounts),
    )


def _cut(blocks: Iterable[Block], shown: int) -> tuple[Block, ...]:
    return tuple(Block(block.title, block.rows[:shown], block.hint, block.total) for block in blocks)


def _block(title: str, rows: Iterable[Row], hint: str = "") -> tuple[Block, ...]:
    found = tuple(rows)
    return (Block(title, found, hint, len(found)),) if found else ()


def _today_blocks(standing: list[Standing], desk: Desk) -> tuple[Block, ...]:
    reviews = [one for one in standing if _asks(one)]
    others = [one for one in standing if not _asks(one)]
    carriers = [one for one in others if one.case.state is State.CARRIER_DUE]
    late = [one for one in others if one.late and one.case.waiting_on is not Party.SEGER]
    return (
        *_block("Decidir", (review_row(one, desk) for one in reviews), DECIDE_HINT),
        *_block("Avisar a operadora de longa distância", (carrier_row(one, desk) for one in carriers), CARRIER_HINT),
        *_block("Cobrar: o prazo passou", (waiting_row(one, desk) for one in late)),
    )


def _asks(one: Standing) -> bool:
    return one.case.review is not None or one.case.state is State.REVIEW


def _waiting_blocks(standing: list[Standing], desk: Desk) -> tuple[Block, ...]:
    def of(party: Party) -> list[Row]:
        mine = (one for one in standing if one.case.waiting_on is party)
        return [waiting_row(one, desk) for one in sorted(mine, key=lambda one: -one.age)]

    return (*_block("Da operadora", of(Party.OPERATOR)), *_block("Dos solicitantes", of(Party.REQUESTER)))


def _finished_blocks(facts: Facts, desk: Desk) -> tuple[Block, ...]:
    newest = sorted(facts.closed, key=lambda case: case.waiting_since, reverse=True)
    return _block("", (finished_row(case, desk) for case in newest))


def _tiles(standing: list[Standing], pending: int, late: int, finished: int) -> tuple[Tile, ...]:
    waits = [one.case.waiting_on for one in standing]
    return (
        Tile(pending, "para a SEGER hoje", alert=pending > 0),
        Tile(waits.count(Party.OPERATOR), "com a operadora"),
        Tile(waits.count(Party.REQUESTER), "com solicitantes"),
        Tile(late, "com prazo vencido", alert=late > 0),
        Tile(finished, "encerrados"),
    )


def _subject(facts: Facts, pending: int, late: int) -> str:
    told = [f"{pending} para a SEGER hoje"] if pending else []
    told += [count(late, "atrasado", "atrasados")] if late else []
    told += ["ENVIO PARADO"] if facts.stopped else []
    return f"Telefonia, resumo de {short_date(facts.day)}: {', '.join(told) or 'nada espera pela SEGER'}"


def _period(facts: Facts, calendar: Calendar) -> str:
    since = f"desde {moment(facts.since, calendar.zone)}"
    return f"Cobre {since} até {moment(facts.now, calendar.zone)}."


def _alarms(facts: Facts, calendar: Calendar) -> tuple[Row, ...]:
    """What makes the whole digest urgent or incomplete, each with what to do."""
    missed = [short_date(day) for day in missed_days(facts.last, facts.day, calendar)]
    frozen = [inert(name, 60) for name in facts.frozen]
    return (
        *((Row("Envio parado", _stopped(facts), (_how_to_go_on(facts),), alert=True),) if facts.stopped else ()),
        *((_broken_row(facts.broken),) if facts.broken else ()),
        *((_frozen_row(frozen),) if frozen else ()),
        *((_silent_row(facts.silent_hours),) if facts.silent_hours else ()),
        *_untrusted_rows(facts),
        *((_missed_row(missed),) if missed else ()),
        *((Row("Modo de observação", "Nada é enviado: as respostas são só registradas."),) if facts.observing else ()),
    )


def _stopped(facts: Facts) -> str:
    if facts.stopped in NO_BREAKER:
        return f"Nada sai: {reason(facts.stopped)}."
    return f"Nada sai: o disjuntor desarmou ({inert(reason(facts.stopped), 120)})."


def _how_to_go_on(facts: Facts) -> str:
    if facts.stopped == "kill-switch":
        return f"Para voltar a enviar, apague o arquivo {facts.kill_switch}."
    if facts.stopped in NO_BREAKER:
        return "Restaure uma cópia; a caixa postal fica intacta."
    return "Veja o que causou isso e, só então, religue com triage rearm."


def _broken_row(broken: tuple[tuple[str, str], ...]) -> Row:
    """What must always hold and does not: nobody but whoever looks after the program can mend it."""
    text = (
        "A conferência da noite achou o que não devia haver. Guarde uma cópia do banco e avise quem cuida do programa."
    )
    shown = tuple(inert(f"Não se sustenta: {rule} ({where})", 160) for rule, where in broken[:MANY])
    return Row("Conferência", text, shown, alert=True)


def _frozen_row(folders: list[str]) -> Row:
    text = f"{joined(folders)}: a identidade da pasta mudou no servidor; suas mensagens são lidas, mas não respondidas."
    return Row(
        "Pasta congelada", text, (f"Se a mudança é conhecida, confirme com triage thaw {folders[0]}.",), alert=True
    )


def _silent_row(hours: float) -> Row:
    """A forwarding that was switched off, or a full mailbox, shows in nothing but the absence of mail."""
    text = f"Nenhuma mensagem chegou em {count(int(hours), 'hora', 'horas')} de expediente."
    return Row("Caixa em silêncio", text, ("Escreva para a caixa e veja se a mensagem chega.",), alert=True)


def _untrusted_rows(facts: Facts) -> tuple[Row, ...]:
    """Mail that claims to be somebody's and was not confirmed: for whoever looks after security too."""
    doubted = [case.number for case in facts.open if case.review and case.review.doubt in UNTRUSTED]
    if not doubted:
        return ()
    number = count(len(doubted), "caso tem mensagem", "casos têm mensagens")
    text = f"{number} que o nosso servidor não confirmou; nada se moveu por causa disso."
    shown = ", ".join(doubted[:MANY]) + (f" e mais {len(doubted) - MANY}" if len(doubted) > MANY else "")
    return (Row("Remetente não confirmado", text, (f"Veja: {shown}.",), alert=True),)


def _missed_row(days: list[str]) -> Row:
    text = f"Não houve resumo em {joined(days)}." if len(days) <= 5 else f"Não houve resumo em {len(days)} dias úteis."
    return Row(
        "Resumo que faltou", f"{text} Este cobre também esse tempo.", ("Confira se o programa ficou parado.",), "", True
    )


def _ageing(standing: list[Standing]) -> Chart:
    parties = (Party.SEGER, Party.OPERATOR, Party.REQUESTER)
    bars = tuple(
        Bar(
            label,
            tuple(sum(one.case.waiting_on is who and least <= one.age <= most for one in standing) for who in parties),
        )
        for label, least, most in BANDS
    )
    return Chart("espera", "Espera, em dias úteis", bars, LEGEND)


def _volume(facts: Facts, bulletin: Bulletin) -> Chart:
    """The commonest items in the bulletin's order, and all others in one column."""
    common = sorted(facts.opened, key=lambda item: -facts.opened[item])[:ITEMS_SHOWN]
    order = [item.number for item in bulletin.items if item.number in common]
    others = sum(number for item, number in facts.opened.items() if item not in order)
    bars = [Bar(item, (facts.opened[item],)) for item in order]
    bars += [Bar("outros", (others,))] if others else []
    return Chart("itens", "Casos abertos em 30 dias, por item", tuple(bars), (("casos", OPERATOR_COLOUR),))
