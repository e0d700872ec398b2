"""The first tables."""

import sqlalchemy as sa
from alembic import op

from storage.tables.base import Instant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("who", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("cell", sa.Integer(), nullable=True),
        sa.Column("meeting", sa.Integer(), nullable=True),
        sa.Column("whom", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_table(
        "conversation",
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("bot", sa.String(length=60), nullable=False),
        sa.Column("chat", sa.String(length=120), nullable=False),
        sa.Column("person", sa.String(length=120), nullable=False),
        sa.Column("step", sa.Text(), nullable=True),
        sa.Column("menus", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "bot", "chat", "person", name=op.f("pk_conversation")),
    )
    op.create_table(
        "inbox",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("bot", sa.String(length=60), nullable=False),
        sa.Column("event_id", sa.String(length=200), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("channel", "bot", "event_id", name="uq_inbox_once"),
    )
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inbox_at"), ["at"], unique=False)

    op.create_table(
        "lease",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("owner", sa.String(length=300), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "pause",
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("bot", sa.String(length=60), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.Column("why", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("channel", "bot", name=op.f("pk_pause")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("consented_at", Instant(), nullable=True),
        sa.Column("forgotten_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("code", name=op.f("uq_person_code")),
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_setting")),
    )
    op.create_table(
        "tick",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_tick")),
    )
    op.create_table(
        "traffic",
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("bot", sa.String(length=60), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("incoming", sa.Integer(), nullable=False),
        sa.Column("outgoing", sa.Integer(), nullable=False),
        sa.Column("spent_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("channel", "bot", "month", name=op.f("pk_traffic")),
    )
    op.create_table(
        "unit",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("level", sa.String(length=200), nullable=False),
        sa.Column("parent", sa.Integer(), nullable=True),
        sa.Column("type", sa.String(length=40), nullable=True),
        sa.Column("day", sa.String(length=40), nullable=True),
        sa.Column("time", sa.Time(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("zalo_bots", sa.String(length=400), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["parent"], ["unit.id"], name=op.f("fk_unit_parent_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("code", name=op.f("uq_unit_code")),
    )
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_parent"), ["parent"], unique=False)

    op.create_table(
        "web_message",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("bot", sa.String(length=60), nullable=False),
        sa.Column("chat", sa.String(length=120), nullable=False),
        sa.Column("author", sa.String(length=120), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_message")),
    )
    with op.batch_alter_table("web_message", schema=None) as batch_op:
        batch_op.create_index("ix_web_message_bot_chat", ["bot", "chat"], unique=False)

    op.create_table(
        "wrong_code",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("sender", sa.String(length=220), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wrong_code")),
    )
    with op.batch_alter_table("wrong_code", schema=None) as batch_op:
        batch_op.create_index("ix_wrong_code_at_sender", ["at", "sender"], unique=False)

    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("bot", sa.String(length=60), nullable=False),
        sa.Column("chat", sa.String(length=120), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("linked_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=False),
        sa.Column("dead_at", Instant(), nullable=True),
        sa.Column("refused", sa.Integer(), server_default="0", nullable=False),
        sa.Column("refused_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_account_person_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("channel", "bot", "chat", name="uq_account_once"),
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_person"), ["person"], unique=False)

    op.create_table(
        "assignment",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("cell", sa.Integer(), nullable=False),
        sa.Column("visits_per_year", sa.Integer(), nullable=True),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("by_chat", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["cell"], ["unit.id"], name=op.f("fk_assignment_cell_unit")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_assignment_person_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
        sa.UniqueConstraint("person", "cell", "since", name="uq_assignment_once"),
    )
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assignment_cell"), ["cell"], unique=False)

    op.create_table(
        "cell_group",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("bot", sa.String(length=60), nullable=False),
        sa.Column("chat", sa.String(length=120), nullable=False),
        sa.Column("cell", sa.Integer(), nullable=False),
        sa.Column("linked_by", sa.Integer(), nullable=False),
        sa.Column("linked_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["cell"], ["unit.id"], name=op.f("fk_cell_group_cell_unit")),
        sa.ForeignKeyConstraint(["linked_by"], ["person.id"], name=op.f("fk_cell_group_linked_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cell_group")),
        sa.UniqueConstraint("channel", "bot", "chat", name="uq_cell_group_once"),
    )
    with op.batch_alter_table("cell_group", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cell_group_cell"), ["cell"], unique=False)

    op.create_table(
        "code",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_code_person_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code")),
        sa.UniqueConstraint("hash", name=op.f("uq_code_hash")),
    )
    with op.batch_alter_table("code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_code_person"), ["person"], unique=False)

    op.create_table(
        "consent",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("by", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_consent_by_person")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_consent_person_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consent_person"), ["person"], unique=False)

    op.create_table(
        "meeting",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("cell", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("announced_at", Instant(), nullable=True),
        sa.Column("on_hold", sa.Boolean(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("mode", sa.String(length=20), nullable=True),
        sa.Column("held_under", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["cell"], ["unit.id"], name=op.f("fk_meeting_cell_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
    )
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meeting_cell"), ["cell"], unique=False)
        batch_op.create_index(batch_op.f("ix_meeting_period"), ["period"], unique=False)
        batch_op.create_index("ix_meeting_state_starts_at", ["state", "starts_at"], unique=False)
        batch_op.create_index(
            "uq_meeting_one_regular",
            ["cell", "period"],
            unique=True,
            sqlite_where=sa.text("kind IN ('regular', 'combined')"),
            postgresql_where=sa.text("kind IN ('regular', 'combined')"),
        )

    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("cell", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("group_name", sa.String(length=200), nullable=True),
        sa.Column("standing", sa.String(length=20), nullable=False),
        sa.Column("liaison", sa.Integer(), nullable=True),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("numbered_after", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["cell"], ["unit.id"], name=op.f("fk_membership_cell_unit")),
        sa.ForeignKeyConstraint(["liaison"], ["person.id"], name=op.f("fk_membership_liaison_person")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_membership_person_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint("person", "cell", name="uq_membership_once"),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_membership_cell"), ["cell"], unique=False)
        batch_op.create_index(batch_op.f("ix_membership_liaison"), ["liaison"], unique=False)

    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("unit", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("sent_at", Instant(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["unit"], ["unit.id"], name=op.f("fk_report_unit_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("unit", "period", "stage", name="uq_report_once"),
    )
    op.create_table(
        "role",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("unit", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("digest", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_role_person_person")),
        sa.ForeignKeyConstraint(["unit"], ["unit.id"], name=op.f("fk_role_unit_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role")),
    )
    with op.batch_alter_table("role", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_person"), ["person"], unique=False)
        batch_op.create_index(batch_op.f("ix_role_unit"), ["unit"], unique=False)

    op.create_table(
        "answer",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("meeting", sa.Integer(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("by", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_answer_by_person")),
        sa.ForeignKeyConstraint(["meeting"], ["meeting.id"], name=op.f("fk_answer_meeting_meeting")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_answer_person_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint("meeting", "person", name="uq_answer_once"),
    )
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answer_person"), ["person"], unique=False)

    op.create_table(
        "closing",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("meeting", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("amendment", sa.Integer(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("pack", sa.String(length=40), nullable=False),
        sa.Column("reopened_at", Instant(), nullable=True),
        sa.Column("roll", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("present", sa.Integer(), nullable=False),
        sa.Column("online", sa.Integer(), nullable=False),
        sa.Column("excused", sa.Integer(), nullable=False),
        sa.Column("unexcused", sa.Integer(), nullable=False),
        sa.Column("awaiting", sa.Integer(), nullable=False),
        sa.Column("extra", sa.Integer(), nullable=False),
        sa.Column("guests", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_closing_by_person")),
        sa.ForeignKeyConstraint(["meeting"], ["meeting.id"], name=op.f("fk_closing_meeting_meeting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closing")),
        sa.UniqueConstraint("meeting", "serial", name="uq_closing_serial"),
    )
    op.create_table(
        "guest",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("meeting", sa.Integer(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_guest_by_person")),
        sa.ForeignKeyConstraint(["meeting"], ["meeting.id"], name=op.f("fk_guest_meeting_meeting")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_guest_person_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest")),
        sa.UniqueConstraint("meeting", "person", name="uq_guest_once"),
    )
    op.create_table(
        "mark",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("meeting", sa.Integer(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(length=20), nullable=False),
        sa.Column("ruling", sa.String(length=20), nullable=True),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("by", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_mark_by_person")),
        sa.ForeignKeyConstraint(["meeting"], ["meeting.id"], name=op.f("fk_mark_meeting_meeting")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_mark_person_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mark")),
        sa.UniqueConstraint("meeting", "person", name="uq_mark_once"),
    )
    with op.batch_alter_table("mark", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mark_person"), ["person"], unique=False)

    op.create_table(
        "move",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("meeting", sa.Integer(), nullable=False),
        sa.Column("verb", sa.String(length=40), nullable=False),
        sa.Column("was", Instant(), nullable=False),
        sa.Column("becomes", Instant(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_move_by_person")),
        sa.ForeignKeyConstraint(["meeting"], ["meeting.id"], name=op.f("fk_move_meeting_meeting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_move")),
    )
    with op.batch_alter_table("move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_move_meeting"), ["meeting"], unique=False)

    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(length=240), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("meeting", sa.Integer(), nullable=True),
        sa.Column("person", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("why", sa.String(length=120), nullable=True),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["meeting"], ["meeting.id"], name=op.f("fk_notice_meeting_meeting")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_notice_person_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("subject", "revision", "recipient", "kind", name="uq_notice_once"),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_meeting"), ["meeting"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_person"), ["person"], unique=False)

    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("meeting", sa.Integer(), nullable=True),
        sa.Column("cell", sa.Integer(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("done_at", Instant(), nullable=True),
        sa.Column("undone_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_proposal_by_person")),
        sa.ForeignKeyConstraint(["cell"], ["unit.id"], name=op.f("fk_proposal_cell_unit")),
        sa.ForeignKeyConstraint(["meeting"], ["meeting.id"], name=op.f("fk_proposal_meeting_meeting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.create_index("ix_proposal_meeting_kind", ["meeting", "kind"], unique=False)

    op.create_table(
        "status",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("membership", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("by_chat", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["membership"], ["membership.id"], name=op.f("fk_status_membership_membership")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status")),
    )
    with op.batch_alter_table("status", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_status_membership"), ["membership"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("dedupe_key", sa.String(length=600), nullable=False),
        sa.Column("notice", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("bot", sa.String(length=60), nullable=False),
        sa.Column("chat", sa.String(length=120), nullable=False),
        sa.Column("person", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("choices", sa.Text(), nullable=False),
        sa.Column("files", sa.Text(), server_default="[]", nullable=False),
        sa.Column("question", sa.String(length=80), nullable=False),
        sa.Column("menu_until", Instant(), nullable=True),
        sa.Column("answer", sa.Boolean(), nullable=False),
        sa.Column("repeatable", sa.Boolean(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("not_before", Instant(), nullable=False),
        sa.Column("useful_until", Instant(), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("why", sa.String(length=120), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("retry_at", Instant(), nullable=False),
        sa.Column("lease_owner", sa.String(length=300), nullable=True),
        sa.Column("lease_until", Instant(), nullable=False),
        sa.Column("message_id", sa.String(length=120), nullable=True),
        sa.Column("done_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["notice"], ["notice.id"], name=op.f("fk_outbox_notice_notice")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_outbox_dedupe_key")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_chat", ["chat", "status"], unique=False)
        batch_op.create_index("ix_outbox_done", ["status", "done_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_outbox_notice"), ["notice"], unique=False)
        batch_op.create_index("ix_outbox_pending", ["status", "priority", "not_before", "id"], unique=False)

    op.create_table(
        "card",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("meeting", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("bot", sa.String(length=60), nullable=False),
        sa.Column("chat", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("message_id", sa.String(length=120), nullable=True),
        sa.Column("shown", sa.String(length=80), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("edited_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["meeting"], ["meeting.id"], name=op.f("fk_card_meeting_meeting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card")),
        sa.UniqueConstraint("meeting", "revision", "channel", "bot", "chat", name="uq_card_once"),
    )
    with op.batch_alter_table("card", schema=None) as batch_op:
        batch_op.create_index("ix_card_chat", ["chat"], unique=False)
        batch_op.create_index("ix_card_live", ["live"], unique=False)

    op.create_table(
        "snapshot",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("closing", sa.Integer(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("standing", sa.String(length=20), nullable=False),
        sa.Column("statuses", sa.String(length=120), nullable=False),
        sa.Column("expected", sa.Boolean(), nullable=False),
        sa.Column("mark", sa.String(length=20), nullable=True),
        sa.Column("ruling", sa.String(length=20), nullable=True),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(["closing"], ["closing.id"], name=op.f("fk_snapshot_closing_closing")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_snapshot_person_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshot")),
    )
    with op.batch_alter_table("snapshot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_snapshot_closing"), ["closing"], unique=False)
    op.create_table(
        "orientation",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("unit", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=True),
        sa.Column("cells", sa.String(length=20), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("by", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_orientation_by_person")),
        sa.ForeignKeyConstraint(["unit"], ["unit.id"], name=op.f("fk_orientation_unit_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orientation")),
    )
    with op.batch_alter_table("orientation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_orientation_unit"), ["unit"], unique=False)

    op.create_table(
        "suggestion",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("cell", sa.Integer(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("into", sa.Integer(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["cell"], ["unit.id"], name=op.f("fk_suggestion_cell_unit")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_suggestion_decided_by_person")),
        sa.ForeignKeyConstraint(["into"], ["suggestion.id"], name=op.f("fk_suggestion_into_suggestion")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_suggestion_person_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion")),
    )
    with op.batch_alter_table("suggestion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suggestion_cell"), ["cell"], unique=False)
        batch_op.create_index(batch_op.f("ix_suggestion_person"), ["person"], unique=False)

    op.create_table(
        "grasped",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("meeting", sa.Integer(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["meeting"], ["meeting.id"], name=op.f("fk_grasped_meeting_meeting")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_grasped_person_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grasped")),
        sa.UniqueConstraint("meeting", "person", name="uq_grasped_once"),
    )
    with op.batch_alter_table("grasped", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_grasped_person"), ["person"], unique=False)

    op.create_table(
        "heading",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("meeting", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=True),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("main", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["meeting"], ["meeting.id"], name=op.f("fk_heading_meeting_meeting")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_heading_person_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_heading")),
    )
    with op.batch_alter_table("heading", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_heading_meeting"), ["meeting"], unique=False)

    op.create_table(
        "preparation_tick",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("meeting", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("by", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_preparation_tick_by_person")),
        sa.ForeignKeyConstraint(
            ["meeting"], ["meeting.id"], name=op.f("fk_preparation_tick_meeting_meeting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preparation_tick")),
        sa.UniqueConstraint("meeting", "step", name="uq_preparation_tick_once"),
    )
    op.create_table(
        "result",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("meeting", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("amendment", sa.Integer(), nullable=False),
        sa.Column("began_at", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("least", sa.Integer(), nullable=True),
        sa.Column("adopted", sa.Boolean(), nullable=True),
        sa.Column("band", sa.String(length=20), nullable=True),
        sa.Column("points", sa.Text(), nullable=True),
        sa.Column("confirmed_by", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", Instant(), nullable=True),
        sa.Column("by", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_result_by_person")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["person.id"], name=op.f("fk_result_confirmed_by_person")),
        sa.ForeignKeyConstraint(["meeting"], ["meeting.id"], name=op.f("fk_result_meeting_meeting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_result")),
        sa.UniqueConstraint("meeting", "serial", name="uq_result_serial"),
    )
    op.create_table(
        "support",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("suggestion", sa.Integer(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_support_person_person")),
        sa.ForeignKeyConstraint(
            ["suggestion"], ["suggestion.id"], name=op.f("fk_support_suggestion_suggestion")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support")),
        sa.UniqueConstraint("suggestion", "person", name="uq_support_once"),
    )
    with op.batch_alter_table("support", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_support_person"), ["person"], unique=False)

    op.create_table(
        "task",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("cell", sa.Integer(), nullable=False),
        sa.Column("meeting", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("person", sa.Integer(), nullable=True),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("done_at", Instant(), nullable=True),
        sa.Column("dropped_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_task_by_person")),
        sa.ForeignKeyConstraint(["cell"], ["unit.id"], name=op.f("fk_task_cell_unit")),
        sa.ForeignKeyConstraint(["meeting"], ["meeting.id"], name=op.f("fk_task_meeting_meeting")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_task_person_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_cell"), ["cell"], unique=False)
        batch_op.create_index(batch_op.f("ix_task_person"), ["person"], unique=False)
    op.create_table(
        "committee_busy",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("unit", sa.Integer(), nullable=False),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["unit"], ["unit.id"], name=op.f("fk_committee_busy_unit_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_committee_busy")),
        sa.UniqueConstraint("unit", "starts_at", "ends_at", name="uq_committee_busy_once"),
    )
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("unit", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.String(length=16), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_calendar_feed_person_person")),
        sa.ForeignKeyConstraint(["unit"], ["unit.id"], name=op.f("fk_calendar_feed_unit_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("person", "unit", name="uq_calendar_feed_once"),
    )


def downgrade() -> None:
    op.drop_table("calendar_feed")
    op.drop_table("committee_busy")
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_task_person"))
        batch_op.drop_index(batch_op.f("ix_task_cell"))

    op.drop_table("task")
    with op.batch_alter_table("support", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_support_person"))

    op.drop_table("support")
    op.drop_table("result")
    op.drop_table("preparation_tick")
    with op.batch_alter_table("heading", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_heading_meeting"))

    op.drop_table("heading")
    with op.batch_alter_table("grasped", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_grasped_person"))

    op.drop_table("grasped")
    with op.batch_alter_table("suggestion", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suggestion_person"))
        batch_op.drop_index(batch_op.f("ix_suggestion_cell"))

    op.drop_table("suggestion")
    with op.batch_alter_table("orientation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_orientation_unit"))

    op.drop_table("orientation")
    with op.batch_alter_table("snapshot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_snapshot_closing"))

    op.drop_table("snapshot")
    with op.batch_alter_table("card", schema=None) as batch_op:
        batch_op.drop_index("ix_card_live")
        batch_op.drop_index("ix_card_chat")

    op.drop_table("card")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_pending")
        batch_op.drop_index(batch_op.f("ix_outbox_notice"))
        batch_op.drop_index("ix_outbox_done")
        batch_op.drop_index("ix_outbox_chat")

    op.drop_table("outbox")
    with op.batch_alter_table("status", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_status_membership"))

    op.drop_table("status")
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.drop_index("ix_proposal_meeting_kind")

    op.drop_table("proposal")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_person"))
        batch_op.drop_index(batch_op.f("ix_notice_meeting"))

    op.drop_table("notice")
    with op.batch_alter_table("move", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_move_meeting"))

    op.drop_table("move")
    with op.batch_alter_table("mark", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mark_person"))

    op.drop_table("mark")
    op.drop_table("guest")
    op.drop_table("closing")
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_answer_person"))

    op.drop_table("answer")
    with op.batch_alter_table("role", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_role_unit"))
        batch_op.drop_index(batch_op.f("ix_role_person"))

    op.drop_table("role")
    op.drop_table("report")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_membership_liaison"))
        batch_op.drop_index(batch_op.f("ix_membership_cell"))

    op.drop_table("membership")
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_meeting_one_regular",
            sqlite_where=sa.text("kind IN ('regular', 'combined')"),
            postgresql_where=sa.text("kind IN ('regular', 'combined')"),
        )
        batch_op.drop_index("ix_meeting_state_starts_at")
        batch_op.drop_index(batch_op.f("ix_meeting_period"))
        batch_op.drop_index(batch_op.f("ix_meeting_cell"))

    op.drop_table("meeting")
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consent_person"))

    op.drop_table("consent")
    with op.batch_alter_table("code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_code_person"))

    op.drop_table("code")
    with op.batch_alter_table("cell_group", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cell_group_cell"))

    op.drop_table("cell_group")
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assignment_cell"))

    op.drop_table("assignment")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_person"))

    op.drop_table("account")
    with op.batch_alter_table("wrong_code", schema=None) as batch_op:
        batch_op.drop_index("ix_wrong_code_at_sender")

    op.drop_table("wrong_code")
    with op.batch_alter_table("web_message", schema=None) as batch_op:
        batch_op.drop_index("ix_web_message_bot_chat")

    op.drop_table("web_message")
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unit_parent"))

    op.drop_table("unit")
    op.drop_table("traffic")
    op.drop_table("tick")
    op.drop_table("setting")
    op.drop_table("person")
    op.drop_table("pause")
    op.drop_table("lease")
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_inbox_at"))

    op.drop_table("inbox")
    op.drop_table("conversation")
    op.drop_table("audit")
