"""second net and chain of the history; a signature is voided by a row of its own

Revision ID: chain
Revises: 0cb15df982f9
"""
import sqlalchemy as sa
from alembic import op

revision = 'chain'
down_revision = '0cb15df982f9'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'net_entry',
        sa.Column('entity', sa.String(length=40), nullable=False),
        sa.Column('row_id', sa.Integer(), nullable=False),
        sa.Column('action', sa.String(length=20), nullable=False),
        sa.Column('id', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('id'))
    op.create_index('ix_net_entry_row', 'net_entry', ['entity', 'row_id'])
    op.create_table(
        'chain_link',
        sa.Column('entity', sa.String(length=40), nullable=False),
        sa.Column('row_id', sa.Integer(), nullable=False),
        sa.Column('mac', sa.String(length=64), nullable=False),
        sa.Column('id', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('id'))
    op.create_index('ix_chain_link_row', 'chain_link', ['entity', 'row_id'], unique=True)
    op.create_table(
        'chain_head',
        sa.Column('last_link_id', sa.Integer(), nullable=False),
        sa.Column('links', sa.Integer(), nullable=False),
        sa.Column('mac', sa.String(length=64), nullable=False),
        sa.Column('id', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('id'))
    op.create_table(
        'signature_void',
        sa.Column('signature_id', sa.Integer(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['signature_id'], ['signature.id']),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('signature_id'))
    # Rows written before there was a chain get their link from the release step (`chain.begin`).
    op.execute("INSERT INTO signature_void (signature_id, at) SELECT id, voided_at FROM signature WHERE voided_at IS NOT NULL")
    op.drop_column('signature', 'voided_at')


def downgrade():
    op.add_column('signature', sa.Column('voided_at', sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE signature SET voided_at = (SELECT at FROM signature_void WHERE signature_id = signature.id)")
    op.drop_table('signature_void')
    op.drop_table('chain_head')
    op.drop_index('ix_chain_link_row', table_name='chain_link')
    op.drop_table('chain_link')
    op.drop_index('ix_net_entry_row', table_name='net_entry')
    op.drop_table('net_entry')
