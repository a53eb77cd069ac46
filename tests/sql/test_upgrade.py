"""A state that an earlier version wrote opens in this one, with every row it had."""

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from sql.database import bring_up_to_date, scripts


def at_revision(connection: sa.Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(scripts().dir))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def test_decisions_of_the_first_schema_stand_in_this_one(tmp_path):
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'hedui.db'}")
    with engine.begin() as connection:
        at_revision(connection, "0001")
        assert "outcome" not in sa.inspect(connection).get_table_names()
        connection.execute(
            sa.text("INSERT INTO decision VALUES ('hospital', 'h1', 'hukou', 'r1', 'link', '2026-10-31 02:00:00')"),
        )
    with engine.begin() as connection:
        bring_up_to_date(connection)
        assert {"outcome", "bound_record"} <= set(sa.inspect(connection).get_table_names())
        row = connection.execute(sa.text("SELECT registry_left, record_id_right, decision, reason, task_no FROM decision")).one()
    assert tuple(row) == ("hospital", "r1", "link", None, None)
