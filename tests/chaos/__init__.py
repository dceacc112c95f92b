"""Workers of one desk on one PostgreSQL, killed, paused and cut off under load; see `make test-chaos`."""
