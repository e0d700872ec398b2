"""Kẻng beside plain bots of the same trade: how many presses one core answers, and how soon.

Run `python -m tests.bench` (`--help` lists what can be left out). Nothing here asserts: the table tells.
"""
