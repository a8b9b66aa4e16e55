"""Accounts files with `sync`, `validate` and `health`, good and bad, which test_variants reads in both ways."""

from tests.accounts_files import ACCOUNTS, SPACE

FILE = SPACE + ACCOUNTS
ORG = SPACE + 'organization: {account_id: "999999999999", call_as: self, organizational_units: [ou-a1b2-11112222]}\n'
ID = '"444444444444"'
FUNCTION_VARIANTS = [
    *(
        FILE + f"primary: {{}}\nsync: {{{setting}}}\n"
        for setting in (
            "",
            "schedule_minutes: 1",
            "schedule_minutes: 0",
            "schedule_minutes: 1.5",
            f"adopt: [{ID}]",
            f"adopt: [{ID}, {ID}]",
            "adopt: ['12']",
            f"adopt: {ID}",
            "adopt_roles: [/Former, /ops/Former]",
            "adopt_roles: [Former]",
            "adopt_roles: [/ops/]",
            "adopt_roles: [/Former, /Former]",
            "max_removals: 0",
            "max_removals: -1",
            "max_removal_percentage: 100",
            "max_removal_percentage: 101",
            "events: false",
            "events: true",
            "reserve_concurrency: false",
            "adopted_accounts: []",
        )
    ),
    ORG + "sync: {events: true}\n",
    ORG.replace("self", "delegated_admin") + "sync: {events: true}\n",
    ORG.replace("self", "delegated_admin") + "sync: {}\n",
    FILE + "sync:\n",
    FILE + "sync: true\n",
    FILE + f"sync: {{}}\nstack_prefix: {'a' * 37}\n",
    FILE + f"sync: {{}}\nstack_prefix: {'a' * 38}\n",
    FILE + "validate: {}\n",
    ORG + "primary: {}\nvalidate: {}\n",
    ORG.replace("]}", f"], associate: [{ID}]}}") + "primary: {}\nvalidate: {}\n",
    *(
        FILE + f"primary: {{}}\nvalidate: {{{setting}}}\n"
        for setting in ("", "timeout_minutes: 1", "timeout_minutes: 13", "timeout_minutes: 0", "timeout_minutes: 14")
    ),
    FILE + "primary: {}\nvalidate: {fail_deployment: false}\n",
    FILE + "primary: {}\nvalidate: {fail_deployment: 'no'}\n",
    FILE + "health: {}\n",
    *(
        FILE + f"sync: {{}}\nhealth: {{{setting}}}\n"
        for setting in (
            "",
            "invalid_minutes: 15",
            "invalid_minutes: 0",
            "topic_arn: arn:aws:sns:us-east-1:111111111111:operations",
            "topic_arn: arn:aws:sns:us-east-1:111111111111:operations.fifo",
            "topic_arn: arn:aws:sqs:us-east-1:111111111111:operations",
            "topic_arn: operations",
            "dashboard: false",
            "vended_logs: true",
            "vended_logs: 1",
        )
    ),
]
