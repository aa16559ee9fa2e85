"""R3: a child's whole file page, beside an empty page through the same stack (session, post, scope, frame).

Usage: .venv/bin/python -m benchmarks.r3_file [sizes: 10000 100000 1000000]
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from uuid import UUID

from benchmarks import measure
from benchmarks.record import record

VILLAGE = 420506001001
MOST_QUERIES = 12


def main() -> None:
    measure.begin()
    from django.conf import settings
    from django.test import Client

    settings.ROOT_URLCONF = "benchmarks.empty_page"
    ratios: dict[int, float] = {}
    times: dict[int, float] = {}
    queries = 0
    for size in measure.sizes():
        with measure.register(size):
            director = measure.post("child_director", VILLAGE)
            address = f"/children/{full_file()}/"
            browser = Client(SERVER_NAME="127.0.0.1")
            browser.force_login(director.person.user, backend="django.contrib.auth.backends.ModelBackend")
            session = browser.session
            session["verified"] = True
            session.save()
            for path in (address, "/empty/"):
                answer = browser.get(path)
                assert answer.status_code == 200, (path, answer.status_code)
            work = partial(browser.get, address)
            queries = len([sql for sql in measure.statements(work) if not sql.startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))])
            times[size], floor = measure.medians(work, partial(browser.get, "/empty/"))
            ratios[size] = times[size] / floor
            print(f"{size:>9,} {measure.milliseconds(times[size]):>10} {measure.milliseconds(floor):>10} {ratios[size]:5.2f} {queries} queries", flush=True)
    small, large = min(times), max(times)
    what = f"file page of a child with a whole family, register of {large:,}: {measure.milliseconds(times[large])}, {queries} queries; {times[large] / times[small]:.2f} times that of {small:,}"
    record("R3", what, max(ratios.values()), f"≤ 3; ≤ {MOST_QUERIES} queries; flat")


def full_file() -> UUID:
    """A child about whom everything is known: both parents away, grandparents, an entrusted guardian, school, categories."""
    from tongxing.children.models import Child
    from tongxing.children.new import NewCategory, NewRelative, NewResidence, NewSchooling
    from tongxing.children.tests.make import away, id_number, make_child, seen_by, years_ago
    from tongxing.ground.today import today

    with seen_by(None):
        if found := Child.objects.filter(source="benchmark").first():
            return found.id
    born, long_ago = years_ago(9), today() - timedelta(days=900)
    child = make_child(
        name="张子轩",
        place=VILLAGE,
        born=born,
        id_number=id_number(born),
        registration="registered",
        registered_place=VILLAGE,
        health="healthy",
        ethnic_group="01",
        relatives=(
            away("51", "张建国", long_ago, phone="13812345678"),
            away("52", "李春梅", long_ago, phone="13912345678"),
            *(NewRelative(relation=relation, name="王秀英", phone="07177821234", entrusted=relation == "62") for relation in ("61", "62", "63", "64")),
        ),
        schooling=NewSchooling(stage="primary", school_name="小溪塔中心小学", grade=3, class_name="三年级2班", boarding="no", since=today() - timedelta(days=80)),
        guardianship="fair",
        residence=NewResidence(since=born, living_with="grandparents", address="3组12号"),
        categories=(NewCategory(scheme="suxian", kind="hardship"), NewCategory(scheme="laohekou", kind="poverty")),
    )
    with seen_by(None):
        Child.objects.filter(pk=child.id).update(source="benchmark")
    return child.id


if __name__ == "__main__":
    main()
