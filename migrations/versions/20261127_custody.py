"""custody of customers' goods

Revision ID: custody
Revises: reference_mark
Create Date: 2026-11-25 21:50:00

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'custody'
down_revision = 'reference_mark'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('repair_item', sa.Column('zone_id', sa.Integer(), sa.ForeignKey('stock_zone.id', name='fk_repair_item_zone'),
                                           nullable=True), inline_references=True)
    op.create_table('custody_hand_over',
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('sent_on', sa.Date(), nullable=True),
    sa.Column('taken_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('changed_by_id', sa.Integer(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['changed_by_id'], ['ab_user.id'], ),
    sa.ForeignKeyConstraint(['created_by_id'], ['ab_user.id'], ),
    sa.ForeignKeyConstraint(['item_id'], ['repair_item.id'], ),
    sa.ForeignKeyConstraint(['taken_by_id'], ['staff.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_custody_hand_over_item_id'), 'custody_hand_over', ['item_id'], unique=False)


def downgrade():
    op.drop_index(op.f('ix_custody_hand_over_item_id'), table_name='custody_hand_over')
    op.drop_table('custody_hand_over')
    op.drop_column('repair_item', 'zone_id')
