"""A typed client library for EV charging clouds.

It knows the vendors and nothing of Home Assistant: no module below imports
``homeassistant``. Every vendor's answers become the neutral objects of
:mod:`.model`; every vendor's failures become the errors of :mod:`.errors`.
"""
