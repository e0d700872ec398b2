"""The verbs of the product, one transaction each."""

from services.work import Work

__all__ = ["Work"]
