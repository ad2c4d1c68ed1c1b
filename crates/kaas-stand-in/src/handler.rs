// SPDX-License-Identifier: Apache-2.0
//! What is done with each request of a guest: one function a resource.

use std::fs;
use std::time::{Duration, Instant};

use kaas_types::agent::limit::WAIT_SECONDS;
use kaas_types::agent::{
    Ack, Code, CommandResult, Commands, Complete, EnrollRequest, IDEMPOTENCY_KEY, Id, Issued, List,
    OpenUpload, Path, RenewRequest, Report, Sha256, UPLOAD_OFFSET, Upload,
};
use serde::de::DeserializeOwned;

use crate::answer::Answer;
use crate::authority::Authority;
use crate::connection::Request;
use crate::failure::{About as _, Failure, Result};
use crate::guest::{Guest, Taken};
use crate::misbehave::{Misbehaviour, wrong};
use crate::queue;
use crate::server::{Shared, now};
use crate::state::{State, new_id};
use crate::upload::Record;

/// Why there is no answer of the usual kind.
enum Refusal {
    Code(Code, String),
    /// The server's own fault.
    Broken(Failure),
}

type Answered = Result<Answer, Refusal>;

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Self::Broken(failure)
    }
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        Self::Code(code, String::new())
    }
}

pub(crate) fn answer(shared: &Shared, request: &Request) -> Answer {
    match route(shared, request) {
        Ok(answer) => answer,
        Err(Refusal::Code(code, detail)) => Answer::error(code, &detail),
        Err(Refusal::Broken(failure)) => Answer::text(500, &failure.to_string()),
    }
}

fn route(shared: &Shared, request: &Request) -> Answered {
    let (path, query) = request
        .target
        .split_once('?')
        .unwrap_or((&request.target, ""));
    let path = Path::parse(path).ok_or(Code::NotFound)?;
    if (request.method.as_str(), &path) == ("POST", &Path::Enroll) {
        return enroll(shared, &parse(request)?);
    }
    let guest = who(shared, request, &path)?;
    match (request.method.as_str(), path) {
        ("POST", Path::Renew) => renew(shared, &guest, &parse(request)?),
        ("GET", Path::Commands) => commands(shared, &guest, query),
        ("POST", Path::Ack(id)) => {
            let Ack { seq } = parse(request)?;
            take(shared, &guest, (seq, request), |state| {
                if let Some(guest) = state.guests.get_mut(&guest) {
                    guest.acknowledge(&id);
                }
            })
        }
        ("POST", Path::Result(id)) => {
            let result: CommandResult = parse(request)?;
            take(shared, &guest, (result.seq, request), |state| {
                state.results.push((guest.clone(), id, result));
            })
        }
        ("POST", Path::Reports) => {
            let Report { seq, report } = parse(request)?;
            take(shared, &guest, (seq, request), |state| {
                state.reports.push((guest.clone(), report));
            })
        }
        ("POST", Path::Uploads) => open(shared, &guest, &parse(request)?),
        ("GET", Path::Upload(id)) => upload(shared, &guest, &id, |_| Ok(Ok(()))),
        ("POST", Path::Upload(id)) => {
            let offset = request.header(UPLOAD_OFFSET).parse();
            let offset = offset.map_err(|_| Code::Malformed)?;
            upload(shared, &guest, &id, |record| {
                record.append(&shared.options.dir, &id, offset, &request.body)
            })
        }
        ("POST", Path::Complete(id)) => {
            let complete: Complete = parse(request)?;
            upload(shared, &guest, &id, |record| {
                record.complete(&shared.options.dir, &id, complete)
            })
        }
        ("GET", Path::Release(id)) => release(shared, &id, None, 0),
        ("GET", Path::File(id, digest)) => release(shared, &id, Some(&digest), range(request)),
        _ => Err(Code::NotFound.into()),
    }
}

fn parse<T: DeserializeOwned>(request: &Request) -> Result<T, Refusal> {
    let parsed = serde_json::from_slice(&request.body);
    parsed.map_err(|error| Refusal::Code(Code::Malformed, error.to_string()))
}

/// The guest whose certificate was shown. A certificate that is too old is good for renewal.
fn who(shared: &Shared, request: &Request, path: &Path) -> Result<Id, Refusal> {
    let certificate = request
        .certificate
        .as_ref()
        .ok_or(Code::CertificateUnknown)?;
    let mut state = shared.state();
    let id = state.holder(certificate).ok_or(Code::CertificateUnknown)?;
    let guest = state.guests.get_mut(&id).ok_or(Code::CertificateUnknown)?;
    if guest.revoked {
        return Err(Code::Revoked.into());
    }
    let is_late = guest.certificates.get(&**certificate) < Some(&now());
    if is_late && *path != Path::Renew {
        return Err(Code::CertificateExpired.into());
    }
    guest.arrived = true;
    Ok(id)
}

fn enroll(shared: &Shared, request: &EnrollRequest) -> Answered {
    let mut state = shared.state();
    let claim = state
        .claim(request.token.reveal(), now())
        .ok_or(Code::NotEnrolled)?;
    let key = Authority::key_of(&request.csr).map_err(|_| Code::Malformed)?;
    let State {
        instances, guests, ..
    } = &mut *state;
    let instance = instances
        .get_mut(&claim.instance)
        .ok_or(Code::NotEnrolled)?;
    let has_arrived = |id: &Id| guests.get(id).is_some_and(|guest| guest.arrived);
    // The same key again: the answer was lost on its way.
    let guest = match &instance.consumed {
        Some((same, guest)) if **same == *key && !has_arrived(guest) => guest.clone(),
        Some(_) => return Err(Code::NotEnrolled.into()),
        None => new_id()?,
    };
    instance.consumed = Some((key.to_string(), guest.clone()));
    let new = || Guest::new(claim.instance.clone());
    guests.entry(guest.clone()).or_insert_with(new);
    issue(shared, &mut state, &guest, (&request.csr, &request.boot_id))
}

fn renew(shared: &Shared, guest: &Id, request: &RenewRequest) -> Answered {
    let mut state = shared.state();
    issue(shared, &mut state, guest, (&request.csr, &request.boot_id))
}

fn issue(shared: &Shared, state: &mut State, id: &Id, (csr, boot): (&str, &Id)) -> Answered {
    let time = now();
    let not_after = time + shared.options.lifetime.as_secs();
    let issued = shared
        .guests
        .issue(csr, id, (time.saturating_sub(60), not_after));
    let (certificate, digest) = issued.map_err(|_| Code::Malformed)?;
    let guest = state.guests.get_mut(id).ok_or(Code::CertificateUnknown)?;
    guest.certificates.insert(digest.to_string(), not_after);
    guest.boots.insert(boot.clone());
    let issued = Issued {
        guest: id.clone(),
        instance: guest.instance.clone(),
        certificate: certificate.try_into().about("the certificate")?,
        time,
        not_before: time,
        not_after,
    };
    state.save(&shared.options.dir)?;
    Ok(Answer::json(&issued))
}

/// Waits for commands, as long as the query says.
fn commands(shared: &Shared, id: &Id, query: &str) -> Answered {
    let wait = query.split('&').find_map(|pair| pair.strip_prefix("wait="));
    let wait: u64 = wait
        .map_or(Ok(0), str::parse)
        .map_err(|_| Code::Malformed)?;
    let until = Instant::now() + Duration::from_secs(wait.min(WAIT_SECONDS));
    let mut state = shared.state();
    loop {
        if queue::collect(&shared.options.dir, &mut state) {
            state.save(&shared.options.dir)?;
        }
        let guest = state.guests.get(id).ok_or(Code::CertificateUnknown)?;
        let mut commands = guest.queue.clone();
        if shared.misbehaviour() == Some(Misbehaviour::Replays) {
            commands.extend(guest.history.clone());
            commands.reverse();
        }
        let is_hasty = shared.misbehaviour() == Some(Misbehaviour::Hasty);
        if is_hasty || !commands.is_empty() || Instant::now() >= until || shared.is_stopped() {
            return Ok(Answer::json(&Commands {
                time: now(),
                last_message: guest.last_message,
                commands: List::first(commands),
            }));
        }
        state = shared.wait(state, Duration::from_millis(100));
    }
}

/// Does what a message is for, unless it came before.
fn take(
    shared: &Shared,
    guest: &Id,
    (seq, request): (u64, &Request),
    then: impl FnOnce(&mut State),
) -> Answered {
    let mut state = shared.state();
    let sender = state
        .guests
        .get_mut(guest)
        .ok_or(Code::CertificateUnknown)?;
    match sender.take(seq, request.header(IDEMPOTENCY_KEY)) {
        Taken::Stale => return Err(Code::SequenceStale.into()),
        Taken::Again => return Ok(Answer::empty()),
        Taken::New => then(&mut state),
    }
    state.save(&shared.options.dir)?;
    Ok(Answer::empty())
}

fn open(shared: &Shared, guest: &Id, request: &OpenUpload) -> Answered {
    let mut state = shared.state();
    let found = state
        .uploads
        .iter()
        .find(|(_, record)| record.is(guest, request));
    let id = match found {
        Some((id, _)) => id.clone(),
        None => new_id()?,
    };
    let is_new = !state.uploads.contains_key(&id);
    let new = || Record::new(guest.clone(), request);
    let record = state.uploads.entry(id.clone()).or_insert_with(new);
    if is_new || request.restart {
        record.begin(&shared.options.dir, &id)?;
    }
    let offset = record.offset();
    state.save(&shared.options.dir)?;
    Ok(stands(shared, Upload { id, offset }))
}

/// Does something with an upload of this guest, and says where it stands.
fn upload(
    shared: &Shared,
    guest: &Id,
    id: &Id,
    then: impl FnOnce(&mut Record) -> Result<Result<(), Code>>,
) -> Answered {
    let mut state = shared.state();
    let record = state
        .uploads
        .get_mut(id)
        .filter(|record| record.guest == *guest);
    let record = record.ok_or(Code::NotFound)?;
    then(record)??;
    let offset = record.offset();
    state.save(&shared.options.dir)?;
    Ok(stands(
        shared,
        Upload {
            id: id.clone(),
            offset,
        },
    ))
}

fn stands(shared: &Shared, upload: Upload) -> Answer {
    let is_wrong = shared.misbehaviour() == Some(Misbehaviour::WrongOffsets);
    let upload = if is_wrong {
        wrong(upload, shared.count())
    } else {
        upload
    };
    Answer::json(&upload)
}

/// `Range: bytes=N-`, the only form that an agent uses.
fn range(request: &Request) -> usize {
    let range = request.header("range").strip_prefix("bytes=");
    let from = range.and_then(|range| range.strip_suffix('-'));
    from.and_then(|from| from.parse().ok()).unwrap_or(0)
}

/// What lies in `releases/ID`: `release.json`, and its files by their digests.
fn release(shared: &Shared, id: &Id, digest: Option<&Sha256>, offset: usize) -> Answered {
    let folder = shared.options.dir.join("releases").join(&**id);
    let name = digest.map_or("release.json".to_owned(), |digest| {
        format!("files/{digest}")
    });
    let bytes = fs::read(folder.join(name)).map_err(|_| Code::NotFound)?;
    Ok(Answer::bytes(&bytes, offset))
}
