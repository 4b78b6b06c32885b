"""serial numbers of the ledger by index

Revision ID: stock_serials
Revises: stock
Create Date: 2026-11-25 10:58:00

"""
from alembic import op

revision = 'stock_serials'
down_revision = 'stock'
branch_labels = None
depends_on = None


def upgrade():
    op.create_index('ix_stock_movement_serial', 'stock_movement', ['serial_no'], unique=False)


def downgrade():
    op.drop_index('ix_stock_movement_serial', table_name='stock_movement')
