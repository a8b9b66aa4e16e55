"""From AWS's preview set-up to the one since general availability: what changes, in which order; no CDK, no calls."""
