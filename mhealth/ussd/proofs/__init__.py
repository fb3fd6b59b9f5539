"""What `mhealth check` proves of flows beyond what a start needs: one idea a file, one catalogue of rules."""
