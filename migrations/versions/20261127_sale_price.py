"""what a piece was sold for

Revision ID: sale_price
Revises: return_refund
Create Date: 2026-11-26 11:35:00

"""
from alembic import op
import sqlalchemy as sa

from models.base import FixedDecimal


revision = 'sale_price'
down_revision = 'return_refund'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('sales_shipment_line', sa.Column('unit_price', FixedDecimal(12, 2), nullable=True))


def downgrade():
    op.drop_column('sales_shipment_line', 'unit_price')
