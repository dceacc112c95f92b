"""Moving a desk from its SQLite file to PostgreSQL."""
