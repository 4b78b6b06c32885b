"""inspection plan

Revision ID: inspection_plan
Revises: inspection_record
Create Date: 2026-11-25 18:38:45.991812

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'inspection_plan'
down_revision = 'inspection_record'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('inspection_policy',
    sa.Column('product_model_id', sa.Integer(), nullable=True),
    sa.Column('bands', sa.String(length=80), nullable=False),
    sa.Column('visit_months', sa.Integer(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('changed_by_id', sa.Integer(), nullable=True),
    sa.Column('lock_version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint('visit_months BETWEEN 1 AND 120', name='ck_inspection_policy_visit'),
    sa.ForeignKeyConstraint(['changed_by_id'], ['ab_user.id'], ),
    sa.ForeignKeyConstraint(['created_by_id'], ['ab_user.id'], ),
    sa.ForeignKeyConstraint(['product_model_id'], ['product_model.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('product_model_id')
    )
    op.create_table('inspection_task',
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=True),
    sa.Column('equipment_id', sa.Integer(), nullable=False),
    sa.Column('accepted_on', sa.Date(), nullable=False),
    sa.Column('band', sa.String(length=30), nullable=False),
    sa.Column('inspect_every_months', sa.Integer(), nullable=False),
    sa.Column('visit_every_months', sa.Integer(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('phase', sa.String(length=30), nullable=True),
    sa.Column('engineer_id', sa.Integer(), nullable=True),
    sa.Column('status', sa.String(length=30), nullable=False),
    sa.Column('record_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('changed_by_id', sa.Integer(), nullable=True),
    sa.Column('lock_version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['changed_by_id'], ['ab_user.id'], ),
    sa.ForeignKeyConstraint(['created_by_id'], ['ab_user.id'], ),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], ),
    sa.ForeignKeyConstraint(['engineer_id'], ['staff.id'], ),
    sa.ForeignKeyConstraint(['equipment_id'], ['equipment.id'], ),
    sa.ForeignKeyConstraint(['record_id'], ['inspection_record.id'], ),
    sa.ForeignKeyConstraint(['site_id'], ['customer_site.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('equipment_id', 'due_on')
    )
    op.create_index('ix_inspection_task_customer', 'inspection_task', ['customer_id', 'status', 'due_on'], unique=False)
    op.create_index('ix_inspection_task_due', 'inspection_task', ['due_on', 'id'], unique=False)
    op.create_index(op.f('ix_inspection_task_engineer_id'), 'inspection_task', ['engineer_id'], unique=False)
    op.create_index(op.f('ix_inspection_task_record_id'), 'inspection_task', ['record_id'], unique=False)


def downgrade():
    op.drop_index(op.f('ix_inspection_task_record_id'), table_name='inspection_task')
    op.drop_index(op.f('ix_inspection_task_engineer_id'), table_name='inspection_task')
    op.drop_index('ix_inspection_task_due', table_name='inspection_task')
    op.drop_index('ix_inspection_task_customer', table_name='inspection_task')
    op.drop_table('inspection_task')
    op.drop_table('inspection_policy')
