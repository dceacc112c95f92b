"""The desk's HTTP side: the channels' webhooks and the health of the whole."""
