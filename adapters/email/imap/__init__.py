"""Mailboxes, read by IMAP: each mail is taken once, and marked only after it is safely in the desk."""
