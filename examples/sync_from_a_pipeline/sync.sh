# For every night, and after a deployment: in this folder, with credentials of the primary account.
set -eu

# Exit code 1 says that something is to be done. The plan is kept, in case somebody asks why an account is gone.
# If it cannot be made, or more accounts would be disconnected than the limits admit, nothing is changed.
devops-agent-accounts sync --config devops-agent.yaml --output json > plan.json || test $? = 1

# Fails if AWS refuses a change, or if afterwards an account is not valid.
devops-agent-accounts sync --config devops-agent.yaml --apply --wait 10 --output json > results.json
