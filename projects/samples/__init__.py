"""Synthetic projects in a database of their own, to measure the portal with far more records than there are.

`words.py` has what names and titles are made of, `records.py` makes the records and knows no database,
`database.py` makes the database and fills it. The command is `make_sample_projects`.
"""
