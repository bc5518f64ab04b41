"""`python -m triage`: the program, where its console script is not on the path."""

from triage.cli.entry import run

run()
