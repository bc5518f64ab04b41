"""Bytes to messages, and the wire: parsing, IMAP, SMTP. Imports the core only."""
