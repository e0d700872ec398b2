"""The demo: a fictional commune, a clock that can be moved, everything on this machine."""
