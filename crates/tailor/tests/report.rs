// SPDX-License-Identifier: Apache-2.0
//! Reports as a reader sees them. To add one: `tests/report/NAME.json`; with `SPEC_UPDATE=1`
//! its page `NAME.html`, to open in a browser, and its text `NAME.txt` appear beside it.

#[cfg(test)]
#[path = "report/hostile.rs"]
mod hostile;
#[cfg(test)]
#[path = "report/markup.rs"]
mod markup;
#[cfg(test)]
#[path = "report/sample.rs"]
mod sample;
#[cfg(test)]
#[path = "report/schema.rs"]
mod schema;
#[cfg(test)]
#[path = "report/sha256.rs"]
mod sha256;

#[cfg(test)]
mod tests {
    use super::{hostile, markup, sample, schema, sha256};
    use tailor::report;

    #[test]
    fn pages_and_texts_are_as_recorded() {
        for sample in sample::all() {
            sample.compare("html", &report::html(&sample.report));
            sample.compare("txt", &report::text(&sample.report));
        }
    }

    #[test]
    fn pages_are_well_formed() {
        for sample in sample::all() {
            markup::check(&report::html(&sample.report)).expect(&sample.name);
        }
    }

    #[test]
    fn every_link_leads_into_the_page() {
        for sample in sample::all() {
            let page = report::html(&sample.report);
            let tags = markup::check(&page).expect("well-formed");
            let ids: Vec<_> = tags.iter().filter_map(|tag| tag.value("id")).collect();
            let mut unique = ids.clone();
            unique.sort_unstable();
            unique.dedup();
            assert_eq!(ids.len(), unique.len(), "an id is given twice");
            let targets = tags
                .iter()
                .flat_map(|tag| [tag.value("href"), tag.value("aria-labelledby")])
                .flatten()
                .flat_map(str::split_whitespace);
            for target in targets {
                assert!(ids.contains(&target.trim_start_matches('#')), "{target}");
            }
        }
    }

    #[test]
    fn nothing_is_loaded() {
        for sample in sample::all() {
            let page = report::html(&sample.report);
            for tag in markup::check(&page).expect("well-formed") {
                let loads = [
                    "link", "img", "iframe", "object", "embed", "base", "form", "image", "use",
                ];
                assert!(!loads.contains(&tag.name), "<{}>", tag.name);
                for name in ["src", "srcset", "action", "style", "xlink:href", "data"] {
                    assert_eq!(tag.value(name), None, "<{}>", tag.name);
                }
                assert!(
                    tag.attributes
                        .iter()
                        .all(|(name, _)| !name.starts_with("on"))
                );
                assert!(
                    tag.value("href")
                        .is_none_or(|target| target.starts_with('#'))
                );
            }
            for loading in ["http:", "https:", "url(", "@import", "fetch(", "innerHTML"] {
                assert!(!page.contains(loading), "{loading}");
            }
        }
    }

    #[test]
    fn the_policy_allows_just_the_style_and_the_script_of_the_page() {
        let page = report::html(&sample::named("memcached").report);
        for (tag, directive) in [("style", "style-src"), ("script", "script-src")] {
            let (_, rest) = page.split_once(&format!("<{tag}>")).expect("is there");
            let (text, _) = rest.split_once(&format!("</{tag}>")).expect("ends");
            let digest = sha256::base64(&sha256::digest(text.as_bytes()));
            let allowed = format!("{directive} &#39;sha256-{digest}&#39;;");
            assert!(
                page.contains(&allowed),
                "html/policy.rs: the digest of the {tag} is {digest}"
            );
        }
    }

    #[test]
    fn hostile_texts_stay_texts() {
        for attack in hostile::ATTACKS {
            let report = hostile::everywhere(attack);
            hostile::check_page(&report::html(&report), attack).expect("harmless");
            hostile::unharmful(&report::text(&report)).expect("harmless");
        }
    }

    #[test]
    fn extreme_figures_are_shown() {
        for report in hostile::extreme_figures() {
            markup::check(&report::html(&report)).expect("well-formed");
            assert!(!report::text(&report).is_empty());
        }
    }

    #[test]
    fn the_schema_describes_what_is_written() {
        for sample in sample::all() {
            let written = serde_json::to_value(&sample.report).expect("serialises");
            assert_eq!(
                written, sample.json,
                "{}: nothing is lost on the way",
                sample.name
            );
            schema::check(&written).expect(&sample.name);
        }
    }

    #[test]
    fn the_schema_names_every_word() {
        use report::{Linking, ReasonKind, Vector, Verdict};
        assert_eq!(schema::words("linking"), sample::words(&Linking::ALL));
        assert_eq!(
            schema::words("reason_kind"),
            sample::words(&ReasonKind::ALL)
        );
        assert_eq!(schema::words("vector"), sample::words(&Vector::ALL));
        assert_eq!(schema::words("verdict"), sample::words(&Verdict::ALL));
    }

    #[test]
    fn the_schema_refuses_what_is_not_a_report() {
        let whole = sample::named("memcached").json;
        for (path, broken) in schema::mutilations(&whole) {
            assert!(schema::check(&broken).is_err(), "{path}");
        }
    }
}
