"""E-mail: formal tickets in by IMAP or HTTP, answers and updates out by SMTP."""
