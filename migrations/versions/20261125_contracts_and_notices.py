"""contracts and notices

Revision ID: contracts
Revises: inspection_plan
Create Date: 2026-11-25 18:44:17.546078

"""
from alembic import op
import sqlalchemy as sa
from models.base import FixedDecimal

# revision identifiers, used by Alembic.
revision = 'contracts'
down_revision = 'inspection_plan'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('service_contract',
    sa.Column('contract_no', sa.String(length=40), nullable=True),
    sa.Column('contract_type', sa.String(length=30), nullable=True),
    sa.Column('customer_id', sa.Integer(), nullable=True),
    sa.Column('signed_on', sa.Date(), nullable=True),
    sa.Column('start_on', sa.Date(), nullable=True),
    sa.Column('end_on', sa.Date(), nullable=True),
    sa.Column('amount', FixedDecimal(12, 2), nullable=True),
    sa.Column('payment_terms', sa.String(length=100), nullable=True),
    sa.Column('scope', sa.Text(), nullable=True),
    sa.Column('exclusions', sa.Text(), nullable=True),
    sa.Column('visit_interval_months', sa.Integer(), nullable=True),
    sa.Column('sla_profile_id', sa.Integer(), nullable=True),
    sa.Column('notice_due', sa.Date(), nullable=True),
    sa.Column('renewal_state', sa.String(length=30), nullable=False),
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
    sa.CheckConstraint('end_on IS NULL OR start_on IS NULL OR end_on >= start_on', name='ck_service_contract_span'),
    sa.CheckConstraint('visit_interval_months IS NULL OR visit_interval_months BETWEEN 1 AND 60', name='ck_service_contract_interval'),
    sa.ForeignKeyConstraint(['changed_by_id'], ['ab_user.id'], ),
    sa.ForeignKeyConstraint(['created_by_id'], ['ab_user.id'], ),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], ),
    sa.ForeignKeyConstraint(['replaces_id'], ['service_contract.id'], ),
    sa.ForeignKeyConstraint(['sla_profile_id'], ['sla_profile.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('number')
    )
    op.create_index(op.f('ix_service_contract_customer_id'), 'service_contract', ['customer_id'], unique=False)
    op.create_index(op.f('ix_service_contract_end_on'), 'service_contract', ['end_on'], unique=False)
    op.create_index('ix_service_contract_notice', 'service_contract', ['notice_due', 'id'], unique=False)
    op.create_index('uq_service_contract_no', 'service_contract', ['contract_no'], unique=True, sqlite_where=sa.text("status <> 'void'"), postgresql_where=sa.text("status <> 'void'"))
    op.create_table('contract_notice',
    sa.Column('customer_id', sa.Integer(), nullable=True),
    sa.Column('address', sa.String(length=200), nullable=True),
    sa.Column('contact_name', sa.String(length=40), nullable=True),
    sa.Column('contact_phone', sa.String(length=40), nullable=True),
    sa.Column('contract_id', sa.Integer(), nullable=True),
    sa.Column('end_on', sa.Date(), nullable=True),
    sa.Column('proposal', sa.Text(), nullable=True),
    sa.Column('proposal_amount', FixedDecimal(12, 2), nullable=True),
    sa.Column('sent_on', sa.Date(), nullable=True),
    sa.Column('sent_by_channel', sa.String(length=30), nullable=True),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('visit_on', sa.Date(), nullable=True),
    sa.Column('result', sa.String(length=30), nullable=True),
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
    sa.ForeignKeyConstraint(['contract_id'], ['service_contract.id'], ),
    sa.ForeignKeyConstraint(['created_by_id'], ['ab_user.id'], ),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], ),
    sa.ForeignKeyConstraint(['owner_id'], ['staff.id'], ),
    sa.ForeignKeyConstraint(['replaces_id'], ['contract_notice.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('number')
    )
    op.create_index(op.f('ix_contract_notice_contract_id'), 'contract_notice', ['contract_id'], unique=False)
    op.create_index(op.f('ix_contract_notice_customer_id'), 'contract_notice', ['customer_id'], unique=False)
    op.create_index(op.f('ix_contract_notice_owner_id'), 'contract_notice', ['owner_id'], unique=False)
    op.create_table('contract_notice_unit',
    sa.Column('notice_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('equipment_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('changed_by_id', sa.Integer(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['changed_by_id'], ['ab_user.id'], ),
    sa.ForeignKeyConstraint(['created_by_id'], ['ab_user.id'], ),
    sa.ForeignKeyConstraint(['equipment_id'], ['equipment.id'], ),
    sa.ForeignKeyConstraint(['notice_id'], ['contract_notice.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_contract_notice_unit_notice_id'), 'contract_notice_unit', ['notice_id'], unique=False)
    op.create_table('service_contract_unit',
    sa.Column('contract_id', sa.Integer(), nullable=False),
    sa.Column('equipment_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['contract_id'], ['service_contract.id'], ),
    sa.ForeignKeyConstraint(['equipment_id'], ['equipment.id'], ),
    sa.PrimaryKeyConstraint('contract_id', 'equipment_id')
    )


def downgrade():
    op.drop_table('service_contract_unit')
    op.drop_index(op.f('ix_contract_notice_unit_notice_id'), table_name='contract_notice_unit')
    op.drop_table('contract_notice_unit')
    op.drop_index(op.f('ix_contract_notice_owner_id'), table_name='contract_notice')
    op.drop_index(op.f('ix_contract_notice_customer_id'), table_name='contract_notice')
    op.drop_index(op.f('ix_contract_notice_contract_id'), table_name='contract_notice')
    op.drop_table('contract_notice')
    op.drop_index('uq_service_contract_no', table_name='service_contract', sqlite_where=sa.text("status <> 'void'"), postgresql_where=sa.text("status <> 'void'"))
    op.drop_index('ix_service_contract_notice', table_name='service_contract')
    op.drop_index(op.f('ix_service_contract_end_on'), table_name='service_contract')
    op.drop_index(op.f('ix_service_contract_customer_id'), table_name='service_contract')
    op.drop_table('service_contract')
