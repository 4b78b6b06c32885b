"""the mark of parameters, lists and rights

Revision ID: reference_mark
Revises: quality_case
Create Date: 2026-11-25 21:45:00

"""
from alembic import op
import sqlalchemy as sa

revision = 'reference_mark'
down_revision = 'quality_case'
branch_labels = None
depends_on = None


def upgrade():
    made = op.create_table('reference_mark',
        sa.Column('word', sa.String(length=40), nullable=False),
        sa.Column('id', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_reference_mark')))
    op.bulk_insert(made, [{'id': 1, 'word': 'new'}])


def downgrade():
    op.drop_table('reference_mark')
