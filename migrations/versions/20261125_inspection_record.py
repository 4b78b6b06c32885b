"""inspection record

Revision ID: inspection_record
Revises: daily_report
Create Date: 2026-11-25 18:32:38.194840

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'inspection_record'
down_revision = 'daily_report'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('inspection_record',
    sa.Column('work_order_id', sa.Integer(), nullable=True),
    sa.Column('customer_id', sa.Integer(), nullable=True),
    sa.Column('site_id', sa.Integer(), nullable=True),
    sa.Column('contact_name', sa.String(length=40), nullable=True),
    sa.Column('contact_phone', sa.String(length=40), nullable=True),
    sa.Column('inspected_on', sa.Date(), nullable=True),
    sa.Column('arrived_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('left_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('phase', sa.String(length=30), nullable=True),
    sa.Column('usage_note', sa.Text(), nullable=True),
    sa.Column('customer_problems', sa.Text(), nullable=True),
    sa.Column('answers', sa.Text(), nullable=True),
    sa.Column('frequent_faults', sa.Text(), nullable=True),
    sa.Column('customer_opinion', sa.Text(), nullable=True),
    sa.Column('number', sa.String(length=40), nullable=True),
    sa.Column('status', sa.String(length=30), nullable=False),
    sa.Column('signed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('carried_on_paper', sa.Boolean(), nullable=False),
    sa.Column('replaces_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('changed_by_id', sa.Integer(), nullable=True),
    sa.Column('lock_version', sa.Integer(), nullable=False),
    sa.Column('voided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('void_reason', sa.String(length=200), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['changed_by_id'], ['ab_user.id'], ),
    sa.ForeignKeyConstraint(['created_by_id'], ['ab_user.id'], ),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], ),
    sa.ForeignKeyConstraint(['replaces_id'], ['inspection_record.id'], ),
    sa.ForeignKeyConstraint(['site_id'], ['customer_site.id'], ),
    sa.ForeignKeyConstraint(['work_order_id'], ['work_order.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('number')
    )
    op.create_index(op.f('ix_inspection_record_customer_id'), 'inspection_record', ['customer_id'], unique=False)
    op.create_index(op.f('ix_inspection_record_inspected_on'), 'inspection_record', ['inspected_on'], unique=False)
    op.create_index(op.f('ix_inspection_record_work_order_id'), 'inspection_record', ['work_order_id'], unique=False)
    op.create_table('inspection_line',
    sa.Column('record_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('equipment_id', sa.Integer(), nullable=True),
    sa.Column('item', sa.String(length=30), nullable=True),
    sa.Column('state', sa.String(length=30), nullable=True),
    sa.Column('action', sa.String(length=200), nullable=True),
    sa.Column('open_point', sa.String(length=200), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('changed_by_id', sa.Integer(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['changed_by_id'], ['ab_user.id'], ),
    sa.ForeignKeyConstraint(['created_by_id'], ['ab_user.id'], ),
    sa.ForeignKeyConstraint(['equipment_id'], ['equipment.id'], ),
    sa.ForeignKeyConstraint(['record_id'], ['inspection_record.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_inspection_line_equipment_id'), 'inspection_line', ['equipment_id'], unique=False)
    op.create_index(op.f('ix_inspection_line_record_id'), 'inspection_line', ['record_id'], unique=False)
    op.create_table('inspection_record_engineer',
    sa.Column('record_id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['record_id'], ['inspection_record.id'], ),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], ),
    sa.PrimaryKeyConstraint('record_id', 'staff_id')
    )


def downgrade():
    op.drop_table('inspection_record_engineer')
    op.drop_index(op.f('ix_inspection_line_record_id'), table_name='inspection_line')
    op.drop_index(op.f('ix_inspection_line_equipment_id'), table_name='inspection_line')
    op.drop_table('inspection_line')
    op.drop_index(op.f('ix_inspection_record_work_order_id'), table_name='inspection_record')
    op.drop_index(op.f('ix_inspection_record_inspected_on'), table_name='inspection_record')
    op.drop_index(op.f('ix_inspection_record_customer_id'), table_name='inspection_record')
    op.drop_table('inspection_record')
