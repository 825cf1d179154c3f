"""A week is sent through a real mail server: once to each reader, whole, and faults are said without a secret."""

import subprocess
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

import pytest

from dashboard.meeting import steps
from dashboard.packing import letter as letters
from dashboard.packing import parts
from dashboard.packing.mailer import once
from dashboard.packing.mailing import NobodyNamed, said, send
from dashboard.packing.page import page
from dashboard.packing.post import Post, PostRefused, PostWrong, Taken, _Speaking, hand_over, post
from dashboard.packing.week import NotKept
from dashboard.store.door import Store
from dashboard.store.faults import StoreSilent
from dashboard.store.promises import Promises
from tests.browser.real import MAIN, free_port
from tests.packing.company import KEPT_AT, LATE, READERS, WEEK, Kept, a_month_goes_by, mailing_to
from tests.packing.mailbox import PASSWORD, Mailbox, mailbox

LATER = KEPT_AT + timedelta(days=1)


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as found:
        yield found


@pytest.fixture
def store(own: Kept) -> Iterator[Store]:
    found = own.store()
    yield found
    found.close()


def of(box: Mailbox, **words: str) -> Post:
    told = "&".join(f"{name}={quote(value)}" for name, value in words.items())
    return post(f"smtp://127.0.0.1:{box.port}?{told}")


def plain(mail: EmailMessage) -> str:
    found = mail.get_body(("plain",))
    assert found is not None
    return str(found.get_content())


def rich(mail: EmailMessage) -> str:
    found = mail.get_body(("html",))
    assert found is not None
    return str(found.get_content())


def attached(mail: EmailMessage) -> dict[str | None, object]:
    return {one.get_filename(): one.get_payload(decode=True) for one in mail.iter_attachments()}


def test_a_week_comes_as_text_as_html_and_whole_in_one_file(own: Kept, store: Store, box: Mailbox) -> None:
    done = send(mailing_to(own), store, of(box, **{"from": "board@acme.example"}), WEEK, KEPT_AT)
    assert said(done) == "2026-W46 was sent to 3 readers"
    (mail,) = box.mails
    assert mail["Subject"] == "Northwind Instruments: Week 46 · 9 to 15 November 2026"
    assert (mail["From"], mail["To"]) == ("board@acme.example", ", ".join(READERS))
    assert box.readers == [list(READERS)]
    assert mail["Date"] == "Wed, 18 Nov 2026 14:00:00 +0100"
    assert attached(mail) == {"smarketing-2026-W46.html": page(own.packed())}


def test_a_mail_says_the_sentences_and_numbers_of_the_page_the_datas_age_and_its_zone(
    own: Kept, store: Store, box: Mailbox
) -> None:
    a_month_goes_by(own)
    send(mailing_to(own), store, of(box), WEEK, LATER)
    (mail,) = box.mails
    walk = own.packed().walk
    text, marked = plain(mail), " ".join(rich(mail).split())
    for one in walk.steps:
        assert one.takeaway in text
        assert one.title in marked
    assert f"→ {int(walk.numbers['marketing.week.done'].value or 0) + LATE}: {LATE} late email leads" in text
    assert "Call <b>Fuchs & Söhne</b> before noon (Inés, by Fri 20 Nov)" in text
    assert "Call &lt;b&gt;Fuchs &amp; Söhne&lt;/b&gt; before noon" in marked
    for told in (text, marked):
        assert "Kept Mon 16 Nov 2026 07:00. Data to Sun 15 Nov 2026" in told
        assert "Times in Europe/Berlin." in told
    assert "style" not in marked.replace("style=", "")
    assert "http" not in marked


def test_nobody_is_sent_a_week_twice_and_who_joins_later_gets_it_alone(own: Kept, store: Store, box: Mailbox) -> None:
    send(mailing_to(own, *READERS[:2]), store, of(box), WEEK, KEPT_AT)
    again = send(mailing_to(own, *READERS[:2]), store, of(box), WEEK, LATER)
    assert said(again).endswith("--again sends it once more")
    joined = send(mailing_to(own), store, of(box), WEEK, LATER)
    assert said(joined) == "2026-W46 was sent to 1 reader; 2 others had it before"
    assert box.readers == [list(READERS[:2]), [READERS[2]]]
    send(mailing_to(own), store, of(box), WEEK, LATER, again=True)
    assert box.readers[2] == list(READERS)
    assert box.mails[2]["Message-ID"] != box.mails[1]["Message-ID"]


def test_a_server_that_starts_again_sends_nothing_twice(own: Kept, store: Store, box: Mailbox) -> None:
    address = f"smtp://127.0.0.1:{box.port}"
    first, second = (once(mailing_to(own), address, lambda: KEPT_AT) for _ in range(2))
    assert (first["done"], first["said"]) == (True, "2026-W46 was sent to 3 readers")
    assert second == {"done": True, "said": "", "why": ""}
    assert len(box.mails) == 1


def test_a_sending_that_was_killed_is_not_begun_again_by_itself(own: Kept, store: Store, box: Mailbox) -> None:
    store.mails.begin(WEEK, READERS, KEPT_AT)
    found = once(mailing_to(own), f"smtp://127.0.0.1:{box.port}", lambda: KEPT_AT)
    assert found["done"]
    assert found["why"].endswith("'smarketing mail 2026-W46 --again' sends it")
    assert box.mails == []


def test_a_week_that_is_not_kept_yet_is_waited_for_in_silence(own: Kept, store: Store, box: Mailbox) -> None:
    found = once(mailing_to(own), f"smtp://127.0.0.1:{box.port}", lambda: KEPT_AT + timedelta(days=7))
    assert found == {"done": False, "said": "", "why": ""}
    with pytest.raises(NotKept):
        send(mailing_to(own), store, of(box), "2026-W45", KEPT_AT)
    assert box.mails == []


def test_one_refused_reader_costs_the_others_nothing_and_only_who_may_come_later_is_tried_again(
    own: Kept, store: Store, box: Mailbox
) -> None:
    box.refuses = {READERS[0]: "550 no such reader", READERS[1]: "450 come again"}
    first = send(mailing_to(own), store, of(box), WEEK, KEPT_AT)
    assert first.taken == Taken((READERS[2],), (READERS[1],), (READERS[0],))
    assert said(first) == (
        "2026-W46 was sent to 1 reader; the mail server refuses 1 address of mail_to for good; "
        "it asks to try 1 address again later"
    )
    box.refuses = {}
    second = send(mailing_to(own), store, of(box), WEEK, LATER)
    assert second.taken.sent == (READERS[1],)


def test_a_server_that_refuses_the_mail_leaves_all_to_be_sent(own: Kept, store: Store, box: Mailbox) -> None:
    box.refuses_all = "554 too large for ann@acme.example"
    with pytest.raises(PostRefused) as refused:
        send(mailing_to(own), store, of(box), WEEK, KEPT_AT)
    assert str(refused.value) == "the mail server took the mail's readers and refused the mail (554)"
    box.refuses_all = ""
    assert send(mailing_to(own), store, of(box), WEEK, LATER).taken.sent == READERS


@pytest.mark.parametrize("verdict", ["", "what? no number"])
def test_a_mail_of_which_the_server_never_said_whether_it_took_it_is_not_sent_again_by_itself(
    own: Kept, store: Store, box: Mailbox, verdict: str
) -> None:
    box.verdict = verdict
    first, second = (once(mailing_to(own), f"smtp://127.0.0.1:{box.port}", lambda: KEPT_AT) for _ in range(2))
    assert (first["done"], "it may have been sent" in first["why"]) == (False, True)
    assert (second["done"], "was begun and never ended" in second["why"]) == (True, True)
    assert len(box.mails) == 1


def test_a_mail_that_was_taken_is_sent_whatever_the_server_says_to_the_goodbye(
    own: Kept, store: Store, box: Mailbox
) -> None:
    box.farewell = "250 OK"
    first, second = (once(mailing_to(own), f"smtp://127.0.0.1:{box.port}", lambda: KEPT_AT) for _ in range(2))
    assert (first["done"], first["said"]) == (True, "2026-W46 was sent to 3 readers")
    assert second == {"done": True, "said": "", "why": ""}
    assert len(box.mails) == 1


def test_a_server_may_take_ten_minutes_over_a_mail_and_one_over_all_else(
    own: Kept, store: Store, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(_Speaking, "_wait", lambda speaking, seconds: waited.append(seconds))
    send(mailing_to(own), store, of(box), WEEK, KEPT_AT)
    assert waited == [600, 60, 10]


def test_without_readers_nothing_is_sent_and_it_is_said_where_to_name_them(own: Kept, store: Store) -> None:
    with pytest.raises(NobodyNamed, match=r'mail_to = \["ann@example.com"\] under \[meeting\]'):
        send(own.told, store, post("smtp://127.0.0.1"), WEEK, KEPT_AT)


# part by part


def test_a_step_and_a_file_that_cannot_be_made_are_said_and_the_rest_is_sent(
    own: Kept, store: Store, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = parts.step

    def broken(walk: steps.Walk, at: int) -> object:
        return 1 / 0 if at == 5 else real(walk, at)

    monkeypatch.setattr(parts, "step", broken)
    monkeypatch.setattr(letters, "page", lambda packed: 1 / 0)
    send(mailing_to(own), store, of(box), WEEK, KEPT_AT)
    (mail,) = box.mails
    text = " ".join(plain(mail).split())
    assert "Step 5, Lead review, could not be drawn (ZeroDivisionError)" in text
    assert "The attached file could not be drawn (ZeroDivisionError)" in text
    assert attached(mail) == {}
    assert "holds the whole of it" not in text
    assert "holds the whole of it" not in rich(mail)
    assert own.packed().walk.steps[1].takeaway in text


def test_a_mail_that_cannot_tell_what_was_decided_does_not_say_that_nothing_was(
    own: Kept, store: Store, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(self: Promises, by: object = None) -> None:
        raise StoreSilent("the store (kept.db) has no room left")

    monkeypatch.setattr(Promises, "all", gone)
    send(mailing_to(own), store, of(box), WEEK, KEPT_AT)
    text = " ".join(plain(box.mails[0]).split())
    assert text.count("What was decided cannot be told: the store (kept.db) has no room left.") == 1
    assert "No action came over" not in text
    assert "holds the whole of it" in text


# the server and its secrets


def test_a_password_is_used_and_never_told(own: Kept, store: Store) -> None:
    with mailbox(signs_in=True) as box:
        signed = f"smtp://board%40acme.example:{quote(PASSWORD, safe='')}@127.0.0.1:{box.port}"
        assert send(mailing_to(own), store, post(signed), WEEK, KEPT_AT).taken.sent == READERS
        assert box.users == [b"board@acme.example"]
        assert repr(post(signed)) == "Post(sender='board@acme.example')"
        wrong = once(mailing_to(own, "new@acme.example"), signed.replace("s3cr3t", "guess"), lambda: KEPT_AT)
    assert wrong["why"] == "the mail server refuses the name and the password in SMARKETING_SMTP (535)"


def test_a_server_that_is_not_there_is_said_without_its_address(own: Kept, store: Store) -> None:
    found = once(mailing_to(own), f"smtp://eve:secret@127.0.0.1:{free_port()}", lambda: KEPT_AT)
    assert (found["done"], found["said"]) == (False, "")
    assert found["why"].startswith("the mail server cannot be reached (ConnectionRefusedError)")
    assert "127.0.0.1" not in found["why"]


def test_a_password_that_no_server_can_be_told_is_said(own: Kept, store: Store) -> None:
    with mailbox(signs_in=True) as box:
        found = once(mailing_to(own), f"smtp://eve:gr%C3%BCn@127.0.0.1:{box.port}", lambda: KEPT_AT)
    assert found["why"].startswith("the name or the password in SMARKETING_SMTP holds a letter")


def test_a_password_goes_to_no_other_machine_in_the_clear(box: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.packing.post._is_here", lambda host: False)
    mail = EmailMessage()
    with pytest.raises(PostRefused, match="a password is sent to none in the clear: use smtps://"):
        hand_over(post(f"smtp://eve:secret@127.0.0.1:{box.port}"), mail, READERS)


@pytest.mark.parametrize(
    "address", ["", "mail.acme.example:587", "http://secret@mail", "smtp://", "smtp://u:secret@mail:x", "smtp://m/path"]
)
def test_an_address_that_is_none_is_refused_and_not_repeated(address: str) -> None:
    with pytest.raises(PostWrong, match=r"SMARKETING_SMTP.* write it like smtp://user:password@host:587") as refused:
        post(address)
    assert "secret" not in str(refused.value)


# the commands


def told(own: Kept, *words: str, smtp: str = "") -> "subprocess.CompletedProcess[str]":
    facts = own.folder / "smarketing.toml"
    if "mail_to" not in facts.read_text():
        facts.write_text(f'{facts.read_text()}\n[meeting]\nmail_to = ["ann@acme.example"]\n')
    environment = {
        "WAREHOUSE_URL": f"sqlite:///{own.folder}/demo.db",
        "SMARKETING_CONFIG": str(facts),
        "SMARKETING_AGREEMENT": str(own.folder / "agreement.toml"),
        "SMARKETING_SMTP": smtp,
    }
    return subprocess.run([*MAIN, *words], env=environment, capture_output=True, text=True, timeout=120, cwd=own.folder)


def test_the_command_sends_a_week_and_refuses_in_words(own: Kept, box: Mailbox) -> None:
    silent = told(own, "mail", WEEK)
    assert (silent.returncode, silent.stdout) == (2, "")
    assert "no mail server is named: set SMARKETING_SMTP" in silent.stderr
    done = told(own, "mail", WEEK, smtp=f"smtp://127.0.0.1:{box.port}")
    assert (done.stdout, done.stderr) == ("2026-W46 was sent to 1 reader\n", "")
    assert box.readers == [["ann@acme.example"]]


def test_the_command_writes_a_week_into_one_file_and_refuses_in_words(own: Kept, tmp_path: Path) -> None:
    file = tmp_path / "week.html"
    done = told(own, "pack", WEEK, "-o", str(file))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{file} holds 2026-W46 as it stood on Mon 16 Nov 2026 07:00")
    assert file.read_bytes().startswith(b"<!DOCTYPE html>")
    refused = told(own, "pack", "2026-W45")
    assert (refused.returncode, "--as-it-stands" in refused.stderr) == (2, True)
    nowhere = told(own, "pack", WEEK, "-o", str(tmp_path / "no" / "week.html"))
    assert (nowhere.returncode, "cannot be written there" in nowhere.stderr) == (2, True)
