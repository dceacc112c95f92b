"""How hard hypothesis tries; `pytest --hypothesis-profile ci` tries harder. No deadline: machines stall."""

from hypothesis import settings

settings.register_profile("dev", max_examples=60, deadline=None)
settings.register_profile("ci", max_examples=400, deadline=None)
settings.load_profile("dev")
