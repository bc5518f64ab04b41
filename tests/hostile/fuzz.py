"""Coverage-guided fuzzing of parse → classify → judge (needs the dependency group `fuzz`).

python -m tests.hostile.fuzz [libFuzzer options] CORPUS_FOLDER…   e.g. -max_total_time=1200 -timeout=5 -rss_limit_mb=900

What crashes it is written to ./crash-*; a finding is mended, and its bytes are kept in tests/hostile/cases.
"""

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["triage", "mailparser", "authres"]):
    from tests.hostile.promises import POLICY, broken_promises
    from triage.config import load_bulletin
    from triage.core.judge import judge
    from triage.learn.classifier import Classifier
    from triage.mail.parse import Unreadable, parse
    from triage.paths import models_dir
    from triage.service.wire import Answer, Judged, encode, for_daemon

BULLETIN = load_bulletin()
CLASSIFIER = Classifier.load(models_dir())
GUARDED = "parser"


def one_input(raw: bytes) -> None:
    """Judge `raw` as the confined reader does; raises where a promise is broken, or where the guard had to catch."""
    try:
        message = parse(raw)
    except Unreadable as refused:
        if refused.reason_code == GUARDED:
            raise
        return
    verdict = judge(message, reading := CLASSIFIER.read(message, BULLETIN, POLICY), BULLETIN, POLICY)
    judged = Judged(for_daemon(message), reading, verdict)
    encode(Answer(1, judged=judged))
    broken = list(broken_promises(judged))
    if broken:
        raise AssertionError("; ".join(broken))


def main() -> None:
    """Fuzz for as long as the options say; what the project's own cases hold is tried first."""
    for path in sorted((Path(__file__).parent / "cases").glob("*")):
        one_input(path.read_bytes())
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
