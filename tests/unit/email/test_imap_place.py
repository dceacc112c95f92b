"""How far a folder has been read: where to begin, what to look for, when UIDs mean something else."""

from datetime import UTC, date, datetime, timedelta

import pytest
from adapters.email.imap.place import MOST_ASIDE, Folder, Place, anew, read_place, starting, wanted

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)


def test_a_mailbox_is_begun_with_what_is_unseen() -> None:
    place = starting(Folder(7, 43), NOW)
    assert wanted(place) == ("(UNSEEN UID 1:42)", "(UID 43:*)")
    assert wanted(place.done(12, LATER)) == ("(UNSEEN UID 13:42)", "(UID 43:*)")
    assert wanted(place.caught_up(LATER)) == ("(UID 43:*)",)


def test_an_empty_mailbox_is_begun_at_its_first_mail() -> None:
    assert wanted(starting(Folder(7, 1), NOW)) == ("(UID 1:*)",)


def test_what_is_new_while_it_catches_up_is_behind_it() -> None:
    place = starting(Folder(7, 43), NOW).done(50, LATER)
    assert not place.catching_up
    assert wanted(place) == ("(UID 51:*)",)


@pytest.mark.parametrize(
    ("folder", "fits"),
    [
        (Folder(7, 43), True),
        (Folder(7, 99), True),
        (Folder(8, 99), False),
        (Folder(7, 42), False),  # put back from a copy: it would give out 42 once more
        (Folder(0, 43), False),
    ],
)
def test_uids_mean_the_same(folder: Folder, fits: bool) -> None:
    assert Place(7, 42, NOW).fits(folder) is fits


def test_uids_given_anew() -> None:
    place = anew(Place(7, 42, NOW, aside=(3,)), Folder(8, 20), LATER)
    assert (place.validity, place.last, place.since, place.aside) == (8, 0, date(2026, 11, 18), ())
    assert wanted(place) == ("((OR SINCE 18-Nov-2026 UNSEEN) UID 1:19)", "(UID 20:*)")


def test_done_never_goes_back() -> None:
    place = Place(7, 42, NOW, aside=(3, 5))
    assert place.done(3, LATER) == Place(7, 42, LATER, aside=(5,))
    assert place.done(43, LATER).last == 43
    assert place.set_aside(43, LATER) == Place(7, 43, LATER, aside=(3, 5, 43))


def test_only_so_many_are_remembered() -> None:
    place = Place(7, 0, NOW)
    for uid in range(1, MOST_ASIDE + 10):
        place = place.set_aside(uid, NOW)
    assert (len(place.aside), place.aside[-1]) == (MOST_ASIDE, MOST_ASIDE + 9)


@pytest.mark.parametrize(
    "place",
    [
        Place(7, 42, NOW),
        starting(Folder(7, 43), NOW),
        anew(Place(7, 42, NOW), Folder(8, 20), NOW).set_aside(4, LATER),
    ],
)
def test_it_is_read_as_it_was_written(place: Place) -> None:
    assert read_place(place.written()) == place
