"""The daemon: what joins the core, mail, the classifier and the store."""
