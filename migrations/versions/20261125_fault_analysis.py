"""fault analysis

Revision ID: fault_analysis
Revises: surveyed
Create Date: 2026-11-25 14:29:30.620361

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'fault_analysis'
down_revision = 'surveyed'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('fault_analysis',
    sa.Column('request_id', sa.Integer(), nullable=True),
    sa.Column('work_order_id', sa.Integer(), nullable=True),
    sa.Column('customer_id', sa.Integer(), nullable=True),
    sa.Column('equipment_id', sa.Integer(), nullable=True),
    sa.Column('symptom', sa.Text(), nullable=True),
    sa.Column('fault_type', sa.String(length=30), nullable=True),
    sa.Column('part_id', sa.Integer(), nullable=True),
    sa.Column('cause', sa.Text(), nullable=True),
    sa.Column('is_repeated', sa.Boolean(), nullable=False),
    sa.Column('solution', sa.Text(), nullable=True),
    sa.Column('prevention', sa.Text(), nullable=True),
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
    sa.ForeignKeyConstraint(['equipment_id'], ['equipment.id'], ),
    sa.ForeignKeyConstraint(['part_id'], ['part.id'], ),
    sa.ForeignKeyConstraint(['replaces_id'], ['fault_analysis.id'], ),
    sa.ForeignKeyConstraint(['request_id'], ['service_request.id'], ),
    sa.ForeignKeyConstraint(['work_order_id'], ['work_order.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('number')
    )
    op.create_index(op.f('ix_fault_analysis_customer_id'), 'fault_analysis', ['customer_id'], unique=False)
    op.create_index(op.f('ix_fault_analysis_equipment_id'), 'fault_analysis', ['equipment_id'], unique=False)
    op.create_index(op.f('ix_fault_analysis_request_id'), 'fault_analysis', ['request_id'], unique=False)
    op.create_index(op.f('ix_fault_analysis_work_order_id'), 'fault_analysis', ['work_order_id'], unique=False)
    op.create_table('fault_analysis_participant',
    sa.Column('analysis_id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['analysis_id'], ['fault_analysis.id'], ),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], ),
    sa.PrimaryKeyConstraint('analysis_id', 'staff_id')
    )


def downgrade():
    op.drop_table('fault_analysis_participant')
    op.drop_index(op.f('ix_fault_analysis_work_order_id'), table_name='fault_analysis')
    op.drop_index(op.f('ix_fault_analysis_request_id'), table_name='fault_analysis')
    op.drop_index(op.f('ix_fault_analysis_equipment_id'), table_name='fault_analysis')
    op.drop_index(op.f('ix_fault_analysis_customer_id'), table_name='fault_analysis')
    op.drop_table('fault_analysis')
