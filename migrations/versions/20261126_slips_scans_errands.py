"""slips scans errands

Revision ID: slips
Revises: fields_of_returns
Create Date: 2026-11-25 18:28:47.464210

"""
from alembic import op
import sqlalchemy as sa
from models.base import FixedDecimal

revision = 'slips'
down_revision = 'fields_of_returns'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('errand',
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('payload', sa.JSON(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('claimed_by', sa.String(length=40), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('result', sa.JSON(), nullable=False),
    sa.Column('error', sa.String(length=300), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['ab_user.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_errand_open', 'errand', ['done_at', 'lease_until', 'id'], unique=False)
    op.create_index(op.f('ix_errand_user_id'), 'errand', ['user_id'], unique=False)
    op.create_table('form_setting',
    sa.Column('form_code', sa.String(length=60), nullable=False),
    sa.Column('label_zh', sa.String(length=60), nullable=False),
    sa.Column('form_no', sa.String(length=40), nullable=True),
    sa.Column('revision', sa.String(length=20), nullable=True),
    sa.Column('arrangement', sa.String(length=30), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('changed_by_id', sa.Integer(), nullable=True),
    sa.Column('lock_version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['changed_by_id'], ['ab_user.id'], ),
    sa.ForeignKeyConstraint(['created_by_id'], ['ab_user.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('form_code')
    )
    op.create_table('month_close',
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_by_id', sa.Integer(), nullable=True),
    sa.Column('slips', sa.Integer(), nullable=False),
    sa.Column('missing', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('changed_by_id', sa.Integer(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['changed_by_id'], ['ab_user.id'], ),
    sa.ForeignKeyConstraint(['closed_by_id'], ['ab_user.id'], ),
    sa.ForeignKeyConstraint(['created_by_id'], ['ab_user.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('month')
    )
    op.create_table('printer_setting',
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('offset_x', FixedDecimal(6, 1), nullable=False),
    sa.Column('offset_y', FixedDecimal(6, 1), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('changed_by_id', sa.Integer(), nullable=True),
    sa.Column('lock_version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['changed_by_id'], ['ab_user.id'], ),
    sa.ForeignKeyConstraint(['created_by_id'], ['ab_user.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('name')
    )
    op.create_table('paper_copy',
    sa.Column('issued_id', sa.Integer(), nullable=False),
    sa.Column('form_code', sa.String(length=60), nullable=False),
    sa.Column('copy_no', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=30), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('printed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('printed_by_id', sa.Integer(), nullable=True),
    sa.Column('holder_id', sa.Integer(), nullable=True),
    sa.Column('signed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('returned_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('received_by_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(length=200), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('changed_by_id', sa.Integer(), nullable=True),
    sa.Column('lock_version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['changed_by_id'], ['ab_user.id'], ),
    sa.ForeignKeyConstraint(['created_by_id'], ['ab_user.id'], ),
    sa.ForeignKeyConstraint(['holder_id'], ['staff.id'], ),
    sa.ForeignKeyConstraint(['issued_id'], ['issued_paper.id'], ),
    sa.ForeignKeyConstraint(['printed_by_id'], ['ab_user.id'], ),
    sa.ForeignKeyConstraint(['received_by_id'], ['ab_user.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('issued_id', 'form_code', 'copy_no')
    )
    op.create_index(op.f('ix_paper_copy_holder_id'), 'paper_copy', ['holder_id'], unique=False)
    op.create_index('ix_paper_copy_month', 'paper_copy', ['month', 'state'], unique=False)
    op.create_table('scan_page',
    sa.Column('errand_id', sa.Integer(), nullable=False),
    sa.Column('page_no', sa.Integer(), nullable=False),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=30), nullable=False),
    sa.Column('found', sa.String(length=200), nullable=True),
    sa.Column('copy_id', sa.Integer(), nullable=True),
    sa.Column('filed_by_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(length=200), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('changed_by_id', sa.Integer(), nullable=True),
    sa.Column('lock_version', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['changed_by_id'], ['ab_user.id'], ),
    sa.ForeignKeyConstraint(['copy_id'], ['paper_copy.id'], ),
    sa.ForeignKeyConstraint(['created_by_id'], ['ab_user.id'], ),
    sa.ForeignKeyConstraint(['errand_id'], ['errand.id'], ),
    sa.ForeignKeyConstraint(['filed_by_id'], ['ab_user.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('errand_id', 'page_no')
    )
    op.create_index(op.f('ix_scan_page_copy_id'), 'scan_page', ['copy_id'], unique=False)
    op.create_index('ix_scan_page_state', 'scan_page', ['state', 'id'], unique=False)


def downgrade():
    op.drop_index('ix_scan_page_state', table_name='scan_page')
    op.drop_index(op.f('ix_scan_page_copy_id'), table_name='scan_page')
    op.drop_table('scan_page')
    op.drop_index('ix_paper_copy_month', table_name='paper_copy')
    op.drop_index(op.f('ix_paper_copy_holder_id'), table_name='paper_copy')
    op.drop_table('paper_copy')
    op.drop_table('printer_setting')
    op.drop_table('month_close')
    op.drop_table('form_setting')
    op.drop_index(op.f('ix_errand_user_id'), table_name='errand')
    op.drop_index('ix_errand_open', table_name='errand')
    op.drop_table('errand')
