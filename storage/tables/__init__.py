"""The tables, by subject. Importing this package fills `metadata`."""

from storage.tables import conversation, delivery, desk, meetings, people, preparation
from storage.tables.base import metadata

__all__ = ["conversation", "delivery", "desk", "meetings", "metadata", "people", "preparation"]
