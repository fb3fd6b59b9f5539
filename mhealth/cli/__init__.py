"""The command mhealth."""
