"""The desk for programs: /api/v1. docs/api.md tells how it is used."""
