"""what task notice and voucher ask of a work order

Revision ID: order_papers
Revises: slips

"""
from alembic import op
import sqlalchemy as sa

from models.base import FixedDecimal


revision = 'order_papers'
down_revision = 'slips'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('work_order', sa.Column('guarantee_items', sa.String(length=200), nullable=True))
    op.add_column('work_order', sa.Column('maker_contact', sa.String(length=120), nullable=True))
    op.add_column('work_order', sa.Column('charge_amount', FixedDecimal(12, 2), nullable=True))
    op.add_column('work_order', sa.Column('collect_mode', sa.String(length=30), nullable=True))
    op.add_column('work_order', sa.Column('invoice_no', sa.String(length=40), nullable=True))
    op.add_column('work_order', sa.Column('taken_back', sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade():
    for name in ('taken_back', 'invoice_no', 'collect_mode', 'charge_amount', 'maker_contact', 'guarantee_items'):
        op.drop_column('work_order', name)
