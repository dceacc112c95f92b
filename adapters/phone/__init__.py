"""The telephone as two channels, calls and texts, by a provider that speaks Twilio's API."""
