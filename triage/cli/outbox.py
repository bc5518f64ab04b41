"""`triage outbox list|release|drop`: what waits to leave, and a person's word on it."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from triage.cli.exits import USAGE, WRONG, fail
from triage.cli.options import AsJson, Config, print_json, registry_or_exit, whoever
from triage.core.decision import MailKind, OutboxState
from triage.service.by_hand import UNSENT, Done, drop, release
from triage.store.engine import read
from triage.store.outbox import Outgoing, mails

outbox = typer.Typer(help="A saída: o que espera para ser enviado, e a palavra de uma pessoa.", no_args_is_help=True)

STATES = {
    OutboxState.QUEUED: "na fila",
    OutboxState.RETRY: "será tentada de novo",
    OutboxState.HELD: "retida",
    OutboxState.AMBIGUOUS: "não se sabe se chegou",
    OutboxState.DEAD: "não pôde ser entregue",
    OutboxState.DRAFTED: "em Rascunhos",
}
KINDS = {
    MailKind.CORRECTION: "correção",
    MailKind.REDIRECT: "orientação",
    MailKind.CARRIER_NOTICE: "aviso à longa distância",
    MailKind.DIGEST: "resumo do dia",
}
Ids = Annotated[list[int] | None, typer.Argument(metavar="ID…", help="os números que `outbox list` mostra")]
All = Annotated[bool, typer.Option("--all", help="todas as que estão retidas")]


@outbox.command("list")
def list_(config: Config = None, as_json: AsJson = False) -> None:
    """Lista o que ainda não saiu, do mais novo para o mais antigo."""
    house = registry_or_exit(config)
    with read(house.engine) as connection:
        found = mails(connection, UNSENT)
    if as_json:
        print_json(_object(mail) for mail in found)
        return
    table = Table("id", "estado", "o quê", "caso", "para", "desde", "porquê", header_style="bold", box=None)
    for mail in found:
        since = f"{mail.created_at.astimezone():%d/%m %H:%M}"
        why = mail.reason or ("" if mail.state is OutboxState.DRAFTED else mail.answer)
        table.add_row(str(mail.id), STATES[mail.state], KINDS[mail.kind], mail.case_number, mail.recipient, since, why)
    Console(markup=False).print(table)


@outbox.command("release")
def release_(ids: Ids = None, config: Config = None, everything: All = False) -> None:
    """Deixa sair mensagens retidas, duvidosas ou desistidas; o programa as envia a seguir."""
    _named(ids, everything)
    _tell(release(registry_or_exit(config), ids or [], whoever()), "liberadas")


@outbox.command("drop")
def drop_(ids: Ids = None, config: Config = None, everything: All = False) -> None:
    """Retira mensagens que não saíram."""
    _named(ids, everything)
    _tell(drop(registry_or_exit(config), ids or [], whoever()), "retiradas")


def _named(ids: list[int] | None, everything: bool) -> None:
    if bool(ids) == everything:
        fail(["diga quais (ID…), ou --all para todas as que estão retidas"], USAGE)


def _tell(done: Done, verb: str) -> None:
    print(f"{done.moved} {verb}")
    if done.left:
        print(f"{done.left} já tinham saído, diz o registro de envios: marcadas como enviadas")
    if done.refusals:
        fail(done.refusals, WRONG)


def _object(mail: Outgoing) -> dict[str, object]:
    return {
        "id": mail.id,
        "state": mail.state,
        "kind": mail.kind,
        "case": mail.case_number,
        "to": mail.recipient,
        "message_id": mail.message_id,
        "attempts": mail.attempts,
        "created_at": mail.created_at.isoformat(),
        "not_before": mail.not_before.isoformat(),
        "reason": mail.reason,
        "answer": mail.answer,
    }
