"""Telling a story to the real program: mails are delivered one by one, and after each the case is looked at.

The data stand in the *.toml files beside this one; `people.toml` holds those who write. A step is one of

    a mail   id, from, to, cc, subject, text; answers or forwards = another id ("ours": our last reply);
             folder (".Sent"), auth ("fail", ""), form ("filled", "blank"), days_old, headers, quotes = false
    again    the bytes of an earlier mail once more, with `headers` changed
    draft    our draft, edited, is sent by a person
    hand     the words after `triage cases set CASE` (the first case, or the one of `of`)
    restart  the daemon ends and starts again
    release  the hold of what waits in the outbox is over

and then says what must hold: `cases` ("1.6 incomplete", "2.2 closed:done", "1.4 with_operator ?" with a review beside,
in the order of their numbers), `reply` (whom it went to; without it no mail may leave), `asks` (exactly what the
correction names), `says` (what stands in the mail), `why` (what the history says of this mail), `protocol`, `promised`.
"""

import json
import os
import re
import time
import tomllib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.servers.dovecot import Dovecot
from tests.service.running import Running, plain, wait_for
from tests.service.running import letter as parsed
from tests.stories.letters import OURS, Original, Person, letter
from triage.config import load_bulletin
from triage.core.report import case_object, event_object
from triage.core.text import fold
from triage.core.vocabulary import WAITING_ON, State
from triage.store.cases import history, list_cases
from triage.store.engine import read

HERE = Path(__file__).parent
Step = dict[str, Any]
Told = dict[str, Any]
_POINT = re.compile(r"^ ?\d{1,2}\. (.+?) \(item [\d.]+\)$", re.MULTILINE)
_RECIPIENT = re.compile(r"^ +- .+: (\S+@\S+)$", re.MULTILINE)


def stories() -> list[Told]:
    """Every story of the data files, in order."""
    files = sorted(path for path in HERE.glob("*.toml") if path.name != "people.toml")
    return [story for path in files for story in tomllib.loads(path.read_text(encoding="utf-8"))["story"]]


def people() -> dict[str, Person]:
    """Those who write, by the names that the stories use."""
    return {
        name: Person(**one) for name, one in tomllib.loads((HERE / "people.toml").read_text(encoding="utf-8")).items()
    }


@dataclass
class Telling:
    """One story being told. `raws` are its mails so far, ours under "ours"."""

    program: Running
    dovecot: Dovecot
    people: dict[str, Person]
    raws: dict[str, bytes] = field(default_factory=dict)
    delivered: int = 0
    seen: int = 0

    def tell(self, story: Told) -> None:
        """Every step, with what must hold after it."""
        self.program.set(**story.get("settings", {}))
        self.program.start()
        for step in story["step"]:
            self._do(step)
            self._settle()
            self._check(step)
        assert self.program.stop() == 0
        assert self.program.logged("no decision about this message") == 0

    def _do(self, step: Step) -> None:
        if "hand" in step:
            number = self.cases()[step.get("of", 0)]["case"]
            done = self.program.call("cases", "set", str(number), *step["hand"])
            assert done.returncode == 0, done.stderr
        elif step.get("restart"):
            assert self.program.stop() == 0
            self.program.start()
        elif step.get("release"):
            self._release()
        elif step.get("draft"):
            self._send_draft(step["draft"])
        else:
            self._deliver(step)

    def _deliver(self, step: Step) -> None:
        raw = self._again(step) if "again" in step else self._written(step)
        self.raws[step["id"]] = raw
        old = datetime.now(UTC) - timedelta(days=step.get("days_old", 0))
        path = self.dovecot.deliver(raw, step.get("folder", "")) if not step.get("days_old") else self._aged(raw, old)
        assert path.name
        self.delivered += 1

    def _aged(self, raw: bytes, at: datetime) -> Path:
        path = self.dovecot.root / "Maildir" / "tmp" / f"{time.time():.6f}.old.tests"
        path.write_bytes(raw)
        self.dovecot._give(path)
        os.utime(path, (at.timestamp(), at.timestamp()))
        return path.rename(self.dovecot.root / "Maildir" / "new" / path.name)

    def _again(self, step: Step) -> bytes:
        raw = self.raws[step["again"]]
        for name, value in step.get("headers", {}).items():
            raw = re.sub(
                rb"(?mi)^" + name.encode() + rb": .*(?:\r\n[ \t].*)*", f"{name}: {value}".encode(), raw, count=1
            )
        return b"X-Copy: 1\r\n" + raw

    def _written(self, step: Step) -> bytes:
        author = self.people[step["from"]]
        other = step.get("answers") or step.get("forwards")
        original = Original.of(self.raws[other]) if other else None
        prefix = "" if original is None else "ENC: " if "forwards" in step else "RES: "
        domain = author.addr.rpartition("@")[2]
        return letter(
            author=author,
            message_id=f"<{step['id']}.{id(self):x}@{domain}>",
            to=self._addresses(step.get("to", "seger")),
            cc=self._addresses(step.get("cc", "")),
            subject=step["subject"] if "subject" in step else prefix + (original.subject if original else ""),
            text=self._filled(step["text"]),
            at=datetime.now(UTC) - timedelta(days=step.get("days_old", 0)),
            original=original,
            forwards="forwards" in step,
            quotes=step.get("quotes", True),
            auth=step.get("auth", "pass"),
            form=step.get("form", ""),
            headers=step.get("headers"),
        )

    def _filled(self, text: str) -> str:
        """The text with {case} as the number of the first case; {case2} as that of the second."""
        for place, name in enumerate(("{case}", "{case2}")):
            text = text.replace(name, str(self.cases()[place]["case"])) if name in text else text
        return text

    def _addresses(self, names: str) -> list[str]:
        return [OURS if name == "seger" else self.people[name].shown for name in names.split()]

    def _release(self) -> None:
        assert self.program.stop() == 0
        engine = self.program.engine()
        with engine.begin() as connection:
            connection.exec_driver_sql("update outbox set not_before = created_at where state = 'queued'")
        engine.dispose()
        self.program.start()

    def _send_draft(self, edits: list[str]) -> None:
        wait_for(lambda: self.dovecot.messages(".Drafts"), "the draft")
        (draft,) = self.dovecot.messages(".Drafts")
        raw = draft.read_bytes()
        assert edits[0].encode() in raw
        self.dovecot.deliver(raw.replace(edits[0].encode(), edits[1].encode()), ".Sent")
        self.dovecot.expunge(draft)
        self.delivered += 1

    def _settle(self) -> None:
        """Until every mail is filed, and nothing waits to leave that may leave now."""
        wait_for(lambda: self.program.count("ledger", "state != 'new'") >= self.delivered, "the mail to be filed")
        busy = "state = 'leased' or (state = 'queued' and not_before <= datetime('now', '+5 seconds'))"
        wait_for(lambda: not self.program.count("outbox", busy), "the outbox to be empty")

    def _check(self, step: Step) -> None:
        if "cases" in step:
            assert [_short(case) for case in self.cases()] == step["cases"], self.account()
        for case in self.cases():
            assert case["waiting_on"] == WAITING_ON[State(str(case["state"]))]
        self._check_reply(step)
        if "why" in step:
            self._check_why(step)
        for name in ("protocol", "promised", "requester", "organ"):
            assert name not in step or self.cases()[step.get("of", 0)][name] == step[name], self.account()

    def _check_reply(self, step: Step) -> None:
        new = self.program.smtp.accepted[self.seen :]
        self.seen += len(new)
        wanted = [self.people[name].addr for name in str(step.get("reply", "")).split()]
        assert [one.recipients for one in new] == [(addr,) for addr in wanted], (
            self.account(),
            [one.raw for one in new],
        )
        for one in new:
            self.raws["ours"] = one.raw
            text = plain(parsed(one)).replace("\r\n", "\n")
            asked = _asked(text)
            assert asked == set(step.get("asks", "").split()), (sorted(asked), self.account())
            for words in step.get("says", []):
                assert words in text, text

    def _check_why(self, step: Step) -> None:
        message_id = Original.of(self.raws[step["id"]]).message_id if "id" in step else None
        notes = [str(e["note"]) for case in self.cases() for e in case["events"] if e["message_id"] == message_id]
        assert any(fold(step["why"]) in fold(note) for note in notes), self.account()

    def cases(self) -> list[dict[str, Any]]:
        """What `cases list|show --json` tells, in the order of the numbers."""
        engine = self.program.engine()
        try:
            with read(engine) as connection:
                found = list_cases(connection)[::-1]
                return [
                    {**case_object(case, None), "events": [event_object(e) for e in history(connection, case.number)],
                     "lines": case.lines, "lines_done": case.lines_done}
                    for case in found
                ]  # fmt: skip
        finally:
            engine.dispose()

    def account(self) -> str:
        """Everything so far, for whoever reads a failure."""
        lines = []
        for case in self.cases():
            lines.append(
                f"\n{case['case']} {_short(case)} review={case['review']} lines={case['lines']} {case['protocol']}"
            )
            lines += [f"    {e['by']}: {e['what']} {e['from']} → {e['to']}: {e['note']}" for e in case["events"]]
        query = "select message_id, state, reason, verdict from ledger left join judgement on ledger_id = ledger.id"
        return "\n".join([*lines, *(" ".join(map(str, row)) for row in self.program.rows(query))])


def _short(case: dict[str, Any]) -> str:
    service = f"/{case['service']}" if case["service"] else ""
    outcome = f":{case['outcome']}" if case["outcome"] else ""
    return f"{case['category'] or '?'}{service} {case['state']}{outcome}{' ?' if case['review'] else ''}"


def _asked(text: str) -> set[str]:
    """What a correction names, in the words of the contract."""
    labels = {rule.label: str(rule.field) for rule in load_bulletin().fields}
    named = {"Assunto do e-mail": "subject", "Formulário “Folhinha Voice-Net”": "form", "Destinatários": "", **labels}
    points = {named[label] for label in _POINT.findall(text)} - {""}
    return points | {address.partition("@")[0] for address in _RECIPIENT.findall(text)}


def printed(program: Running, *words: str) -> list[dict[str, Any]]:
    """What a command prints with --json."""
    done = program.call(*words, "--json")
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]
