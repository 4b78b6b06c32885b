"""daily report

Revision ID: daily_report
Revises: survey
Create Date: 2026-11-25 18:28:24.734132

"""
from alembic import op
import sqlalchemy as sa
from models.base import FixedDecimal

# revision identifiers, used by Alembic.
revision = 'daily_report'
down_revision = 'survey'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('daily_report',
    sa.Column('day', sa.Date(), nullable=True),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('department_id', sa.Integer(), nullable=True),
    sa.Column('day_kind', sa.String(length=30), nullable=True),
    sa.Column('special_note', sa.Text(), nullable=True),
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
    sa.ForeignKeyConstraint(['department_id'], ['department.id'], ),
    sa.ForeignKeyConstraint(['replaces_id'], ['daily_report.id'], ),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('number')
    )
    op.create_index('ix_daily_report_day', 'daily_report', ['day', 'id'], unique=False)
    op.create_index(op.f('ix_daily_report_department_id'), 'daily_report', ['department_id'], unique=False)
    op.create_index('uq_daily_report', 'daily_report', ['staff_id', 'day'], unique=True, sqlite_where=sa.text("status <> 'void'"), postgresql_where=sa.text("status <> 'void'"))
    op.create_table('daily_report_line',
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('service_category', sa.String(length=30), nullable=True),
    sa.Column('customer_id', sa.Integer(), nullable=True),
    sa.Column('source', sa.String(length=40), nullable=True),
    sa.Column('work', sa.String(length=200), nullable=True),
    sa.Column('start_at', sa.Time(), nullable=True),
    sa.Column('end_at', sa.Time(), nullable=True),
    sa.Column('hours', FixedDecimal(5, 2), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('changed_by_id', sa.Integer(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['changed_by_id'], ['ab_user.id'], ),
    sa.ForeignKeyConstraint(['created_by_id'], ['ab_user.id'], ),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], ),
    sa.ForeignKeyConstraint(['report_id'], ['daily_report.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_daily_report_line_report_id'), 'daily_report_line', ['report_id'], unique=False)


def downgrade():
    op.drop_index(op.f('ix_daily_report_line_report_id'), table_name='daily_report_line')
    op.drop_table('daily_report_line')
    op.drop_index('uq_daily_report', table_name='daily_report', sqlite_where=sa.text("status <> 'void'"), postgresql_where=sa.text("status <> 'void'"))
    op.drop_index(op.f('ix_daily_report_department_id'), table_name='daily_report')
    op.drop_index('ix_daily_report_day', table_name='daily_report')
    op.drop_table('daily_report')
