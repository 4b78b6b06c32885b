"""field service record

Revision ID: field_service_record
Revises: fault_analysis
Create Date: 2026-11-25 14:46:25.219712

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = 'field_service_record'
down_revision = 'fault_analysis'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('service_record_engineer',
    sa.Column('record_id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['record_id'], ['service_record.id'], ),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], ),
    sa.PrimaryKeyConstraint('record_id', 'staff_id')
    )
    op.add_column('service_record', sa.Column('field_record_no', sa.String(length=20), nullable=True))
    op.add_column('service_record', sa.Column('department_id', sa.Integer(), sa.ForeignKey('department.id', name='fk_service_record_department'), nullable=True),
                  inline_references=True)
    op.add_column('service_record', sa.Column('sheet_no', sa.String(length=20), nullable=True))
    op.add_column('service_record', sa.Column('charging', sa.String(length=30), nullable=True))
    op.add_column('service_record', sa.Column('quotation_note', sa.String(length=60), nullable=True))
    op.add_column('service_record', sa.Column('service_description', sa.Text(), nullable=True))
    op.add_column('service_record', sa.Column('returned_to_clerk_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('service_record', sa.Column('departed_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('service_record', sa.Column('defect_disposal', sa.String(length=30), nullable=True))
    op.add_column('service_record', sa.Column('charge_note', sa.String(length=120), nullable=True))
    op.create_index(op.f('ix_service_record_department_id'), 'service_record', ['department_id'], unique=False)
    op.create_index('uq_service_record_field_no', 'service_record', ['field_record_no'], unique=True)


def downgrade():
    op.drop_index('uq_service_record_field_no', table_name='service_record')
    op.drop_index(op.f('ix_service_record_department_id'), table_name='service_record')
    op.drop_column('service_record', 'charge_note')
    op.drop_column('service_record', 'defect_disposal')
    op.drop_column('service_record', 'departed_at')
    op.drop_column('service_record', 'returned_to_clerk_at')
    op.drop_column('service_record', 'service_description')
    op.drop_column('service_record', 'quotation_note')
    op.drop_column('service_record', 'charging')
    op.drop_column('service_record', 'sheet_no')
    op.drop_column('service_record', 'department_id')
    op.drop_column('service_record', 'field_record_no')
    op.drop_table('service_record_engineer')
