"""`triage check`: judge messages without a mailbox or a database."""

import sys
from typing import Annotated

import msgspec
import typer

from triage.cli.exits import FINE, USAGE, WRONG, fail
from triage.cli.options import AsJson, Config, bulletin_or_exit, settings_or_exit
from triage.cli.show import show_opinion
from triage.core.report import verdict_object
from triage.mail.sources import read_sources
from triage.paths import models_dir
from triage.service.child import ReaderUnavailable
from triage.service.confine import Pool
from triage.service.judging import Opinion, judge_sources

_encode = msgspec.json.Encoder().encode


def check(
    ctx: typer.Context,
    paths: Annotated[list[str], typer.Argument(metavar="CAMINHO…", help="mensagem .eml, pasta, mbox, Maildir ou -")],
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Julga mensagens sem caixa postal nem banco de dados."""
    settings = settings_or_exit(config, need_mailbox=False)
    bulletin, templates = bulletin_or_exit()
    policy = settings.policy()
    titles = {item.number: item.title for item in bulletin.items}
    failed = False
    try:
        with Pool(policy, model=models_dir(), egg=ctx.obj) as pool:
            for opinion in judge_sources(read_sources(paths), pool, bulletin, templates, policy):
                failed |= opinion.judged is None
                _print(opinion, as_json=as_json, titles=titles)
    except ReaderUnavailable as why:
        fail([f"o leitor de mensagens não pôde começar: {why}"], USAGE)
    raise typer.Exit(WRONG if failed else FINE)


def _print(opinion: Opinion, *, as_json: bool, titles: dict[str, str]) -> None:
    if opinion.judged is None:
        print(f"triage: {opinion.name}: {opinion.error}", file=sys.stderr)
    if as_json:
        sys.stdout.write(_encode(_object(opinion)).decode() + "\n")
    elif opinion.judged is not None:
        show_opinion(opinion, titles)


def _object(opinion: Opinion) -> dict[str, object]:
    if opinion.judged is None:
        return {"file": opinion.name, "error": opinion.error}
    return verdict_object(opinion.name, opinion.judged.message, opinion.judged.verdict, opinion.reply)
