"""field install record

Revision ID: field_install_record
Revises: field_service_record
Create Date: 2026-11-25 14:53:26.390920

"""
from alembic import op
import sqlalchemy as sa


revision = 'field_install_record'
down_revision = 'field_service_record'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('service_record', sa.Column('product_category_id', sa.Integer(),
                  sa.ForeignKey('product_category.id', name='fk_service_record_category'), nullable=True), inline_references=True)
    op.add_column('service_record', sa.Column('delivered_on', sa.Date(), nullable=True))
    op.add_column('service_record', sa.Column('finished_on', sa.Date(), nullable=True))
    op.add_column('service_record', sa.Column('install_type', sa.String(length=200), nullable=True))
    op.add_column('service_record', sa.Column('done_state', sa.String(length=30), nullable=True))
    op.add_column('service_record', sa.Column('attitude', sa.String(length=30), nullable=True))
    op.add_column('service_record', sa.Column('damage', sa.String(length=30), nullable=True))
    op.add_column('service_record', sa.Column('cleanliness', sa.String(length=30), nullable=True))
    op.add_column('service_record', sa.Column('contentment', sa.String(length=30), nullable=True))
    op.add_column('service_record', sa.Column('commitment', sa.Text(), nullable=True))
    op.add_column('service_record', sa.Column('commitment_basis', sa.String(length=120), nullable=True))


def downgrade():
    op.drop_column('service_record', 'commitment_basis')
    op.drop_column('service_record', 'commitment')
    op.drop_column('service_record', 'contentment')
    op.drop_column('service_record', 'cleanliness')
    op.drop_column('service_record', 'damage')
    op.drop_column('service_record', 'attitude')
    op.drop_column('service_record', 'done_state')
    op.drop_column('service_record', 'install_type')
    op.drop_column('service_record', 'finished_on')
    op.drop_column('service_record', 'delivered_on')
    op.drop_column('service_record', 'product_category_id')
