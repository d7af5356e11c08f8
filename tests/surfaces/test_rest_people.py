"""The people route: who may call it, what it takes, what it answers, and how it stands in OpenAPI."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from bot import rest
from bot.clock import SetClock
from bot.rest import people_router
from storage.database import Database
from tests.storage.roster_files import ROSTERS, csv_of, people_in, person

PATH = "/api/v1/people"
TOKEN = "a-long-token-for-tests"
CSV = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "text/csv"}
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def client(database: Database, clock: SetClock) -> Iterator[TestClient]:
    app = FastAPI()
    app.include_router(people_router(database, TOKEN, clock))
    with TestClient(app) as client:
        yield client


def test_a_csv_is_imported_and_the_second_time_changes_nothing(client: TestClient, database: Database) -> None:
    data = (ROSTERS / "beisen.csv").read_bytes()
    answer = client.put(PATH, content=data, headers=CSV).json()
    assert answer["counts"] == {"rows": 6, "added": 6, "changed": 0, "closed": 0, "reopened": 0, "unchanged": 0}
    assert answer["encoding"] == "GB18030"
    assert {"header": "姓名", "field": "full_name", "use": "used"} in answer["mapping"]
    assert answer["changes"][0]["kind"] == "add"
    assert "zhuge.mingyuan@qinghe.example" in people_in(database)
    again = client.put(PATH, content=data, headers=CSV).json()
    assert again["counts"]["unchanged"] == 6
    assert again["changes"] == []


def test_a_form_with_a_file(client: TestClient, database: Database) -> None:
    files = {"file": ("org.csv", csv_of([person("ann")]), "text/csv")}
    assert client.put(PATH, files=files, headers=BEARER).status_code == 200
    assert "ann@harbour.example" in people_in(database)


def test_a_json_list(client: TestClient, database: Database) -> None:
    records: list[dict[str, Any]] = [{"Name": "Ann Lee", "Work Email": "ann@harbour.example", "Manager": None}]
    assert client.put(PATH, json=records, headers=BEARER).json()["counts"]["added"] == 1
    assert people_in(database)["ann@harbour.example"]["family_name"] == "Lee"


def test_the_whole_answer_of_a_workday_report(client: TestClient, database: Database) -> None:
    report = {
        "Report_Entry": [
            {
                "Employee_ID": "E7",
                "Name": "Ann Lee",
                "Email_-_Work": "ann@harbour.example",
                "Worker_s_Manager_group": [{"Manager_ID": "E8"}],
            },
            {"Employee_ID": "E8", "Name": "Na Li", "Email_-_Work": "na@harbour.example", "Is_Active": True},
        ]
    }
    assert client.put(PATH, json=report, headers=BEARER).json()["counts"]["added"] == 2
    assert people_in(database)["ann@harbour.example"]["manager"] == "na@harbour.example"


def test_a_dry_run_tells_and_writes_nothing(client: TestClient, database: Database) -> None:
    before = people_in(database)
    query = {"dry_run": "true", "close_missing": "true"}
    answer = client.put(PATH, content=csv_of([person("ann")]), headers=CSV, params=query).json()
    assert answer["dry_run"] is True
    assert (answer["counts"]["added"], answer["counts"]["closed"]) == (1, 6)
    assert answer["changes"][0]["kind"] == "close"
    assert answer["changes"][0]["line"] is None
    assert people_in(database) == before


@pytest.mark.parametrize(
    ("language", "message"), [("en", "“ben” isn’t an e-mail address."), ("zh", "“ben”不是有效的邮箱地址。")]
)
def test_problems_are_listed_and_nothing_is_written(
    client: TestClient, database: Database, language: str, message: str
) -> None:
    before = people_in(database)
    data = csv_of([person("ann"), person("ben", Work_Email="ben")])
    answer = client.put(PATH, content=data, headers=CSV, params={"language": language})
    assert answer.status_code == 422
    assert answer.json()["problems"] == [
        {"line": 3, "column": "Work Email", "reason": "malformed_email", "message": message}
    ]
    assert answer.json()["problem_count"] == 1
    assert people_in(database) == before


@pytest.mark.parametrize(
    ("body", "kind", "reason"),
    [
        (b"", "text/csv", "empty_file"),
        (b"PK\x03\x04", "text/csv", "workbook"),
        (b"{", "application/json", "not_a_list"),
        (b"{}", "application/json", "not_a_list"),
        (b"[]", "application/json", "empty_file"),
        (b"[1]", "application/json", "missing_column"),
        (b'[{"Email": "a@b.example", "Name": ["x"]}]', "application/json", "not_a_record"),
        (b'["\\ud800"]', "application/json", "not_a_list"),
    ],
)
def test_a_body_that_is_no_roster(client: TestClient, body: bytes, kind: str, reason: str) -> None:
    answer = client.put(PATH, content=body, headers=BEARER | {"Content-Type": kind})
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["reason"] == reason


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Bearer"},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": f"Bearer {TOKEN}x"},
        {"Authorization": "Bearer t\u00f6ken".encode("latin-1")},
    ],
)
def test_without_the_token_nothing_is_read(client: TestClient, headers: dict[str, str]) -> None:
    answer = client.put(PATH, content=csv_of([person("ann")]), headers=headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_without_a_configured_token_there_is_no_route(database: Database) -> None:
    app = FastAPI()
    app.include_router(people_router(database, ""))
    assert PATH not in app.openapi()["paths"]
    with TestClient(app) as client:
        assert client.put(PATH, headers={"Authorization": "Bearer "}).status_code == 404


def test_a_body_past_the_cap_is_refused(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest, "LARGEST", 100)
    assert client.put(PATH, content=b"x" * 101, headers=CSV).status_code == 413


@pytest.mark.parametrize("kind", ["image/png", "multipart/form-data", "multipart/form-data; boundary=x"])
def test_another_kind_of_body_is_refused(client: TestClient, kind: str) -> None:
    answer = client.put(PATH, content=b"Name,Email\n", headers=BEARER | {"Content-Type": kind})
    assert answer.status_code == 415


def test_a_field_that_is_no_file_is_refused(client: TestClient) -> None:
    answer = client.put(PATH, files={"file": (None, "Name,Email")}, headers=BEARER)
    assert answer.status_code == 415


def test_openapi_shows_the_route_its_bodies_and_its_token(client: TestClient) -> None:
    schema = client.get("/openapi.json").json()
    route = schema["paths"][PATH]["put"]
    assert set(route["requestBody"]["content"]) == {"text/csv", "multipart/form-data", "application/json"}
    assert {"200", "401", "413", "415", "422"} <= set(route["responses"])
    assert route["responses"]["422"]["content"]["application/json"]["schema"]["$ref"].endswith("PeopleRefused")
    (security,) = route["security"]
    (scheme,) = security
    assert schema["components"]["securitySchemes"][scheme]["scheme"] == "bearer"
    assert {parameter["name"] for parameter in route["parameters"]} == {
        "dry_run",
        "close_missing",
        "closing",
        "skip_unread_rows",
        "language",
    }


def test_two_imports_at_once_both_end(client: TestClient, database: Database) -> None:
    async def both() -> list[int]:
        calls = (
            asyncio.to_thread(client.put, PATH, content=csv_of([person(name)]), headers=CSV) for name in ("ann", "ben")
        )
        return [answer.status_code for answer in await asyncio.gather(*calls)]

    assert asyncio.run(both()) == [200, 200]
    assert {"ann@harbour.example", "ben@harbour.example"} <= people_in(database).keys()
