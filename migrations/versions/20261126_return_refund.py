"""returns on their way, and who decided and confirmed a refund

Revision ID: return_refund
Revises: quotation_steps
Create Date: 2026-11-25 22:50:00

"""
from alembic import op
import sqlalchemy as sa


revision = 'return_refund'
down_revision = 'quotation_steps'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('return_order', sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('return_order', sa.Column('disposed_by_id', sa.Integer(), sa.ForeignKey(
        'staff.id', name='fk_return_order_disposed_by_id_staff'), nullable=True), inline_references=True)
    op.add_column('return_order', sa.Column('refunded_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('return_order', sa.Column('refunded_by_id', sa.Integer(), sa.ForeignKey(
        'staff.id', name='fk_return_order_refunded_by_id_staff'), nullable=True), inline_references=True)


def downgrade():
    for name in ('refunded_by_id', 'refunded_at', 'disposed_by_id', 'sent_at'):
        op.drop_column('return_order', name)
