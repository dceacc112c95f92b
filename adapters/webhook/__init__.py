"""Webhooks: signed POSTs to programs, as https://www.standardwebhooks.com wants them."""
