// SPDX-License-Identifier: Apache-2.0
//! The tables, as the migrations make them: what diesel checks every query against.

diesel::table! {
    kaas_schema_version (version) {
        version -> Integer,
        name -> Text,
        done -> Integer,
    }
}

diesel::table! {
    kernels (id) {
        id -> Text,
        project_id -> Text,
        user_id -> Text,
        name -> Text,
        request -> Text,
        created_at -> Timestamp,
        status -> Text,
        step -> Text,
        result -> Text,
        percent -> Integer,
        eta_seconds -> Nullable<BigInt>,
        began -> Text,
        attempt -> Integer,
        failures -> Integer,
        job_id -> Text,
        builder_id -> Text,
        fault -> Text,
        kernel_release -> Text,
        outdated_by -> Text,
        updated_at -> Timestamp,
        queued_at -> Timestamp,
        not_before -> Timestamp,
        started_at -> Nullable<Timestamp>,
        finished_at -> Nullable<Timestamp>,
        deleted -> Text,
        deleted_at -> Nullable<Timestamp>,
        version -> BigInt,
    }
}

diesel::table! {
    artefacts (kernel_id, name) {
        kernel_id -> Text,
        name -> Text,
        role -> Text,
        bytes -> BigInt,
        sha256 -> Text,
        location -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    jobs (id) {
        id -> Text,
        kernel_id -> Text,
        project_id -> Text,
        builder_id -> Text,
        attempt -> Integer,
        token_digest -> Text,
        state -> Text,
        last_message -> BigInt,
        acquired_at -> Timestamp,
        heard_at -> Timestamp,
        expires_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        version -> BigInt,
    }
}

diesel::table! {
    builders (id) {
        id -> Text,
        host -> Text,
        status -> Text,
        reason -> Text,
        slots -> Integer,
        load_report -> Text,
        instance_id -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        reported_at -> Nullable<Timestamp>,
        version -> BigInt,
    }
}

diesel::table! {
    traces (id) {
        id -> Text,
        project_id -> Text,
        user_id -> Text,
        name -> Text,
        instance_id -> Text,
        created_at -> Timestamp,
        guest_id -> Text,
        status -> Text,
        reason -> Text,
        advice -> Text,
        kernel_release -> Text,
        location -> Text,
        updated_at -> Timestamp,
        deleted -> Text,
        deleted_at -> Nullable<Timestamp>,
        version -> BigInt,
    }
}

diesel::table! {
    deployments (id) {
        id -> Text,
        project_id -> Text,
        user_id -> Text,
        kernel_id -> Text,
        instance_id -> Text,
        serial -> BigInt,
        created_at -> Timestamp,
        status -> Text,
        reason -> Text,
        deadline_at -> Nullable<Timestamp>,
        updated_at -> Timestamp,
        version -> BigInt,
    }
}

diesel::table! {
    images (id) {
        id -> Text,
        name -> Text,
        kind -> Text,
        reference -> Text,
        availability -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        version -> BigInt,
    }
}

diesel::table! {
    sources (id) {
        id -> Text,
        name -> Text,
        driver -> Text,
        series -> Text,
        kernel_release -> Text,
        driver_options -> Text,
        availability -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        version -> BigInt,
    }
}

diesel::table! {
    quota_limits (project_id, resource) {
        project_id -> Text,
        resource -> Text,
        most -> BigInt,
    }
}

diesel::table! {
    quota_usages (project_id, resource) {
        project_id -> Text,
        resource -> Text,
        in_use -> BigInt,
    }
}

diesel::table! {
    leases (name) {
        name -> Text,
        holder -> Text,
        fence -> BigInt,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    notifications (id) {
        id -> Text,
        event_type -> Text,
        payload -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    services (id) {
        id -> Text,
        host -> Text,
        process -> Text,
        rpc_version -> Integer,
        disabled_reason -> Text,
        is_disabled -> Integer,
        is_forced_down -> Integer,
        report_count -> BigInt,
        reported_at -> Timestamp,
        created_at -> Timestamp,
    }
}

diesel::table! {
    guests (id) {
        id -> Text,
        project_id -> Text,
        instance_id -> Text,
        trace_id -> Text,
        created_at -> Timestamp,
        generation -> BigInt,
        invited_until -> Timestamp,
        key_digest -> Text,
        boot_id -> Text,
        revoked_at -> Nullable<Timestamp>,
        last_message -> BigInt,
        last_message_key -> Text,
        last_command -> BigInt,
        heard_at -> Nullable<Timestamp>,
        version -> BigInt,
    }
}

diesel::table! {
    guest_commands (id) {
        id -> Text,
        guest_id -> Text,
        number -> BigInt,
        action -> Text,
        created_at -> Timestamp,
        acknowledged_at -> Nullable<Timestamp>,
        outcome -> Text,
    }
}

diesel::table! {
    guest_uploads (id) {
        id -> Text,
        guest_id -> Text,
        kind -> Text,
        series -> Text,
        bytes -> BigInt,
        location -> Text,
        updated_at -> Timestamp,
        version -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(artefacts, builders, jobs, kernels);
