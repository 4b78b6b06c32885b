"""complaint

Revision ID: complaint
Revises: trip
Create Date: 2026-11-25 18:17:02.779825

"""
from alembic import op
import sqlalchemy as sa
from models.base import FixedDecimal

# revision identifiers, used by Alembic.
revision = 'complaint'
down_revision = 'trip'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('complaint',
    sa.Column('kind', sa.String(length=30), nullable=True),
    sa.Column('channel', sa.String(length=30), nullable=True),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('first_contact_id', sa.Integer(), nullable=True),
    sa.Column('handler_id', sa.Integer(), nullable=True),
    sa.Column('customer_id', sa.Integer(), nullable=True),
    sa.Column('site_id', sa.Integer(), nullable=True),
    sa.Column('contact_name', sa.String(length=40), nullable=True),
    sa.Column('contact_phone', sa.String(length=40), nullable=True),
    sa.Column('request_id', sa.Integer(), nullable=True),
    sa.Column('equipment_id', sa.Integer(), nullable=True),
    sa.Column('batch_no', sa.String(length=40), nullable=True),
    sa.Column('source', sa.String(length=60), nullable=True),
    sa.Column('content', sa.Text(), nullable=True),
    sa.Column('problem_type', sa.String(length=30), nullable=True),
    sa.Column('is_major', sa.Boolean(), nullable=False),
    sa.Column('major_reason', sa.String(length=80), nullable=True),
    sa.Column('loss_amount', FixedDecimal(12, 2), nullable=True),
    sa.Column('within_authority', sa.Boolean(), nullable=False),
    sa.Column('contacted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('customer_demand', sa.Text(), nullable=True),
    sa.Column('is_substantiated', sa.String(length=30), nullable=True),
    sa.Column('escalated_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('head_opinion', sa.Text(), nullable=True),
    sa.Column('head_opinion_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('replied_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('resolution_plan', sa.Text(), nullable=True),
    sa.Column('responsible_link', sa.String(length=30), nullable=True),
    sa.Column('responsible_id', sa.Integer(), nullable=True),
    sa.Column('implementer_id', sa.Integer(), nullable=True),
    sa.Column('implemented_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('supervisor_id', sa.Integer(), nullable=True),
    sa.Column('visitor_id', sa.Integer(), nullable=True),
    sa.Column('visited_on', sa.Date(), nullable=True),
    sa.Column('penalty', sa.String(length=30), nullable=True),
    sa.Column('feedback', sa.Text(), nullable=True),
    sa.Column('feedback_satisfied', sa.String(length=30), nullable=True),
    sa.Column('letter_no', sa.String(length=40), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('elapsed_workdays', FixedDecimal(6, 1), nullable=True),
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
    sa.CheckConstraint('loss_amount IS NULL OR loss_amount >= 0', name='ck_complaint_loss'),
    sa.ForeignKeyConstraint(['changed_by_id'], ['ab_user.id'], ),
    sa.ForeignKeyConstraint(['created_by_id'], ['ab_user.id'], ),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], ),
    sa.ForeignKeyConstraint(['equipment_id'], ['equipment.id'], ),
    sa.ForeignKeyConstraint(['first_contact_id'], ['staff.id'], ),
    sa.ForeignKeyConstraint(['handler_id'], ['staff.id'], ),
    sa.ForeignKeyConstraint(['implementer_id'], ['staff.id'], ),
    sa.ForeignKeyConstraint(['replaces_id'], ['complaint.id'], ),
    sa.ForeignKeyConstraint(['request_id'], ['service_request.id'], ),
    sa.ForeignKeyConstraint(['responsible_id'], ['staff.id'], ),
    sa.ForeignKeyConstraint(['site_id'], ['customer_site.id'], ),
    sa.ForeignKeyConstraint(['supervisor_id'], ['staff.id'], ),
    sa.ForeignKeyConstraint(['visitor_id'], ['staff.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('number')
    )
    op.create_index(op.f('ix_complaint_customer_id'), 'complaint', ['customer_id'], unique=False)
    op.create_index(op.f('ix_complaint_handler_id'), 'complaint', ['handler_id'], unique=False)
    op.create_index('ix_complaint_received', 'complaint', ['received_at', 'id'], unique=False)
    op.create_index(op.f('ix_complaint_request_id'), 'complaint', ['request_id'], unique=False)


def downgrade():
    op.drop_index(op.f('ix_complaint_request_id'), table_name='complaint')
    op.drop_index('ix_complaint_received', table_name='complaint')
    op.drop_index(op.f('ix_complaint_handler_id'), table_name='complaint')
    op.drop_index(op.f('ix_complaint_customer_id'), table_name='complaint')
    op.drop_table('complaint')
