"""One delivery a registry, county and night: a registry may come in parts. What was delivered before came whole."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    with op.batch_alter_table("delivery") as delivery:
        delivery.add_column(sa.Column("county", sa.String(6), nullable=False, server_default=""))
        delivery.drop_constraint("pk_delivery", type_="primary")
        delivery.create_primary_key("pk_delivery", ["run_id", "registry", "county"])


def downgrade() -> None:
    """Back to the one before. What counties delivered themselves is lost; what came whole stays."""
    op.execute("DELETE FROM delivery WHERE county <> ''")
    with op.batch_alter_table("delivery") as delivery:
        delivery.drop_constraint("pk_delivery", type_="primary")
        delivery.create_primary_key("pk_delivery", ["run_id", "registry"])
        delivery.drop_column("county")
