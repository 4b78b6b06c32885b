"""who an undecidable return was handed to; the registration number of an inspected product

Revision ID: fields_of_returns
Revises: field_install_record
Create Date: 2026-11-25 18:30:00

"""
from alembic import op
import sqlalchemy as sa


revision = 'fields_of_returns'
down_revision = 'field_install_record'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('return_order', sa.Column('handed_to_id', sa.Integer(),
                  sa.ForeignKey('staff.id', name='fk_return_order_handed_to'), nullable=True), inline_references=True)
    op.add_column('quality_inspection', sa.Column('registration_no', sa.String(length=60), nullable=True))


def downgrade():
    op.drop_column('quality_inspection', 'registration_no')
    op.drop_column('return_order', 'handed_to_id')
