"""when the customer was asked whether he is satisfied

Revision ID: surveyed
Revises: stock_serials
Create Date: 2026-11-25 14:40:00

"""
import sqlalchemy as sa
from alembic import op

revision = 'surveyed'
down_revision = 'stock_serials'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('service_request', sa.Column('surveyed_at', sa.DateTime(timezone=True), nullable=True))


def downgrade():
    op.drop_column('service_request', 'surveyed_at')
