"""`triage digest`: the day's digest, sent once or only shown."""

import sys
from datetime import date, datetime
from typing import Annotated

import typer

from triage.cli.exits import UNREACHABLE, USAGE, WRONG, fail
from triage.cli.options import Config, registry_or_exit
from triage.core.digest_words import short_date
from triage.service import logs
from triage.service.calendar import calendar_for, local_zone
from triage.service.digest import digest_text, send_digest
from triage.service.digest_delivery import Delivery, deliver
from triage.service.digest_facts import count_on_server
from triage.service.house import House
from triage.service.lock import LockRefused

Print = Annotated[
    bool, typer.Option("--print", help="escreve o resumo na tela: nada é enviado, nenhum servidor é consultado")
]
Day = Annotated[
    datetime | None, typer.Option("--date", metavar="AAAA-MM-DD", formats=["%Y-%m-%d"], help="o dia (hoje, se omitido)")
]

_ENDS = {
    Delivery.STOPPED: ("o resumo espera na fila: todo envio está parado (veja com triage doctor)", WRONG),
    Delivery.UNREACHED: ("o resumo espera na fila: o servidor SMTP não respondeu a tempo", UNREACHABLE),
    Delivery.REFUSED: ("o servidor SMTP recusou o resumo (veja com triage doctor)", WRONG),
    Delivery.UNSURE: ("não se sabe se o resumo chegou: a conexão caiu na hora do aceite", WRONG),
}


def digest(config: Config = None, show: Print = False, given: Day = None) -> None:
    """Envia o resumo do dia, uma só vez por dia útil; ou só o mostra."""
    logs.configure()
    house = registry_or_exit(config, log_in=not show)
    if not house.settings.digest.to and not show:
        fail(["digest.to está vazio: diga na configuração quem recebe o resumo do dia"], USAGE)
    today = house.now().astimezone(local_zone()).date()
    day = given.date() if given else today
    if show:
        sys.stdout.write(digest_text(house, day))
        return
    _send(house, day, today)


def _send(house: House, day: date, today: date) -> None:
    if not calendar_for(day, house.settings.holidays.extra).works_on(day):
        _say(f"{short_date(day)} não é dia útil: não há resumo a enviar (para ver um, --print)")
        return
    made = send_digest(house, day, count_on_server(house))
    if made and day > today:
        _say(f"o resumo de {short_date(day)} sai antes da data; nesse dia não sairá outro")
    try:
        delivery = deliver(house, day)
    except LockRefused as refusal:
        fail([str(refusal)], USAGE)
    if delivery is not Delivery.SENT:
        line, status = _ENDS[delivery]
        fail([line], status)
    _say(f"o resumo de {short_date(day)} {'foi enviado' if made else 'já tinha sido feito'}")


def _say(line: str) -> None:
    print(f"triage: {line}", file=sys.stderr)
