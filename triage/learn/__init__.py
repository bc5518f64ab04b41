"""The classifier: what a message is about, learnt from the corpus in `models/`. It proposes; the rules dispose."""
