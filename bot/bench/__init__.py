"""Measuring the desk as it is: the real use cases on the real store, on a scratch database of its own."""
