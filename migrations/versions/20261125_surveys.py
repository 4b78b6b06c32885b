"""surveys

Revision ID: survey
Revises: complaint
Create Date: 2026-11-25 18:24:07.985581

"""
from alembic import op
import sqlalchemy as sa
from models.base import FixedDecimal

# revision identifiers, used by Alembic.
revision = 'survey'
down_revision = 'complaint'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('survey',
    sa.Column('layout', sa.String(length=30), nullable=False),
    sa.Column('request_id', sa.Integer(), nullable=True),
    sa.Column('work_order_id', sa.Integer(), nullable=True),
    sa.Column('service_date', sa.Date(), nullable=True),
    sa.Column('customer_id', sa.Integer(), nullable=True),
    sa.Column('site_id', sa.Integer(), nullable=True),
    sa.Column('contact_name', sa.String(length=40), nullable=True),
    sa.Column('contact_phone', sa.String(length=40), nullable=True),
    sa.Column('surveyed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('channel', sa.String(length=30), nullable=True),
    sa.Column('engineer_id', sa.Integer(), nullable=True),
    sa.Column('q_timeliness', sa.String(length=1), nullable=True),
    sa.Column('q_attitude', sa.String(length=1), nullable=True),
    sa.Column('q_skill', sa.String(length=1), nullable=True),
    sa.Column('q_cleanliness', sa.String(length=1), nullable=True),
    sa.Column('q_result', sa.String(length=1), nullable=True),
    sa.Column('q_overall', sa.String(length=1), nullable=True),
    sa.Column('card_attitude', sa.String(length=1), nullable=True),
    sa.Column('card_skill', sa.String(length=1), nullable=True),
    sa.Column('card_arrival', sa.String(length=1), nullable=True),
    sa.Column('card_promise', sa.String(length=1), nullable=True),
    sa.Column('score', FixedDecimal(5, 2), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('opinion', sa.Text(), nullable=True),
    sa.Column('suggestion', sa.Text(), nullable=True),
    sa.Column('grievance', sa.Text(), nullable=True),
    sa.Column('surveyor_id', sa.Integer(), nullable=True),
    sa.Column('evaluation', sa.Text(), nullable=True),
    sa.Column('sent_on', sa.Date(), nullable=True),
    sa.Column('returned_on', sa.Date(), nullable=True),
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
    sa.ForeignKeyConstraint(['engineer_id'], ['staff.id'], ),
    sa.ForeignKeyConstraint(['replaces_id'], ['survey.id'], ),
    sa.ForeignKeyConstraint(['request_id'], ['service_request.id'], ),
    sa.ForeignKeyConstraint(['site_id'], ['customer_site.id'], ),
    sa.ForeignKeyConstraint(['surveyor_id'], ['staff.id'], ),
    sa.ForeignKeyConstraint(['work_order_id'], ['work_order.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('number')
    )
    op.create_index(op.f('ix_survey_customer_id'), 'survey', ['customer_id'], unique=False)
    op.create_index(op.f('ix_survey_engineer_id'), 'survey', ['engineer_id'], unique=False)
    op.create_index(op.f('ix_survey_request_id'), 'survey', ['request_id'], unique=False)
    op.create_index(op.f('ix_survey_sent_on'), 'survey', ['sent_on'], unique=False)
    op.create_index(op.f('ix_survey_work_order_id'), 'survey', ['work_order_id'], unique=False)


def downgrade():
    op.drop_index(op.f('ix_survey_work_order_id'), table_name='survey')
    op.drop_index(op.f('ix_survey_sent_on'), table_name='survey')
    op.drop_index(op.f('ix_survey_request_id'), table_name='survey')
    op.drop_index(op.f('ix_survey_engineer_id'), table_name='survey')
    op.drop_index(op.f('ix_survey_customer_id'), table_name='survey')
    op.drop_table('survey')
