// SPDX-License-Identifier: Apache-2.0
//! The picture: its structure against a golden one, its size, and titles that attack.

#[cfg(test)]
mod picture {
    use convergence::{Boot, Incidence, Settings, Window, advise, curve};

    /// A start that shows most, and something new in windows 1, 2, 4, 8 ...
    fn table(windows: u32) -> Incidence {
        let mut table = Incidence::new(Settings::default(), Boot::Captured);
        for number in 0..windows {
            let mut seen: Vec<u32> = (0..8_000).collect();
            if number.is_power_of_two() {
                seen.extend(8_000 + number * 3..8_003 + number * 3);
            }
            table
                .add(
                    Window {
                        start: u64::from(number) * 300,
                        active: 300,
                    },
                    &seen,
                )
                .unwrap();
        }
        table
    }

    fn picture(windows: u32, title: &str) -> String {
        let table = table(windows);
        curve::svg(&table, &advise(&table), title)
    }

    /// Elements and classes in their order, with the texts; places are left out.
    fn structure(svg: &str) -> String {
        let mut out = String::new();
        for part in svg.split('<').skip(1) {
            let (tag, text) = part.split_once('>').unwrap();
            let mut words = tag.trim_end_matches('/').split(' ');
            let name = words.next().unwrap_or_default();
            if name.starts_with('/') {
                continue;
            }
            let class = words
                .find_map(|word| word.strip_prefix("class=\""))
                .unwrap_or_default();
            let text = if name == "style" { "" } else { text.trim() };
            out.push_str(&format!("{name} {} {text}\n", class.trim_end_matches('"')));
        }
        out
    }

    #[test]
    fn the_picture_is_as_it_was() {
        let golden = include_str!("curve/structure.golden");
        let ours = structure(&picture(200, "memcached under load"));
        if std::env::var_os("SPEC_UPDATE").is_some() {
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/curve/structure.golden");
            std::fs::write(path, &ours).unwrap();
            return;
        }
        assert_eq!(ours, golden, "SPEC_UPDATE=1 writes it anew");
    }

    #[test]
    fn a_title_stays_text() {
        let svg = picture(20, "</title><script>alert('1')</script>&\u{0}\u{7}\"x\"");
        assert!(!svg.contains("<script") && !svg.contains('\u{0}') && !svg.contains('\u{7}'));
        assert!(
            svg.contains(
                "&lt;/title&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;&quot;x"
            )
        );
        assert_eq!(svg.matches("<title>").count(), 1);
    }

    #[test]
    fn long_tables_and_titles_make_no_long_pictures() {
        assert!(picture(20, &"x".repeat(100_000)).len() < 20_000);
        let mut table = Incidence::new(Settings::default(), Boot::Captured);
        for number in 0..20_000 {
            let window = Window {
                start: u64::from(number) * 300,
                active: 300,
            };
            table.add(window, &[number]).unwrap();
        }
        let svg = curve::svg(&table, &advise(&table), "every window something new");
        assert!(svg.len() < 30_000, "{}", svg.len());
    }

    #[test]
    fn empty_and_hostile_tables_have_a_picture() {
        for settings in [
            Settings::default(),
            Settings {
                window: 0,
                horizon: u32::MAX,
                confidence: f64::NAN,
                ..Settings::default()
            },
        ] {
            let mut table = Incidence::new(settings, Boot::Missed);
            for window in [0, u32::MAX, 1, u32::MAX] {
                let svg = curve::svg(&table, &advise(&table), "");
                assert!(svg.ends_with("</svg>\n") && !svg.contains("NaN") && !svg.contains("inf"));
                table
                    .add(
                        Window {
                            start: u64::MAX,
                            active: window,
                        },
                        &[window % 7],
                    )
                    .unwrap();
            }
        }
    }

    /// Both colour schemes, and nothing from elsewhere.
    #[test]
    fn it_needs_no_other_file() {
        let svg = picture(20, "title");
        assert!(svg.contains("prefers-color-scheme:dark"));
        assert!(!svg.contains("href") && !svg.contains("url(") && !svg.contains("@import"));
        assert_eq!(svg.matches("http").count(), 1, "the namespace alone");
    }
}
