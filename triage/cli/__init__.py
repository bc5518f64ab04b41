"""The command line: thin, on top of `service`."""
