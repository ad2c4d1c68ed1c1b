// SPDX-License-Identifier: Apache-2.0
//! What is claimed, and what is not, in sentences that stand for themselves.

use crate::advice::{Advice, Reason};
use crate::incidence::Incidence;

pub(super) fn of(advice: &Advice, incidence: &Incidence) -> String {
    let mut sentences = vec![observed(advice)];
    if advice.windows < 2 {
        sentences.push("That is too little to say what is still to come.".to_owned());
    } else {
        sentences.extend([
            ahead(advice),
            at_most(advice),
            quiet(advice),
            coverage(advice),
        ]);
    }
    sentences.extend(
        advice
            .reasons
            .iter()
            .map(|reason| missing(*reason, advice, incidence)),
    );
    sentences.extend(when(advice));
    sentences.push(
        "All of this holds for the load that was observed, as long as it goes on as it did; it \
         says nothing about load that was never applied."
            .to_owned(),
    );
    sentences.join(" ")
}

fn observed(advice: &Advice) -> String {
    format!(
        "{}: in {} of observation ({} windows) {} {} were seen.",
        advice.level,
        time(advice.active),
        advice.windows,
        grouped(u64::from(advice.found)),
        advice.species.plural()
    )
}

fn ahead(advice: &Advice) -> String {
    format!(
        "The probability that an unseen one comes within {} is {} (estimated; {} interval {} to \
         {}).",
        time(u64::from(advice.horizon)),
        percent(advice.probability.value),
        percent(advice.confidence),
        percent(advice.probability.low),
        percent(advice.probability.high)
    )
}

fn at_most(advice: &Advice) -> String {
    match advice.at_most {
        Some(number) => format!(
            "With {} confidence at most {} unseen {} come in that time.",
            percent(advice.confidence),
            grouped(number),
            advice.species.word(number)
        ),
        None => "How many come at most cannot be said yet.".to_owned(),
    }
}

/// The claim that needs no model.
fn quiet(advice: &Advice) -> String {
    if advice.bound > 0.99 {
        return format!(
            "Without any model nothing can be said yet: nothing new came in the last {} windows \
             only.",
            advice.quiet
        );
    }
    format!(
        "Without any model: nothing new came in the last {} windows, so that probability is below \
         {} with 95 % confidence.",
        advice.quiet,
        percent(advice.bound)
    )
}

fn coverage(advice: &Advice) -> String {
    format!(
        "What was seen accounts for {} of what happens (interval {} to {}).",
        share(advice.coverage.value),
        share(advice.coverage.low),
        share(advice.coverage.high)
    )
}

fn missing(reason: Reason, advice: &Advice, incidence: &Incidence) -> String {
    let settings = incidence.settings();
    match reason {
        Reason::FewWindows => "Two complete windows are needed at least.".to_owned(),
        Reason::Probability => {
            format!(
                "Required is a probability of {} or less.",
                percent(settings.probability)
            )
        }
        Reason::Coverage => {
            format!(
                "Required is a share of {} or more.",
                share(settings.coverage)
            )
        }
        Reason::Quiet => format!(
            "Required are {} windows in a row without anything new; there were {}.",
            settings.quiet, advice.quiet
        ),
        Reason::Period => format!(
            "The load's period is {}; about {} of it were never observed, and what runs only \
             then is unseen.",
            time(u64::from(settings.period)),
            time(u64::from(incidence.period_missing()))
        ),
        Reason::Boot => "The boot was not captured: what only it needs is unseen, and waiting \
                         does not help; restart the machine with the tracer in its initramfs."
            .to_owned(),
    }
}

fn when(advice: &Advice) -> Option<String> {
    let (eta, latest) = advice.eta.zip(advice.eta_latest)?;
    match (eta, latest) {
        (0, _) => None,
        (eta, latest) if latest > eta => Some(format!(
            "READY is to be expected in {} to {}.",
            time(eta),
            time(latest)
        )),
        (eta, _) => Some(format!("READY is to be expected in {}.", time(eta))),
    }
}

/// With two digits that count.
pub(crate) fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent <= 0.0 {
        "0 %".to_owned()
    } else if percent < 0.1 {
        "less than 0.1 %".to_owned()
    } else if percent < 10.0 {
        format!("{percent:.1} %")
    } else if percent > 99.0 && percent < 100.0 {
        "more than 99 %".to_owned()
    } else {
        format!("{percent:.0} %")
    }
}

/// Of a share close to all, which is never called all.
fn share(share: f64) -> String {
    format!("{:.3} %", (share * 100_000.0).floor() / 1_000.0)
}

/// 12,345.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// In the largest unit of which there are two, or one exactly; rounded down.
pub(crate) fn time(seconds: u64) -> String {
    for (length, one, many) in [
        (86_400, "day", "days"),
        (3_600, "hour", "hours"),
        (60, "minute", "minutes"),
    ] {
        if seconds == length {
            return format!("1 {one}");
        }
        if seconds >= 2 * length || (seconds > length && seconds.is_multiple_of(length)) {
            let tenths = seconds / length * 10 + seconds % length * 10 / length;
            return match tenths % 10 {
                0 => format!("{} {many}", tenths / 10),
                rest => format!("{}.{rest} {many}", tenths / 10),
            };
        }
    }
    if seconds == 1 {
        "1 second".to_owned()
    } else {
        format!("{seconds} seconds")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_in_the_unit_that_people_use() {
        let words = [
            (0, "0 seconds"),
            (1, "1 second"),
            (60, "1 minute"),
            (90, "90 seconds"),
            (3_600, "1 hour"),
            (5_400, "90 minutes"),
            (59_700, "16.5 hours"),
            (86_400, "1 day"),
            (108_000, "30 hours"),
            (200_000, "2.3 days"),
        ];
        for (seconds, expected) in words {
            assert_eq!(time(seconds), expected);
        }
        assert!(time(u64::MAX).ends_with(" days"));
    }

    #[test]
    fn shares_are_never_rounded_to_certainty() {
        assert_eq!(percent(0.000_01), "less than 0.1 %");
        assert_eq!(percent(0.0499), "5.0 %");
        assert_eq!(percent(0.996), "more than 99 %");
        assert_eq!(percent(1.0), "100 %");
        assert_eq!(share(0.999_999_9), "99.999 %");
        assert_eq!(share(1.0), "100.000 %");
        assert_eq!(grouped(1_234_567), "1,234,567");
    }
}
