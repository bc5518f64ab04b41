"""`triage train`: the classifier from the corpus, to the byte."""

from rich.console import Console

from triage.cli.exits import WRONG, fail
from triage.cli.options import Config
from triage.paths import models_dir


def train(config: Config = None) -> None:
    """Treina o classificador a partir de models/corpus e escreve o artefato e o seu cartão."""
    del config  # stands on every command; training reads nothing from it
    from triage.learn.train import CorpusProblems  # scikit-learn is for training only
    from triage.learn.train import train as train_classifier

    console = Console(stderr=True)
    try:
        with console.status("treinando") as status:
            card = train_classifier(models_dir() / "corpus", models_dir(), status.update)
    except CorpusProblems as problems:
        fail(str(problems).splitlines(), WRONG)
    Console().print(card.text, markup=False, highlight=False)
