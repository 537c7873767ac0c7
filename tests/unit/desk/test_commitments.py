"""What agents write commits us, or does not: a table of sentences, written on Wednesday, 18 November 2026, at 10:12."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from bot.desk.commitments import commitments
from bot.hours import SupportHours

HOURS = SupportHours.parse("Mon-Fri 09:00-17:30, Sat 10:00-16:00", "Europe/London", "12-25")
NOW = datetime(2026, 11, 18, 10, 12, tzinfo=timezone.utc)

COMMITS = [
    ("I'll get back to you by Friday noon.", "Fri 20 12:00"),
    ("You'll hear from us tomorrow.", "Thu 19 17:30"),
    ("I will call you this afternoon.", "Wed 18 17:00"),
    ("We will email you by 5pm today.", "Wed 18 17:00"),
    ("I'll let you know by tomorrow morning.", "Thu 19 12:00"),
    ("I’ll check with the warehouse and get back to you by Monday.", "Mon 23 17:30"),
    ("Someone from our team will write to you by 10am tomorrow.", "Thu 19 10:00"),
    ("A colleague will call you on Thursday at 3pm.", "Thu 19 15:00"),
    ("We'll refund you within 3 working days.", "Mon 23 17:30"),
    ("I'll have an answer for you within the hour.", "Wed 18 11:12"),
    ("I'll be in touch in half an hour.", "Wed 18 10:42"),
    ("I'll send you the label in 10 minutes.", "Wed 18 10:22"),
    ("You will receive your refund by Friday.", "Fri 20 17:30"),
    ("Expect my call tomorrow at 11.", "Thu 19 11:00"),
    ("I'm going to look into it and will write tonight.", "Wed 18 23:00"),
    ("We're going to replace it by the end of the week.", "Sat 21 16:00"),
    ("Tomorrow morning I'll call you.", "Thu 19 12:00"),
    ("By Friday you'll have an answer.", "Fri 20 17:30"),
    ("I'll ring you back at 4pm, ok?", "Wed 18 16:00"),
    ("I promise to reply by end of day.", "Wed 18 17:30"),
    ("Thanks for waiting. I'll update you tomorrow.", "Thu 19 17:30"),
    ("I'll get this sorted by close of business on Friday.", "Fri 20 17:30"),
    ("Let me check with the workshop and get back to you by Thursday.", "Thu 19 17:30"),
    ("I'll make sure that it is posted by Friday.", "Fri 20 17:30"),
    ("We'll dispatch the new one on Monday.", "Mon 23 17:30"),
    ("I'll find out what happened by tomorrow.", "Thu 19 17:30"),
    ("I'll email you between 2 and 4pm.", "Wed 18 16:00"),
    ("I'll call you tomorrow if that's ok.", "Thu 19 17:30"),
    ("We shall confirm this in writing by 1 December.", "Tue 01 17:30"),
    ("My manager will contact you next week.", "Sat 28 16:00"),
    ("I'll follow up on Monday morning.", "Mon 23 12:00"),
    ("I will write to you no later than Saturday.", "Sat 21 16:00"),
    ("Sorry about that - I'll arrange a new delivery by 3 p.m. tomorrow.", "Thu 19 15:00"),
    ("We will let you know by the end of the month.", "Mon 30 17:30"),
    ("I'll keep you posted, you'll get an update today.", "Wed 18 17:30"),
    ("I'll personally call you at half past four.", "Wed 18 16:30"),
    ("You can expect a reply from us within 24 hours.", "Thu 19 10:12"),
    ("I'll give you a call this evening.", "Wed 18 21:00"),
    ("We'll process the exchange in the next two days.", "Fri 20 17:30"),
    ("I'll write again on the 25th.", "Wed 25 17:30"),
    ("I've asked the warehouse. You'll have your refund by Friday, and I'll call you then.", "Fri 20 17:30"),
    ("We'll get back to you before 6pm.", "Wed 18 18:00"),
    ("I'll get back to you first thing tomorrow", "Thu 19 12:00"),
    ("I'll be calling you tomorrow at 3", "Thu 19 15:00"),
    ("You'll hear back within 2 working days.", "Fri 20 17:30"),
    ("I'll send the form over in the next few minutes.", "Wed 18 10:15"),
    ("No problem, I'll do that by tonight.", "Wed 18 23:00"),
    ("We're closing at 5pm today, I'll reply tomorrow.", "Thu 19 17:30"),
    ("I'll refund the £20 today.", "Wed 18 17:30"),
]
COMMITS_NOT = [
    "Your parcel arrives tomorrow.",
    "I can call you tomorrow",
    "You'll hear back from the courier by Friday.",
    "The workshop will repair it by Thursday.",
    "Your replacement will be sent out tomorrow.",
    "I've booked the courier for tomorrow.",
    "I'll refund the £20 you paid on Monday.",
    "Give me until Friday and I'll have an answer.",
    "I'll be back in 5 minutes",
    "The courier will call you tomorrow.",
    "They will deliver it by Friday.",
    "If it isn't there by Friday, I'll refund you.",
    "I'll call you as soon as the parcel arrives tomorrow.",
    "Shall I call you tomorrow?",
    "Can you send me a photo by Friday?",
    "I called you yesterday.",
    "We wrote to you on Monday.",
    "I can't promise to call you tomorrow.",
    "I won't be able to call you tomorrow.",
    "I hope to have news by Friday.",
    "I'll try to call you by 5pm.",
    "We might refund you by Friday.",
    "I'll get back to you soon.",
    "I will look into it.",
    "I'll check the order you placed on Friday.",
    "I'll check your message of Monday.",
    "I'll check whether it ships tomorrow.",
    "I'll be out of the office until Monday.",
    "We will be closed on Monday.",
    "I'll need your address by tomorrow.",
    "You said you'd call us tomorrow.",
    "I was told I'd hear from you by Friday.",
    "You will get the parcel on Friday.",
    "Please call us tomorrow.",
    "I'd call you tomorrow.",
    "Our shop opens at 9am tomorrow.",
    "Let me know by Friday.",
    "I'll keep it reserved for you until Friday.",
    "Once you send the photo, I'll refund you by Friday.",
    "The sale ends on Sunday.",
    "I'll see.",
    "Would you like me to write tomorrow?",
    "Perhaps I'll write tomorrow.",
    "We would have written by Friday.",
    "You'll need to send it back within 30 days.",
    "You can return it within 30 days.",
    "I'll book the delivery for Friday.",
    "My colleague told you that he would call on Friday.",
    "I think they'll email you tomorrow.",
    "Nobody will call you tomorrow.",
    "He will call you at 5pm.",
    "I'll send it to the address you gave on Monday.",
    "Nobody knows when they will write, maybe tomorrow.",
    "If you like I'll call you tomorrow.",
    "I'll be here until 5pm.",
    "We'll be happy to see you in the shop tomorrow.",
    "According to the carrier we will get it by Friday.",
    "The refund usually takes 3 days.",
    "It should reach you by Friday.",
    "I'll call you yesterday.",
    "What will you write by Friday?",
    "I'll send you the photo from Friday.",
]


def due(text: str, now: datetime = NOW) -> list[str]:
    return [f"{found.due_at:%a %d %H:%M}" for found in commitments(text, now, HOURS)]


@pytest.mark.parametrize(("text", "by"), COMMITS)
def test_a_commitment_of_ours_is_found_with_its_time(text: str, by: str) -> None:
    assert due(text) == [by]


@pytest.mark.parametrize("text", COMMITS_NOT)
def test_what_commits_nobody_of_us_is_no_promise(text: str) -> None:
    assert due(text) == []


def test_each_sentence_that_commits_is_quoted_as_it_was_written() -> None:
    found = commitments("Thanks, Ana.\nI’ll call you at 3 p.m. today. You'll hear from us by Friday!", NOW, HOURS)
    assert [one.text for one in found] == ["I’ll call you at 3 p.m. today.", "You'll hear from us by Friday!"]


def test_a_time_that_is_over_today_is_not_promised_and_a_weekday_that_is_over_is_the_next() -> None:
    assert due("I'll call you today.", NOW + timedelta(hours=9)) == []
    assert due("I'll call you on Wednesday.", NOW + timedelta(hours=9)) == ["Wed 25 17:30"]


def test_the_end_of_a_week_is_its_last_open_day_and_a_closed_day_ends_at_six() -> None:
    assert due("We'll sort this by the end of the week.") == ["Sat 21 16:00"]
    assert due("We'll write by Sunday.") == ["Sun 22 18:00"]


def test_many_sentences_are_read_and_one_without_an_end_is_not() -> None:
    assert due("I'll call you tomorrow. " * 400) == ["Thu 19 17:30"] * 400
    assert due("I'll call you, " * 500 + "tomorrow.") == []


def test_the_time_is_told_in_the_zone_of_the_shop() -> None:
    (found,) = commitments("I'll call you at 4pm.", datetime(2026, 7, 1, 9, 0, tzinfo=timezone.utc), HOURS)
    assert found.due_at.isoformat() == "2026-07-01T16:00:00+01:00"
