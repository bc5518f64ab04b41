"""What is remembered: ledger, cases, outbox, on SQLite or PostgreSQL. The core's values go in and out; rows stay."""
