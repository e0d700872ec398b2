"""Everything kept: tables, named queries, the unit of work, migrations. The only importer of SQLAlchemy."""
