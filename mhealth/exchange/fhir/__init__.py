"""FHIR R4 Questionnaires: read into a form, and written from a flow."""
