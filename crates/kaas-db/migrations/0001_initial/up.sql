-- SPDX-License-Identifier: Apache-2.0
--
-- Words in angle brackets: see src/migration/dialect.rs. An absent word or id is the empty text.
-- `version` grows with every change, and who changes a row says which version it saw.
-- `deleted` is the id of a row that was deleted, so that its name can be used again.

CREATE TABLE kernels (
    id <id> NOT NULL PRIMARY KEY,
    project_id <name> NOT NULL,
    user_id <name> NOT NULL,
    name <name> NOT NULL,
    request <json> NOT NULL,
    created_at <time> NOT NULL,
    status <word> NOT NULL,
    step <word> NOT NULL,
    result <word> NOT NULL,
    percent INTEGER NOT NULL,
    eta_seconds BIGINT,
    began <json> NOT NULL,
    attempt INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    job_id <id> NOT NULL,
    builder_id <id> NOT NULL,
    fault <json> NOT NULL,
    kernel_release <name> NOT NULL,
    outdated_by <name> NOT NULL,
    updated_at <time> NOT NULL,
    queued_at <time> NOT NULL,
    not_before <time> NOT NULL,
    started_at <time>,
    finished_at <time>,
    deleted <id> NOT NULL,
    deleted_at <time>,
    version BIGINT NOT NULL
)<end>;

CREATE INDEX kernels_of_project ON kernels (project_id, deleted, created_at, id);
CREATE INDEX kernels_by_name ON kernels (project_id, deleted, name);
CREATE INDEX kernels_by_creation ON kernels (deleted, created_at, id);
CREATE INDEX kernels_waiting ON kernels (status, project_id, queued_at, id);
CREATE INDEX kernels_by_deletion ON kernels (deleted_at);

CREATE TABLE artefacts (
    kernel_id <id> NOT NULL,
    name <name> NOT NULL,
    role <word> NOT NULL,
    bytes BIGINT NOT NULL,
    sha256 <word> NOT NULL,
    location <line> NOT NULL,
    created_at <time> NOT NULL,
    PRIMARY KEY (kernel_id, name)
)<end>;

CREATE TABLE jobs (
    id <id> NOT NULL PRIMARY KEY,
    kernel_id <id> NOT NULL,
    project_id <name> NOT NULL,
    builder_id <id> NOT NULL,
    attempt INTEGER NOT NULL,
    token_digest <word> NOT NULL,
    state <word> NOT NULL,
    last_message BIGINT NOT NULL,
    acquired_at <time> NOT NULL,
    heard_at <time> NOT NULL,
    expires_at <time> NOT NULL,
    ended_at <time>,
    version BIGINT NOT NULL,
    CONSTRAINT jobs_one_per_attempt UNIQUE (kernel_id, attempt)
)<end>;

CREATE INDEX jobs_of_builder ON jobs (builder_id, state);
CREATE INDEX jobs_expiring ON jobs (state, expires_at);

CREATE TABLE builders (
    id <id> NOT NULL PRIMARY KEY,
    host <name> NOT NULL,
    status <word> NOT NULL,
    reason <line> NOT NULL,
    slots INTEGER NOT NULL,
    load_report <json> NOT NULL,
    instance_id <id> NOT NULL,
    created_at <time> NOT NULL,
    updated_at <time> NOT NULL,
    reported_at <time>,
    version BIGINT NOT NULL,
    CONSTRAINT builders_one_per_host UNIQUE (host)
)<end>;

CREATE INDEX builders_by_report ON builders (status, reported_at);
CREATE INDEX builders_by_creation ON builders (created_at, id);

CREATE TABLE traces (
    id <id> NOT NULL PRIMARY KEY,
    project_id <name> NOT NULL,
    user_id <name> NOT NULL,
    name <name> NOT NULL,
    instance_id <id> NOT NULL,
    created_at <time> NOT NULL,
    guest_id <id> NOT NULL,
    status <word> NOT NULL,
    reason <line> NOT NULL,
    advice <json> NOT NULL,
    kernel_release <name> NOT NULL,
    location <line> NOT NULL,
    updated_at <time> NOT NULL,
    deleted <id> NOT NULL,
    deleted_at <time>,
    version BIGINT NOT NULL
)<end>;

CREATE INDEX traces_of_project ON traces (project_id, deleted, created_at, id);
CREATE INDEX traces_by_creation ON traces (deleted, created_at, id);
CREATE INDEX traces_of_instance ON traces (instance_id, deleted);
CREATE INDEX traces_by_deletion ON traces (deleted_at);

CREATE TABLE deployments (
    id <id> NOT NULL PRIMARY KEY,
    project_id <name> NOT NULL,
    user_id <name> NOT NULL,
    kernel_id <id> NOT NULL,
    instance_id <id> NOT NULL,
    serial BIGINT NOT NULL,
    created_at <time> NOT NULL,
    status <word> NOT NULL,
    reason <line> NOT NULL,
    deadline_at <time>,
    updated_at <time> NOT NULL,
    version BIGINT NOT NULL,
    CONSTRAINT deployments_one_per_serial UNIQUE (instance_id, serial)
)<end>;

CREATE INDEX deployments_of_project ON deployments (project_id, created_at, id);
CREATE INDEX deployments_by_creation ON deployments (created_at, id);
CREATE INDEX deployments_of_kernel ON deployments (kernel_id, status);
CREATE INDEX deployments_late ON deployments (status, deadline_at);

CREATE TABLE images (
    id <id> NOT NULL PRIMARY KEY,
    name <name> NOT NULL,
    kind <word> NOT NULL,
    reference <name> NOT NULL,
    availability <word> NOT NULL,
    created_at <time> NOT NULL,
    updated_at <time> NOT NULL,
    version BIGINT NOT NULL,
    CONSTRAINT images_one_per_name UNIQUE (name)
)<end>;

CREATE INDEX images_by_creation ON images (created_at, id);

CREATE TABLE sources (
    id <id> NOT NULL PRIMARY KEY,
    name <name> NOT NULL,
    driver <word> NOT NULL,
    series <word> NOT NULL,
    kernel_release <name> NOT NULL,
    driver_options <json> NOT NULL,
    availability <word> NOT NULL,
    created_at <time> NOT NULL,
    updated_at <time> NOT NULL,
    version BIGINT NOT NULL,
    CONSTRAINT sources_one_per_name UNIQUE (name)
)<end>;

CREATE INDEX sources_by_creation ON sources (created_at, id);

CREATE TABLE quota_limits (
    project_id <name> NOT NULL,
    resource <word> NOT NULL,
    most BIGINT NOT NULL,
    PRIMARY KEY (project_id, resource)
)<end>;

CREATE TABLE quota_usages (
    project_id <name> NOT NULL,
    resource <word> NOT NULL,
    in_use BIGINT NOT NULL,
    PRIMARY KEY (project_id, resource)
)<end>;

CREATE TABLE leases (
    name <name> NOT NULL PRIMARY KEY,
    holder <name> NOT NULL,
    fence BIGINT NOT NULL,
    expires_at <time> NOT NULL
)<end>;

CREATE TABLE notifications (
    id <id> NOT NULL PRIMARY KEY,
    event_type <name> NOT NULL,
    payload <json> NOT NULL,
    created_at <time> NOT NULL
)<end>;

CREATE INDEX notifications_by_age ON notifications (created_at, id);

CREATE TABLE services (
    id <id> NOT NULL PRIMARY KEY,
    host <name> NOT NULL,
    process <word> NOT NULL,
    rpc_version INTEGER NOT NULL,
    disabled_reason <line> NOT NULL,
    is_disabled INTEGER NOT NULL,
    is_forced_down INTEGER NOT NULL,
    report_count BIGINT NOT NULL,
    reported_at <time> NOT NULL,
    created_at <time> NOT NULL,
    CONSTRAINT services_one_per_host UNIQUE (host, process)
)<end>;
