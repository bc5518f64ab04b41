"""`triage demo`: the real daemon against embedded servers on loopback, with sample mail arriving one by one."""
