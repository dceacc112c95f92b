"""What engineers and leads see of the desk: the board, a ticket, who is on call, what came in."""
