"""why a file was taken away; questions of a pause for arrears

Revision ID: 0002
Revises: list_indexes
"""
import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = 'list_indexes'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('attachment', sa.Column('void_reason', sa.String(length=200), nullable=True))
    op.create_table(
        'service_hold',
        sa.Column('work_order_id', sa.Integer(), nullable=False),
        sa.Column('asked_by_id', sa.Integer(), nullable=False),
        sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('reason', sa.String(length=200), nullable=False),
        sa.Column('answered_by_id', sa.Integer(), nullable=True),
        sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('agreed', sa.Boolean(), nullable=True),
        sa.Column('opinion', sa.String(length=200), nullable=True),
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('created_by_id', sa.Integer(), nullable=True),
        sa.Column('changed_by_id', sa.Integer(), nullable=True),
        sa.CheckConstraint('(answered_by_id IS NULL) = (agreed IS NULL)', name='ck_service_hold_answer'),
        sa.ForeignKeyConstraint(['work_order_id'], ['work_order.id']),
        sa.ForeignKeyConstraint(['asked_by_id'], ['ab_user.id']),
        sa.ForeignKeyConstraint(['answered_by_id'], ['ab_user.id']),
        sa.ForeignKeyConstraint(['created_by_id'], ['ab_user.id']),
        sa.ForeignKeyConstraint(['changed_by_id'], ['ab_user.id']),
        sa.PrimaryKeyConstraint('id'),
    )
    op.create_index('ix_service_hold_work_order_id', 'service_hold', ['work_order_id'])


def downgrade():
    op.drop_index('ix_service_hold_work_order_id', table_name='service_hold')
    op.drop_table('service_hold')
    op.drop_column('attachment', 'void_reason')
