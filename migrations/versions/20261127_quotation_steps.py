"""steps of quotations

Revision ID: quotation_steps
Revises: paper_change
Create Date: 2026-11-25 22:15:00

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'quotation_steps'
down_revision = 'paper_change'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('quotation', sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('quotation', sa.Column('sent_by_id', sa.Integer(), sa.ForeignKey('staff.id', name='fk_quotation_sent_by'),
                                         nullable=True), inline_references=True)
    op.add_column('quotation', sa.Column('rejected_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('quotation', sa.Column('reject_reason', sa.String(length=200), nullable=True))
    op.add_column('quotation', sa.Column('expired_at', sa.DateTime(timezone=True), nullable=True))


def downgrade():
    for name in ('expired_at', 'reject_reason', 'rejected_at', 'sent_by_id', 'sent_at'):
        op.drop_column('quotation', name)
