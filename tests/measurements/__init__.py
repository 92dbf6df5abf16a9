"""Measurements, run by hand: `python -m tests.measurements.NAME`; each prints its figures as JSON.

They are not tests: this depends on the machine and on what else it does, so figures are ratios to a reference
in the same run wherever that is possible.
"""
