"""Flask: webhooks, health, the staff desk."""
