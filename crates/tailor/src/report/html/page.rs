// SPDX-License-Identifier: Apache-2.0
//! What is around the sections: head, title, contents, foot.

use super::policy;
use super::summary;
use super::writer::Writer;
use super::{Report, Section};

pub(super) fn write(w: &mut Writer, report: &Report, sections: &[Section]) {
    w.doctype();
    w.element("html", &[("lang", &"en")], |w| {
        w.element("head", &[], |w| head(w, report));
        w.element("body", &[], |w| {
            w.leaf(
                "a",
                &[("class", &"skip"), ("href", &"#main")],
                "Skip to the report",
            );
            w.element("header", &[], |w| summary::title(w, report));
            let present: Vec<_> = sections
                .iter()
                .filter(|one| (one.applies)(report))
                .collect();
            contents(w, &present);
            w.element("main", &[("id", &"main")], |w| {
                summary::write(w, report);
                for one in &present {
                    section(w, report, one);
                }
            });
            w.element("footer", &[], |w| foot(w, report));
            w.verbatim("script", policy::SCRIPT);
        });
    });
}

fn head(w: &mut Writer, report: &Report) {
    w.void("meta", &[("charset", &"utf-8")]);
    let policy = policy::content_security_policy();
    w.void(
        "meta",
        &[
            ("http-equiv", &"Content-Security-Policy"),
            ("content", &policy),
        ],
    );
    let width = "width=device-width, initial-scale=1";
    w.void("meta", &[("name", &"viewport"), ("content", &width)]);
    w.void(
        "meta",
        &[("name", &"color-scheme"), ("content", &"light dark")],
    );
    w.void(
        "meta",
        &[("name", &"referrer"), ("content", &"no-referrer")],
    );
    w.void(
        "meta",
        &[("name", &"generator"), ("content", &report.subject.tool)],
    );
    w.leaf(
        "title",
        &[],
        format_args!("{} – tailoring report", summary::kernel(report)),
    );
    w.verbatim("style", policy::STYLE);
}

fn contents(w: &mut Writer, sections: &[&Section]) {
    w.element("nav", &[("aria-label", &"Contents")], |w| {
        w.element("ul", &[], |w| {
            for section in sections {
                w.element("li", &[], |w| {
                    let target = format_args!("#{}", section.id);
                    w.leaf("a", &[("href", &target)], section.heading);
                });
            }
        });
    });
}

fn section(w: &mut Writer, report: &Report, section: &Section) {
    let heading = format_args!("{}-heading", section.id);
    w.element(
        "section",
        &[("id", &section.id), ("aria-labelledby", &heading)],
        |w| {
            w.leaf("h2", &[("id", &heading)], section.heading);
            (section.write)(w, report);
        },
    );
}

fn foot(w: &mut Writer, report: &Report) {
    w.element("p", &[], |w| {
        w.text("Written by ");
        w.text(&report.subject.tool);
        w.text(
            ". This page loads nothing and sends nothing: its content security policy forbids \
             it. The same figures as JSON are in report.json of the run.",
        );
    });
}
