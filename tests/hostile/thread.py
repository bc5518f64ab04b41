"""A case that waits for the operator, and bytes that claim to be the operator's: parsed, read, judged, decided."""

from dataclasses import replace
from functools import cache
from pathlib import Path

from tests.core.story import ANA, POLICY, Story, Told, bulletin, story_in
from triage.core.judge import judge
from triage.core.policy import Policy
from triage.core.vocabulary import State
from triage.learn.classifier import Classifier
from triage.mail.parse import parse
from triage.paths import models_dir

OUR_SERVER = "mx.es.gov.br"
OPERATOR = "Karolina Ramos <karolina.ramos@oi.net.br>"
PASS = f"{OUR_SERVER}; dmarc=pass header.from=oi.net.br"
DONE = """Prezada Ana,

Informamos que o serviço foi concluído hoje. Protocolo 2026123456.

Atenciosamente,
Karolina Ramos
"""


@cache
def classifier() -> Classifier:
    return Classifier.load(models_dir())


def policy() -> Policy:
    """The story's, with a server of ours to be believed."""
    return replace(POLICY, authserv_ids=frozenset({OUR_SERVER}))


def waiting_case(folder: Path) -> Story:
    """One complete request of Ana's for another number (1.4), which the operator was asked for."""
    story = story_in(folder, policy=policy())
    story.request("1.4")
    assert story.states() == [State.WITH_OPERATOR]
    return story


def written(
    *, sender: str = OPERATOR, results: str | tuple[str, ...] = PASS, text: str = DONE, tied: bool = True, **more: str
) -> bytes:
    """A message to Ana and to us; `results` are the Authentication-Results, topmost first; `more` with _ for -."""
    fields = {
        "Message-ID": f"<{abs(hash((sender, results, text, tied, *more.items())))}@oi.net.br>",
        "Date": "Tue, 03 Mar 2026 10:00:00 -0300",
        "To": ANA.addr,
        "Cc": "telefonia@seger.es.gov.br",
        "Subject": "RES: Bloqueio de linha" if tied else "Serviço",
        **({"In-Reply-To": "<m1@sedu.es.gov.br>"} if tied else {}),
        **{name.replace("_", "-"): value for name, value in more.items()},
    }
    lines = [f"Authentication-Results: {value}" for value in ((results,) if isinstance(results, str) else results)]
    lines += [f"From: {sender}"] if sender else []
    lines += [f"{name}: {value}" for name, value in fields.items()]
    head = "\r\n".join((*lines, "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "", ""))
    return (head + text.replace("\n", "\r\n")).encode()


def arrive(story: Story, raw: bytes) -> Told:
    """What follows from the bytes."""
    message = parse(raw)
    reading = classifier().read(message, bulletin(), story.policy)
    return story.say(judge(message, reading, bulletin(), story.policy), message=message)
