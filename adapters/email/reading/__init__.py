"""Reading a mail: from its bytes to what it says. Pure; nothing here opens a socket or a file."""
