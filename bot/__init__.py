"""Dawnline's core: decides everything; knows no vendor, no SQL, no socket."""
