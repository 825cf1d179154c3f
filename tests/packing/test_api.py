"""A week is saved from the page: the same file as the command's, named after its week."""

from flask import Flask

from dashboard.meeting_weeks import Weeks
from dashboard.packing.api import PACK, PackApi
from dashboard.packing.page import page
from queries.warehouse import reader
from tests.packing.company import KEPT_AT, WEEK, Kept


def test_the_address_answers_with_the_commands_own_file(company: Kept) -> None:
    store, engine = company.store(), reader(company.told.warehouse, 60)
    weeks = Weeks(company.told, lambda: store, engine)
    server = Flask("packs")
    PackApi(
        company.told,
        lambda: store,
        weeks,
        lambda name: (weeks.look(weeks.named(name, KEPT_AT), KEPT_AT, False), KEPT_AT),
    ).register(server)
    answer = server.test_client().get(PACK, query_string={"week": WEEK})
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="smarketing-2026-W46.html"'
    assert answer.data == page(company.packed())
    store.close()
    engine.dispose()
