"""The one list of all tables, which every room of tables adds its own to."""

from sqlalchemy import MetaData

metadata = MetaData()
