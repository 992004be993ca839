"""The catalogue of hostile cases: each has tests that begin with its number, and none of them may be taken away."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
GATE, WIRE, SERVER = "gateway/test_gate.py", "gateway/test_wire.py", "gateway/test_server.py"
CONNECTION, HTTP = "gateway/test_connection.py", "security/test_http_cases.py"
PAIRING, EXHAUSTION = "security/test_pairing_cases.py", "security/test_exhaustion.py"
MACHINE, PAGES = "security/test_no_credential_no_handler.py", "security/test_other_pages.py"
# Case -> file -> tests. The text of a case is what its tests try; the numbers stand in their names.
CASES: dict[str, dict[str, tuple[str, ...]]] = {
    "A01": {GATE: ("test_a01_a_foreign_origin_is_refused_before_the_upgrade",)},
    "A02": {GATE: ("test_a02_origins_that_may_connect", "test_a02_origins_that_only_look_like_ours")},
    "A03": {GATE: ("test_a03_without_a_credential_nothing_but_connect_is_heard_and_time_runs_out",)},
    "A04": {GATE: ("test_a04_any_method_before_connect_closes_and_is_not_entered",)},
    "A05": {GATE: ("test_a05_a_token_that_is_merely_present_is_nothing",)},
    "A06": {
        GATE: (
            "test_a06_a_device_that_does_not_prove_its_key_on_this_socket",
            "test_a06_a_signature_is_good_for_one_socket_only",
        )
    },
    "A07": {GATE: ("test_a07_a_device_gets_what_it_is_paired_for_whatever_it_asks",)},
    "A08": {GATE: ("test_a08_a_protocol_that_we_do_not_speak",)},
    "A09": {
        GATE: (
            "test_a09_a_second_connect_changes_nothing",
            "test_a09_a_connect_in_slow_bytes_runs_out_of_time",
        )
    },
    "A10": {
        GATE: (
            "test_a10_guessing_is_locked_out_while_open_sockets_work",
            "test_a10_a_paired_device_is_not_held_up_by_somebody_elses_guesses",
        )
    },
    "A11": {GATE: ("test_a11_all_kinds_and_all_names_of_this_computer_share_one_counter",)},
    "A12": {
        WIRE: (
            "test_a12_frames_that_break_the_protocol",
            "test_a12_a_client_that_says_goodbye_is_answered",
        )
    },
    "A13": {
        WIRE: (
            "test_a13_frames_that_are_too_large",
            "test_a13_the_largest_frame_is_taken",
            "test_a13_a_hundred_thousand_empty_fragments",
            "test_a13_compression_is_not_agreed_to",
        )
    },
    "A14": {
        CONNECTION: (
            "test_a14_json_that_is_no_request_is_answered_and_the_socket_lives",
            "test_a14_before_the_handshake_it_ends_the_socket",
        )
    },
    "A15": {
        GATE: (
            "test_a15_a_new_secret_closes_those_who_came_with_the_old_one",
            "test_a15_a_revoked_device_is_closed",
            "test_a15_a_secret_that_is_changed_during_a_handshake_lets_nobody_in",
        ),
        HTTP: ("test_a15_an_old_secret_is_dead_on_every_path_of_the_application",),
    },
    "B01": {
        GATE: ("test_b01_hosts_that_are_not_ours_on_every_path",),
        HTTP: ("test_b01_hosts_that_are_not_ours_on_every_path_of_the_application",),
    },
    "B02": {
        GATE: (
            "test_b02_hosts_that_are_answered",
            "test_b02_own_hosts_over_a_socket",
            "test_b02_own_addresses_and_names_are_answered_with_the_schemes_that_are_served",
        )
    },
    "B03": {
        GATE: (
            "test_b03_a_proxy_that_nobody_configured_is_refused",
            "test_b03_behind_a_configured_proxy_the_rightmost_hop_that_is_no_proxy_is_the_client",
            "test_b03_junk_from_a_configured_proxy_is_refused",
            "test_b03_behind_a_real_proxy_header_the_client_is_counted_and_never_local",
            "test_b03_proxy_headers_are_refused_and_do_not_switch_off_the_origin_check",
        ),
        HTTP: ("test_b03_proxies_that_nobody_configured_on_every_path_of_the_application",),
    },
    "B04": {
        GATE: ("test_b04_writing_over_http", "test_b04_a_body_is_not_read_before_its_sender_is_known"),
        HTTP: ("test_b04_who_writes_shows_a_secret_and_json_on_every_path_of_the_application",),
    },
    "B05": {HTTP: ("test_b05_no_preflight_is_granted_to_anybody",)},
    "B06": {HTTP: ("test_b06_get_changes_nothing",)},
    "B07": {HTTP: ("test_b07_no_path_leads_out_of_what_is_served",)},
    "B08": {
        HTTP: (
            "test_b08_a_secret_counts_nowhere_but_in_its_header",
            "test_b08_a_pass_opens_a_socket_once_and_nothing_else",
        ),
        "e2e/test_control_page.py": ("test_b08_a_pass_works_once_and_even_while_guessers_are_locked_out",),
    },
    "B09": {
        SERVER: ("test_b09_every_answer_carries_the_headers_and_gives_nothing_away",),
        HTTP: ("test_b09_every_answer_of_the_application_protects_itself",),
    },
    "B10": {
        SERVER: (
            "test_b10_requests_that_could_be_read_in_two_ways_are_refused_and_the_line_is_closed",
            "test_b10_a_bare_line_feed_ends_nothing",
            "test_b10_a_chunk_of_a_bad_size_ends_the_line",
        )
    },
    "C08": {
        PAIRING: (
            "test_c08_a_client_on_this_computer_without_a_device_key_is_never_paired",
            "test_c08_even_with_the_secret_nobody_without_a_key_becomes_a_device",
            "test_c08_a_device_key_alone_is_no_reason_to_be_paired",
            "test_c08_from_elsewhere_a_device_waits_for_a_click_even_with_the_secret",
            "test_c08_in_the_application_too",
        )
    },
    "L01": {
        CONNECTION: ("test_l01_silent_sockets_are_few_and_the_owner_is_served",),
        SERVER: ("test_l01_a_thousand_silent_sockets_keep_no_owner_out",),
        EXHAUSTION: ("test_l01_half_handshakes_and_slow_headers_do_not_hold_up_the_owner",),
    },
    "L02": {
        WIRE: (
            "test_l02_a_client_that_never_reads_is_closed_and_the_others_notice_nothing",
            "test_l02_what_may_be_dropped_is_dropped",
        )
    },
    "L03": {
        EXHAUSTION: (
            "test_l03_with_64_files_the_owner_is_served_and_it_recovers",
            "test_l03_a_disk_that_is_full_keeps_what_there_is_and_it_recovers",
        )
    },
    "L04": {
        EXHAUSTION: (
            "test_l04_ten_thousand_requests_of_one_socket_leave_room_for_the_others",
            "test_l04_requests_beyond_the_rate_are_told_when_to_come_back",
            "test_l04_a_thousand_runs_of_the_agent_are_not_all_taken",
            "test_l04_messages_that_wait_are_limited_too_and_can_be_stopped",
        )
    },
    "L05": {
        EXHAUSTION: (
            "test_l05_another_users_gateway_on_our_port_hears_no_secret",
            "test_l05_the_fake_gateway_would_hear_a_secret_that_is_sent",
            "test_l05_a_stopped_gateway_goes_on_where_it_was",
            "test_l05_without_ipv6_it_listens_on_the_other_address",
        )
    },
}
NUMBERS = (
    *(f"A{number:02}" for number in range(1, 16)),
    *(f"B{number:02}" for number in range(1, 11)),
    "C08",
    *(f"L{number:02}" for number in range(1, 6)),
)
# What goes beyond single cases, and what the cases cannot do without.
BESIDE = {
    MACHINE: ("Strangers", "test_the_machine_notices_who_gets_in"),
    PAGES: ("test_another_page_reads_and_writes_nothing", "test_the_gateways_own_page_can_so_the_attack_works"),
    "security/test_inventory.py": (
        "test_a_headless_gateway_listens_where_it_should",
        "test_the_application_with_a_screen_listens_where_it_should",
    ),
    "security/test_fuzz.py": (
        "test_any_chunking_of_any_bytes_gives_the_same_messages",
        "test_no_bytes_break_the_http_edge",
    ),
    "test_canary.py": ("test_no_secret_is_seen_anywhere_whatever_goes_wrong",),
}
MISTAKES = (
    "loopback_is_not_trust", "present_is_not_valid", "what_the_client_says_is_not_true", "no_deny_lists",
    "no_check_then_use_on_paths", "nothing_is_read_before_authentication",
    "a_parse_error_is_not_empty_and_then_overwritten",
)  # fmt: skip


@cache
def names_in(file: str) -> frozenset[str]:
    """The functions and classes of a test file that nothing skips altogether."""
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return frozenset(node.name for node in tree.body if isinstance(node, kinds))


@pytest.mark.parametrize("case", NUMBERS)
def test_each_case_has_its_tests(case: str) -> None:
    assert CASES.get(case), f"{case} has no test"
    for file, tests in CASES[case].items():
        assert set(tests) <= names_in(file), f"{case}: gone from tests/{file}"
        assert all(test.startswith(f"test_{case.lower()}_") for test in tests)


def test_no_case_is_tested_outside_the_table() -> None:
    listed = {(file, test) for files in CASES.values() for file, tests in files.items() for test in tests}
    for file in {file for files in CASES.values() for file in files}:
        numbered = {name for name in names_in(file) if name[5:8].upper() in NUMBERS and name.startswith("test_")}
        assert {name for name in numbered if (file, name) not in listed} == set(), f"not in the table: tests/{file}"


@pytest.mark.parametrize("file", BESIDE)
def test_what_goes_beyond_single_cases_is_there(file: str) -> None:
    assert set(BESIDE[file]) <= names_in(file)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_of_the_seven_mistakes_is_tried(mistake: str) -> None:
    names = [name for name in names_in("security/test_seven_mistakes.py") if name.startswith(f"test_{mistake}")]
    assert len(names) >= 3
