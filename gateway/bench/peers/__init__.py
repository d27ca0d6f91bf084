"""What a competent developer would build in a day, to measure ourselves against: never used with real cases.

Both take the same requests as our staff API, decide, seal and log, and are as durable (SQLite, WAL, synchronous=FULL):
`orm` with SQLAlchemy's ORM and a commit for each request, `raw` with the sqlite3 module. They share the rest.
What they lack is what this project is about: no proofs, no erasable details, no approvals, no privacy in the log.
"""
