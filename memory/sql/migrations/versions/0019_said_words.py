"""The words by which agents find conversations; those so far are gathered from all that was said."""

from __future__ import annotations

import re
from itertools import groupby

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

_LONGEST = 40
_SAID = """
SELECT m.customer_id, m.text FROM messages m
WHERE m.customer_id IN (SELECT h.customer_id FROM handoffs h)
UNION ALL SELECT c.customer_id, c.name FROM customers c WHERE c.customer_id IN (SELECT h.customer_id FROM handoffs h)
UNION ALL SELECT c.customer_id, c.email FROM customers c WHERE c.customer_id IN (SELECT h.customer_id FROM handoffs h)
ORDER BY 1
"""


def upgrade() -> None:
    """Make the table and fill it."""
    words = op.create_table(
        "said_words",
        sa.Column("customer_id", sa.Text, nullable=False),
        sa.Column("word", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("original_customer_id", sa.Text),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.customer_id"], name="fk_said_words_customer_id"),
        sa.PrimaryKeyConstraint("customer_id", "word", name="pk_said_words"),
    )
    op.create_index("ix_said_words_word", "said_words", ["word", "customer_id"])
    rows = op.get_bind().execute(sa.text(_SAID))
    for customer_id, texts in groupby(rows, key=lambda row: row[0]):
        every = (word for row in texts for word in re.findall(r"\w+", (row[1] or "").casefold()))
        said = {word for word in every if len(word) <= _LONGEST}
        if said:
            op.bulk_insert(words, [{"customer_id": customer_id, "word": word} for word in sorted(said)])
