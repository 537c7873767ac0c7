"""What Fernhill Outdoor promises, as far as a task says it or asks by it. An operator writes their own here."""

from __future__ import annotations

from datetime import timedelta

RETURN_WINDOW = timedelta(days=60)

AFTER_RETURN = {
    "refund": "We refund you within 5 working days after the parcel has reached us.",
    "exchange": "We send the replacement as soon as the parcel has reached us.",
}
HOW_TO_RETURN = "Put the label on the parcel and hand it in where the label says; it costs you nothing."
