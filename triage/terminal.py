"""How the terminal names what the program found, in Portuguese, with a style for actions and states."""

from triage.core.vocabulary import Action, Kind, Outcome, State

KINDS = {
    Kind.REQUEST: "solicitação",
    Kind.SUPPLEMENT: "complemento",
    Kind.OPERATOR: "palavra da operadora",
    Kind.CARRIER: "palavra da operadora de longa distância",
    Kind.AUTOMATIC: "mensagem de máquina",
    Kind.OTHER: "outra mensagem",
}
ACTIONS = {
    Action.ACCEPT: ("nada a corrigir", "green"),
    Action.CORRECT: ("pedir, numa só resposta, tudo o que falta", "yellow"),
    Action.REDIRECT: ("indicar o canal certo", "cyan"),
    Action.UPDATE: ("anotar no caso", "blue"),
    Action.REVIEW: ("uma pessoa precisa ver; nada é respondido", "magenta"),
    Action.IGNORE: ("nada a fazer; nada é respondido", "dim"),
}
STATES = {
    State.REVIEW: "aguarda uma pessoa da SEGER",
    State.INCOMPLETE: "aguarda o solicitante",
    State.WITH_OPERATOR: "com a operadora",
    State.NEEDS_INFO: "a operadora aguarda o solicitante",
    State.CARRIER_DUE: "falta avisar a operadora de longa distância",
    State.CLOSED: "encerrado",
}
OUTCOMES = {
    Outcome.DONE: "feito",
    Outcome.REFUSED: "recusado",
    Outcome.REDIRECTED: "outro canal indicado",
    Outcome.WITHDRAWN: "retirado",
    Outcome.DISMISSED: "sem seguimento",
}
# For a column of a table: shorter, and with a colour.
CASE_STATES = {
    State.REVIEW: ("uma pessoa precisa ver", "magenta"),
    State.INCOMPLETE: ("espera o solicitante", "yellow"),
    State.WITH_OPERATOR: ("com a operadora", "blue"),
    State.NEEDS_INFO: ("a operadora pergunta", "yellow"),
    State.CARRIER_DUE: ("avisar a longa distância", "cyan"),
    State.CLOSED: ("encerrado", "dim"),
}
