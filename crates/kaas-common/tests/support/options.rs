// SPDX-License-Identifier: Apache-2.0
//! The options of `config/options.json`, declared once for both readers.

use std::sync::LazyLock;

use kaas_common::config::{
    Flag, Former, Group, IpVersion, Item, Kind, Mark, Opt, Removal, Schema, Standard, TEXT,
};
use serde_json::Value;

static GROUPS: LazyLock<Vec<Group>> = LazyLock::new(|| {
    let specs: Vec<Value> = serde_json::from_str(include_str!("../config/options.json")).unwrap();
    let mut groups: Vec<(&'static str, Vec<Item>)> = Vec::new();
    for spec in &specs {
        let item = item(spec);
        match groups.iter_mut().find(|(name, _)| *name == item.group) {
            Some((_, items)) => items.push(item),
            None => groups.push((item.group, vec![item])),
        }
    }
    let group = |(name, items): (&'static str, Vec<Item>)| {
        let help = if name == "net" {
            "What [net] is for."
        } else {
            ""
        };
        Group {
            name,
            help,
            items: items.leak(),
        }
    };
    groups.into_iter().map(group).collect()
});

/// All of them.
pub(crate) fn schema() -> Schema<'static> {
    Schema {
        namespace: "kaas.test",
        groups: &GROUPS,
    }
}

/// For as long as the tests run.
fn kept(value: &Value) -> Option<&'static str> {
    value.as_str().map(|text| &*text.to_owned().leak())
}

fn item(spec: &Value) -> Item {
    let text = |name: &str| kept(&spec[name]);
    let (group, name, help) = (
        text("group").unwrap(),
        text("name").unwrap(),
        text("help").unwrap(),
    );
    let mut option = Opt::of(group, name, kind(spec), help);
    let marks = [
        ("secret", Mark::Secret),
        ("mutable", Mark::Mutable),
        ("required", Mark::Required),
        ("advanced", Mark::Advanced),
    ];
    for (name, mark) in marks {
        if spec[name] == true {
            option = option.mark(mark);
        }
    }
    if spec["kind"] == "multi" {
        option = option.mark(Mark::Repeated);
    }
    let mut item = option.item();
    item.standard = standard(spec);
    item.sample = text("sample");
    item.flag = match text("short") {
        Some(letter) => Flag::Short(letter.chars().next().unwrap()),
        None if spec["cli"] == true => Flag::Long,
        None => Flag::None,
    };
    item.former = former(&spec["former"]);
    item.removal = spec["removal"].is_object().then(|| Removal {
        since: kept(&spec["removal"]["since"]).unwrap(),
        reason: kept(&spec["removal"]["reason"]).unwrap(),
    });
    item
}

fn standard(spec: &Value) -> Standard {
    match (&spec["default"], spec["kind"].as_str()) {
        (Value::Array(items), _) => {
            Standard::Items(items.iter().filter_map(kept).collect::<Vec<_>>().leak())
        }
        (Value::String(_), _) => Standard::Text(kept(&spec["default"]).unwrap()),
        (_, Some("list" | "integers" | "multi")) => Standard::Items(&[]),
        (_, Some("map")) => Standard::Text(""),
        _ => Standard::Unset,
    }
}

fn former(names: &Value) -> &'static [Former] {
    let names = names.as_array().into_iter().flatten();
    names
        .map(|old| Former {
            group: kept(&old["group"]),
            name: kept(&old["name"]).unwrap(),
        })
        .collect::<Vec<_>>()
        .leak()
}

fn kind(spec: &Value) -> Kind {
    let schemes = || {
        spec["schemes"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(kept)
            .collect::<Vec<_>>()
            .leak()
    };
    match spec["kind"].as_str().unwrap() {
        "text" | "multi" => TEXT,
        "bool" => Kind::Bool,
        "integer" => Kind::Integer {
            min: spec["min"].as_i64(),
            max: spec["max"].as_i64(),
        },
        "float" => Kind::Float {
            min: spec["min"].as_f64(),
            max: spec["max"].as_f64(),
        },
        "list" => Kind::List(&TEXT),
        "integers" => Kind::List(&Kind::Integer {
            min: None,
            max: None,
        }),
        "map" => Kind::Map(&TEXT),
        "choice" => Kind::Text {
            choices: choices(&spec["choices"]),
        },
        "port" => Kind::Port,
        "ip" => Kind::Ip(IpVersion::Any),
        "ip4" => Kind::Ip(IpVersion::V4),
        "ip6" => Kind::Ip(IpVersion::V6),
        "hostname" => Kind::Hostname,
        "hostaddress" => Kind::HostAddress,
        "hostdomain" => Kind::HostDomain,
        "uri" => Kind::Uri { schemes: schemes() },
        other => panic!("no kind {other}"),
    }
}

fn choices(pairs: &Value) -> &'static [(&'static str, &'static str)] {
    let pairs = pairs.as_array().into_iter().flatten();
    pairs
        .map(|pair| (kept(&pair[0]).unwrap(), kept(&pair[1]).unwrap()))
        .collect::<Vec<_>>()
        .leak()
}
