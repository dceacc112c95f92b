"""What customers do on the desk's own pages: file a ticket, write on it, say whether it is solved."""
