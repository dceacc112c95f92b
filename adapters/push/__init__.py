"""Push to engineers' devices by a server that speaks ntfy's HTTP API."""
