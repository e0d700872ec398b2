"""The roster workbook: its layout, reading it with every fault named, writing it."""
