"""Reading the mandatory fields of clauses 4.3 and 4.4 out of what the requester wrote, each with its evidence."""
