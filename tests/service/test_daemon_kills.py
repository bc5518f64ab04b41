"""kill -9 at any moment: nothing lost, nothing twice (RELIABILITY A15, C1, C8)."""

import random
import time
from email.utils import parseaddr

import pytest

from tests.servers.smtp import Answer
from tests.service.running import SCHOOL, Running, letter, mail, wait_for

REQUESTS = 6


@pytest.mark.parametrize("seed", range(4))
def test_after_kills_at_random_moments_every_request_has_its_one_reply(program: Running, seed: int) -> None:
    """Each requester hears from us once; whoever does not is in doubt, and not forgotten."""
    chance = random.Random(seed)
    program.set(limits={"per_domain_day": 100, "breaker": 100})
    for number in range(REQUESTS):
        sender = f"Servidor {number} <s{number}@orgao{number}.es.gov.br>"
        program.imap.deliver(mail(f"m{number}", SCHOOL.replace("1846", f"18{number}0"), sender=sender))
    for _ in range(3):
        program.start(ready=False)
        time.sleep(chance.uniform(0.3, 2.0))
        program.kill()
    program.start()
    program.settled(REQUESTS)
    assert program.stop() == 0
    assert program.count("ledger", "state = 'judged'") == REQUESTS
    assert program.count("cases") == REQUESTS
    assert program.count("outbox", "state in ('sent', 'ambiguous')") == program.count("outbox") == REQUESTS
    heard = [letter(accepted) for accepted in program.smtp.accepted]
    people = [parseaddr(reply["To"])[1] for reply in heard]
    assert len(set(people)) == len({reply["Message-ID"] for reply in heard}) == len(people)
    in_doubt = program.count("outbox", "state = 'ambiguous'")
    assert len(people) >= REQUESTS - in_doubt
    done = program.call("doctor", "--deep")
    assert "✗" not in done.stdout, done.stdout


def test_killed_right_after_the_relay_accepted_one_message_is_all_it_gets(program: Running) -> None:
    """A15, K8: the 250 never reaches us; after the restart the mail is in doubt, and not sent again at once."""
    program.smtp.answer("final", Answer("250 too late", delay=5))
    program.start()
    program.imap.deliver(mail("pedido"))
    wait_for(lambda: program.smtp.accepted, "the relay to have it")
    program.kill()
    program.start()
    wait_for(lambda: program.count("outbox", "state = 'ambiguous'"), "the doubt to be seen")
    assert program.stop() == 0
    assert len(program.smtp.accepted) == 1


def test_a_successor_sends_at_once_although_the_dead_one_held_the_duty(program: Running) -> None:
    """B18: the lock on the state directory ends with the process; its fence must not keep the next one waiting."""
    program.start()
    program.kill()
    program.imap.deliver(mail("pedido"))
    program.start()
    wait_for(lambda: program.smtp.accepted, "the reply", seconds=10)
