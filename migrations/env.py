"""Alembic's entry: runs migrations over one connection, batch mode on SQLite."""

from alembic import context
from sqlalchemy import create_engine, make_url, pool

from mhealth.store.tables import metadata


def run() -> None:
    """Run the asked-for migrations."""
    url = make_url(context.config.attributes["database_url"])
    if url.get_backend_name() == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    engine = create_engine(url, poolclass=pool.NullPool, hide_parameters=True)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            compare_type=True,
            render_as_batch=connection.dialect.name == "sqlite",
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
