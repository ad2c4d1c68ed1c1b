-- SPDX-License-Identifier: Apache-2.0
--
-- Agents in instances: doc/agent-protocol.md.

CREATE TABLE guests (
    id <id> NOT NULL PRIMARY KEY,
    project_id <name> NOT NULL,
    instance_id <id> NOT NULL,
    trace_id <id> NOT NULL,
    created_at <time> NOT NULL,
    generation BIGINT NOT NULL,
    invited_until <time> NOT NULL,
    key_digest <word> NOT NULL,
    boot_id <id> NOT NULL,
    revoked_at <time>,
    last_message BIGINT NOT NULL,
    last_message_key <word> NOT NULL,
    last_command BIGINT NOT NULL,
    heard_at <time>,
    version BIGINT NOT NULL,
    CONSTRAINT guests_one_per_instance UNIQUE (instance_id)
)<end>;

CREATE INDEX guests_of_project ON guests (project_id, created_at, id);

CREATE TABLE guest_commands (
    id <id> NOT NULL PRIMARY KEY,
    guest_id <id> NOT NULL,
    number BIGINT NOT NULL,
    action <json> NOT NULL,
    created_at <time> NOT NULL,
    acknowledged_at <time>,
    outcome <json> NOT NULL,
    CONSTRAINT guest_commands_numbered UNIQUE (guest_id, number)
)<end>;

CREATE TABLE guest_uploads (
    id <id> NOT NULL PRIMARY KEY,
    guest_id <id> NOT NULL,
    kind <word> NOT NULL,
    series <name> NOT NULL,
    bytes BIGINT NOT NULL,
    location <line> NOT NULL,
    updated_at <time> NOT NULL,
    version BIGINT NOT NULL,
    CONSTRAINT guest_uploads_one_per_series UNIQUE (guest_id, kind, series)
)<end>;
