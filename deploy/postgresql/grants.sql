-- What the running product may do, renewed after every migration by the owner of the tables.
-- It alters no table, deletes only what is meant to pass, and never rewrites a record.
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO mhealth;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO mhealth;

-- Rows that are swept when their time is over.
GRANT DELETE ON
    flow_versions,
    ussd_sessions,
    channel_troubles,
    phone_requests,
    pin_tries,
    process_beats,
    sign_in_brakes,
    unread_calls,
    ussd_turns
TO mhealth;

-- Records: written once, read ever after.
REVOKE UPDATE ON
    referral_events,
    access_records,
    content_reviews,
    directory_changes
FROM mhealth;

REVOKE INSERT, UPDATE ON alembic_version FROM mhealth;
