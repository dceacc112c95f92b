"""Signing in by OpenID Connect: the authorization code flow with PKCE, and what it proves of a person."""
