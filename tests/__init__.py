"""Dawnline's tests."""
