"""Who may come in by the web: sessions, links that sign in, tokens of programs, and what each may do."""
