"""Renderers: from values to words, workbooks and paper."""
