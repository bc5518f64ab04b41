"""The pure core: values in, values out. No clock, disk, network, randomness, ORM or numpy (held by a test)."""
