// SPDX-License-Identifier: Apache-2.0
//! The options of `[keystone_authtoken]`: names and defaults of keystonemiddleware and of
//! keystoneauth's plug-ins `password` and `v3applicationcredential`.

use crate::config::{Choice, Former, Item, Kind, Opt};
use crate::secret::Secret;

const GROUP: &str = "keystone_authtoken";

const URI: Kind = Kind::Uri {
    schemes: &["http", "https"],
};

const TYPES: &[Choice] = &[
    ("password", "by the name and the password of a user"),
    ("v3password", "the same"),
    ("v3applicationcredential", "by an application credential"),
];

const INTERFACES: &[Choice] = &[("internal", ""), ("public", ""), ("admin", "")];

pub const WWW_AUTHENTICATE_URI: Opt<Option<String>> = Opt::of(
    GROUP,
    "www_authenticate_uri",
    URI,
    "The public Identity API endpoint, without a version, which clients without a valid token are sent to. \
     If it is not set, they are sent to auth_url.",
)
.former(&[Former { group: None, name: "auth_uri" }]);

pub const AUTH_TYPE: Opt<String> = Opt::choice(
    GROUP,
    "auth_type",
    TYPES,
    "How the service authenticates itself.",
)
.default("password")
.former(&[Former {
    group: None,
    name: "auth_plugin",
}]);

pub const AUTH_URL: Opt<Option<String>> = Opt::of(
    GROUP,
    "auth_url",
    URI,
    "Where the service authenticates itself.",
);

pub const USERNAME: Opt<Option<String>> = Opt::text(GROUP, "username", "The service's user.")
    .former(&[Former {
        group: None,
        name: "user_name",
    }]);

pub const PASSWORD: Opt<Option<Secret>> = Opt::secret(GROUP, "password", "Its password.");

pub const USER_DOMAIN_NAME: Opt<Option<String>> =
    Opt::text(GROUP, "user_domain_name", "The name of its domain.");

pub const USER_DOMAIN_ID: Opt<Option<String>> =
    Opt::text(GROUP, "user_domain_id", "The id of its domain.");

pub const PROJECT_NAME: Opt<Option<String>> =
    Opt::text(GROUP, "project_name", "The service's project.").former(&[Former {
        group: None,
        name: "tenant_name",
    }]);

pub const PROJECT_ID: Opt<Option<String>> =
    Opt::text(GROUP, "project_id", "The id of the service's project.").former(&[Former {
        group: None,
        name: "tenant_id",
    }]);

pub const PROJECT_DOMAIN_NAME: Opt<Option<String>> = Opt::text(
    GROUP,
    "project_domain_name",
    "The name of the domain of that project.",
);

pub const PROJECT_DOMAIN_ID: Opt<Option<String>> = Opt::text(
    GROUP,
    "project_domain_id",
    "The id of the domain of that project.",
);

pub const CREDENTIAL_ID: Opt<Option<String>> = Opt::text(
    GROUP,
    "application_credential_id",
    "The id of the application credential.",
);

pub const CREDENTIAL_SECRET: Opt<Option<Secret>> =
    Opt::secret(GROUP, "application_credential_secret", "Its secret.");

pub const INTERFACE: Opt<String> = Opt::choice(
    GROUP,
    "interface",
    INTERFACES,
    "Which of the Identity endpoints in the catalog tokens are validated by.",
)
.default("internal");

pub const REGION_NAME: Opt<Option<String>> = Opt::text(
    GROUP,
    "region_name",
    "The region in which the identity server can be found.",
);

pub const TIMEOUT: Opt<i64> = Opt::integer(
    GROUP,
    "http_connect_timeout",
    "How many seconds an answer of the identity server may take.",
)
.min(1)
.default("10");

pub const RETRIES: Opt<i64> = Opt::integer(
    GROUP,
    "http_request_max_retries",
    "How many times a connection to the identity server is tried again.",
)
.min(0)
.max(20)
.default("3");

pub const CAFILE: Opt<Option<String>> = Opt::text(
    GROUP,
    "cafile",
    "A PEM encoded file of certificate authorities to verify HTTPS connections by. Defaults to those of the system.",
);

pub const TOKEN_CACHE_TIME: Opt<i64> = Opt::integer(
    GROUP,
    "token_cache_time",
    "How many seconds a validated token is not validated again, an hour at most. So long, a \
     revocation may stay unnoticed. Set to -1 to disable caching completely.",
)
.min(-1)
.default("300");

pub const INCLUDE_CATALOG: Opt<bool> = Opt::bool(
    GROUP,
    "include_service_catalog",
    "Whether the catalog is asked for with each token. Where a token needs it, it is asked for anyway.",
)
.default("false");

pub const SERVICE_ROLES: Opt<Vec<String>> = Opt::list(
    GROUP,
    "service_token_roles",
    "A choice of roles that must be present in a service token.",
)
.defaults(&["service"]);

pub const SERVICE_ROLES_REQUIRED: Opt<bool> = Opt::bool(
    GROUP,
    "service_token_roles_required",
    "Whether service tokens without one of these roles are refused.",
)
.default("true");

pub const SERVICE_TYPE: Opt<Option<String>> = Opt::text(
    GROUP,
    "service_type",
    "The name or type of the service as it appears in the service catalog: what access rules name it by.",
);

/// For the schema of a process.
pub const ITEMS: &[Item] = &[
    WWW_AUTHENTICATE_URI.item(),
    AUTH_TYPE.item(),
    AUTH_URL.item(),
    USERNAME.item(),
    PASSWORD.item(),
    USER_DOMAIN_NAME.item(),
    USER_DOMAIN_ID.item(),
    PROJECT_NAME.item(),
    PROJECT_ID.item(),
    PROJECT_DOMAIN_NAME.item(),
    PROJECT_DOMAIN_ID.item(),
    CREDENTIAL_ID.item(),
    CREDENTIAL_SECRET.item(),
    INTERFACE.item(),
    REGION_NAME.item(),
    TIMEOUT.item(),
    RETRIES.item(),
    CAFILE.item(),
    TOKEN_CACHE_TIME.item(),
    INCLUDE_CATALOG.item(),
    SERVICE_ROLES.item(),
    SERVICE_ROLES_REQUIRED.item(),
    SERVICE_TYPE.item(),
];
