"""What alembic runs: the steps, on the connection it was given, inside that connection's transaction."""

from alembic import context

from storage.models import Row

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Row.metadata,
    render_as_batch=True,  # SQLite changes a table by building it anew
)
with context.begin_transaction():
    context.run_migrations()
