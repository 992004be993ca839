"""Records of paired devices: what they allow, and that no plain token stays in them."""

from __future__ import annotations

import json

import pytest

from clawd_desktop.core.values import JsonObject
from clawd_desktop.gateway import pairing
from clawd_desktop.gateway.admission import Standing, digest
from clawd_desktop.gateway.methods.table import Role
from clawd_desktop.gateway.pairing import Applicant

NOW = 1_760_000_000_000
APPLICANT = Applicant("dev", "key", Role.OPERATOR, ("operator.read",), "cli", "cli", "Laptop", "linux", "10.0.0.9")
CLAWDBOTS: JsonObject = {
    "deviceId": "dev", "publicKey": "key", "role": "operator", "roles": ["operator"], "scopes": ["operator.admin"],
    "tokens": {"operator": {"token": "0123456789abcdef", "role": "operator", "scopes": ["operator.admin"],
                            "createdAtMs": 1, "lastUsedAtMs": 2}},
    "createdAtMs": 1, "approvedAtMs": 1, "unknownKey": {"kept": True},
}  # fmt: skip


def test_a_record_of_clawdbot_is_understood() -> None:
    expected = Standing(("operator",), ("operator.admin",), (digest("0123456789abcdef"),), ("operator.admin",))
    assert pairing.standing(CLAWDBOTS, "operator") == expected
    assert pairing.standing(CLAWDBOTS, "node").token_digests == ()


def test_on_disk_there_is_no_plain_token_and_nothing_else_is_lost() -> None:
    safe = pairing.hashed(CLAWDBOTS)
    assert "0123456789abcdef" not in json.dumps(safe)
    assert pairing.standing(safe, "operator") == pairing.standing(CLAWDBOTS, "operator")
    assert safe["unknownKey"] == {"kept": True}
    assert pairing.hashed(safe) == safe


def test_a_summary_shows_nothing_secret() -> None:
    for record in (CLAWDBOTS, pairing.hashed(CLAWDBOTS)):
        shown = pairing.summary(record)
        assert shown["tokens"] == [
            {"role": "operator", "scopes": ["operator.admin"], "createdAtMs": 1, "lastUsedAtMs": 2}
        ]


def test_approval_adds_to_what_was_approved() -> None:
    first = pairing.approved({}, APPLICANT, NOW)
    assert (first["roles"], first["scopes"], first["createdAtMs"]) == (["operator"], ["operator.read"], NOW)
    node = Applicant("dev", "key", Role.NODE, ("x",))
    second = pairing.approved(first, node, NOW + 1)
    assert (second["roles"], second["scopes"]) == (["operator", "node"], ["operator.read", "x"])
    assert (second["createdAtMs"], second["approvedAtMs"], second["displayName"]) == (NOW, NOW + 1, "Laptop")


def test_a_few_tokens_are_good_at_once_and_rotation_leaves_one() -> None:
    record = pairing.approved({}, APPLICANT, NOW)
    for number in range(6):
        record = pairing.with_token(record, "operator", ("operator.read",), digest(f"t{number}"), NOW)
    assert pairing.standing(record, "operator").token_digests == tuple(digest(f"t{n}") for n in range(2, 6))
    record = pairing.rotated(record, "operator", ("operator.read",), digest("new"), NOW)
    assert pairing.standing(record, "operator").token_digests == (digest("new"),)
    record = pairing.revoked(record, "operator", NOW)
    assert pairing.standing(record, "operator").token_digests == ()
    assert "tokenHashes" not in json.dumps(record)
    again = pairing.with_token(record, "operator", ("operator.read",), digest("after"), NOW)
    assert pairing.standing(again, "operator").token_digests == (digest("after"),)


@pytest.mark.parametrize(("age", "fresh"), [(0, True), (300_000, True), (300_001, False), (-1, False)])
def test_requests_live_five_minutes(age: int, fresh: bool) -> None:
    request = pairing.pending_request(APPLICANT, "r", NOW, repair=False)
    assert pairing.is_fresh(request, NOW + age) is fresh


def test_a_request_names_its_device_again() -> None:
    request = pairing.pending_request(APPLICANT, "r", NOW, repair=True)
    assert request["isRepair"] is True
    assert pairing.applicant_of(request) == APPLICANT


@pytest.mark.parametrize("broken", [{}, {"deviceId": "d"}, {"deviceId": "d", "publicKey": "k", "role": "king"}])
def test_a_broken_request_names_nobody(broken: JsonObject) -> None:
    assert pairing.applicant_of(broken) is None
    assert not pairing.is_fresh(broken, NOW)


@pytest.mark.parametrize("junk", [["xyz"], ["ab" * 31], "ab" * 32, [1], None, ["AB" * 32]])
def test_junk_in_the_place_of_hashes_lets_nobody_in(junk: object) -> None:
    record: JsonObject = {"roles": ["operator"], "tokens": {"operator": {"tokenHashes": junk}}}  # type: ignore[dict-item]
    assert pairing.standing(record, "operator").token_digests == ()


def test_records_in_the_order_of_time() -> None:
    rows: dict[str, JsonObject] = {"a": {"ts": 2}, "b": {}, "c": {"ts": 1}}
    assert pairing.oldest_first(rows, "ts") == [{}, {"ts": 1}, {"ts": 2}]


def token(number: int) -> bytes:
    return digest(f"t{number}")


def test_a_token_is_silent_unless_the_owner_approved_the_same() -> None:
    record = pairing.paired({}, APPLICANT, NOW)
    assert "approvedScopes" not in record
    record = pairing.with_token(record, "operator", ("operator.read",), token(1), NOW)
    assert pairing.silent_roles(record) == ("operator",)
    record = pairing.approved(record, APPLICANT, NOW)
    assert record["approvedScopes"] == {"operator": ["operator.read"]}
    record = pairing.with_token(record, "operator", ("operator.read",), token(2), NOW)
    ended = pairing.without_silent(record, NOW + 5)
    assert pairing.standing(ended, "operator").token_digests == (token(2),)
    assert pairing.silent_roles(ended) == ()
    assert "revokedAtMs" not in json.dumps(ended)


@pytest.mark.parametrize(
    ("approved", "role", "scopes", "yes"),
    [
        ({}, "operator", (), False),
        ({"operator": []}, "operator", (), True),
        ({"operator": ["operator.write"]}, "operator", ("operator.read",), True),
        ({"operator": ["operator.read"]}, "operator", ("operator.write",), False),
        ({"operator": ["operator.admin"]}, "operator", ("operator.pairing", "operator.approvals"), True),
        ({"operator": ["operator.admin"]}, "node", (), False),
        ("junk", "operator", (), False),
        ({"operator": "junk"}, "operator", ("operator.read",), False),
    ],
)
def test_what_the_owner_approved(approved: JsonObject, role: str, scopes: tuple[str, ...], yes: bool) -> None:
    assert pairing.is_approved({"approvedScopes": approved}, role, scopes) is yes


def test_ending_silent_tokens_says_why_and_spares_the_rest() -> None:
    record = pairing.with_token(pairing.paired({}, APPLICANT, NOW), "operator", ("operator.read",), token(1), NOW)
    node = Applicant("dev", "key", Role.NODE, ())
    record = pairing.with_token(pairing.approved(record, node, NOW), "node", (), token(2), NOW)
    ended = pairing.without_silent(record, NOW + 5)
    assert pairing.standing(ended, "operator").token_digests == ()
    assert pairing.standing(ended, "node").token_digests == (token(2),)
    shown = {row["role"]: row for row in pairing.summary(ended)["tokens"]}  # type: ignore[union-attr, index, call-overload]
    assert (shown["operator"]["revokedAtMs"], shown["operator"]["revokedBecause"]) == (NOW + 5, "secret-changed")
    assert "revokedAtMs" not in shown["node"]
    again = pairing.with_token(ended, "operator", ("operator.read",), token(3), NOW)
    assert "revokedBecause" not in json.dumps(again)


def test_a_silent_token_is_listed_as_such_and_its_marks_are_not_shown() -> None:
    record = pairing.with_token(pairing.paired({}, APPLICANT, NOW), "operator", ("operator.read",), token(1), NOW)
    (shown,) = pairing.summary(record)["tokens"]  # type: ignore[union-attr, misc]
    assert shown["silent"] is True  # type: ignore[index, call-overload]
    assert token(1).hex() not in json.dumps(pairing.summary(record))


def test_a_rotation_alone_does_not_make_a_token_outlive_the_secret() -> None:
    record = pairing.paired({}, APPLICANT, NOW)
    assert pairing.silent_roles(pairing.rotated(record, "operator", ("operator.read",), token(1), NOW)) == ("operator",)
    record = pairing.approved(record, APPLICANT, NOW)
    assert pairing.silent_roles(pairing.rotated(record, "operator", ("operator.read",), token(1), NOW)) == ()


def test_marks_of_forgotten_tokens_go_with_them() -> None:
    record = pairing.paired({}, APPLICANT, NOW)
    for number in range(6):
        record = pairing.with_token(record, "operator", (), token(number), NOW)
    entry = record["tokens"]["operator"]  # type: ignore[index, call-overload]
    assert entry["silentHashes"] == entry["tokenHashes"]  # type: ignore[index, call-overload]


def test_what_a_new_token_may_do_when_nobody_says() -> None:
    record = pairing.approved({}, Applicant("dev", "key", Role.OPERATOR, ("operator.admin",)), NOW)
    assert pairing.token_scopes(record, "operator") == ("operator.admin",)
    record = pairing.rotated(record, "operator", ("operator.read",), token(1), NOW)
    assert pairing.token_scopes(record, "operator") == ("operator.read",)
    assert pairing.token_scopes(record, "node") == ()


def test_a_visit_is_noted() -> None:
    record = pairing.with_token(pairing.paired({}, APPLICANT, NOW), "operator", (), token(1), NOW)
    seen = pairing.seen(record, Applicant("dev", "key", Role.OPERATOR, (), display_name="Desk"), NOW + 9)
    assert (seen["displayName"], seen["tokens"]["operator"]["lastUsedAtMs"]) == ("Desk", NOW + 9)  # type: ignore[index, call-overload]
    assert pairing.silent_roles(seen) == ("operator",)


def test_what_came_by_the_secret_alone_does_not_stay_with_approved_tokens() -> None:
    record = pairing.with_token(pairing.approved({}, APPLICANT, NOW), "operator", ("operator.read",), token(1), NOW)
    wider = Applicant("dev", "key", Role.OPERATOR, ("operator.admin",))
    record = pairing.with_token(pairing.paired(record, wider, NOW), "operator", ("operator.admin",), token(2), NOW)
    ended = pairing.standing(pairing.without_silent(record, NOW + 5), "operator")
    assert (ended.token_digests, ended.token_scopes) == ((token(1),), ("operator.read",))
    also = pairing.without_silent(pairing.approved(record, wider, NOW), NOW + 5)
    assert pairing.standing(also, "operator").token_scopes == ("operator.read", "operator.admin")


def test_whoever_was_revoked_is_approved_no_more() -> None:
    record = pairing.with_token(pairing.approved({}, APPLICANT, NOW), "operator", ("operator.read",), token(1), NOW)
    gone = pairing.revoked(record, "operator", NOW)
    assert pairing.standing(gone, "operator").revoked
    assert not pairing.is_approved(gone, "operator", ())
    assert not pairing.standing(pairing.approved(gone, APPLICANT, NOW), "operator").revoked
    out = pairing.revoked(record, "operator", NOW, pairing.SIGNED_OUT)
    assert not pairing.standing(out, "operator").revoked
    assert pairing.is_approved(out, "operator", ("operator.read",))
    assert pairing.standing(out, "operator").token_digests == ()
