"""Where tickets, events, timers and the outbox are kept."""
