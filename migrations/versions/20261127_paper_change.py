"""changes of signed papers

Revision ID: paper_change
Revises: custody
Create Date: 2026-11-25 21:55:00

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'paper_change'
down_revision = 'custody'
branch_labels = None
depends_on = None
OPEN = "status IN ('asked', 'agreed')"


def upgrade():
    op.create_table('paper_change',
    sa.Column('owner_type', sa.String(length=40), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('form_code', sa.String(length=60), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('status', sa.String(length=30), nullable=False),
    sa.Column('wanted', sa.String(length=500), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decision_note', sa.String(length=200), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('changed_by_id', sa.Integer(), nullable=True),
    sa.Column('lock_version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['asked_by_id'], ['ab_user.id'], ),
    sa.ForeignKeyConstraint(['changed_by_id'], ['ab_user.id'], ),
    sa.ForeignKeyConstraint(['created_by_id'], ['ab_user.id'], ),
    sa.ForeignKeyConstraint(['decided_by_id'], ['ab_user.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_paper_change_list', 'paper_change', ['status', 'id'], unique=False)
    op.create_index('ix_paper_change_owner', 'paper_change', ['owner_type', 'owner_id'], unique=False)
    op.create_index('uq_paper_change_open', 'paper_change', ['owner_type', 'owner_id'], unique=True, sqlite_where=sa.text(OPEN),
                    postgresql_where=sa.text(OPEN))


def downgrade():
    op.drop_index('uq_paper_change_open', table_name='paper_change', sqlite_where=sa.text(OPEN), postgresql_where=sa.text(OPEN))
    op.drop_index('ix_paper_change_owner', table_name='paper_change')
    op.drop_index('ix_paper_change_list', table_name='paper_change')
    op.drop_table('paper_change')
