"""Who is on call: a pure calculation over schedules, overrides and an instant."""
