//! The calls about what is kept, and the refusal of what is taken down.

use super::asked::Asked;
use super::error::Error;
use crate::auth::Caller;
use crate::service::{Answer, repository, takedown};
use crate::store::Store;
use roadstead_shared::auth::Action;
use roadstead_shared::oci::Name;
use roadstead_shared::operation::{Operation, Right, Storage};

/// Does what `call` says.
pub async fn dispatch(
    store: &Store,
    caller: &Caller,
    call: Storage,
    asked: &Asked,
) -> Result<Answer, Error> {
    let actor = caller.account.as_deref().unwrap_or_default();
    Ok(match call {
        Storage::Standing { namespace } => repository::standing(store, &namespace).await?,
        Storage::DeleteRepository { name } => repository::delete(store, actor, &name).await?,
        Storage::ListTakedowns => takedown::list(store).await?,
        Storage::TakeDown { name } => {
            let (name, input) = (store.rules().called_here(&name), asked.input().await?);
            Answer::Outcome(takedown::take_down(store, actor, &name, &input).await?)
        }
        Storage::PutBack { name } => {
            let name = store.rules().called_here(&name);
            Answer::Outcome(takedown::put_back(store, actor, &name).await?)
        }
    })
}

/// When it is asked whether a repository is taken down.
#[derive(Debug, PartialEq, Eq)]
pub enum Guard {
    /// Not at all: what deletes or decides is its owner's right all the same.
    Never,
    /// Before anything is written.
    Before(Name),
    /// While it is read.
    Beside(Name),
}

impl Guard {
    /// What a call needs says what it does; a HEAD of a blob gives it to who may push.
    pub fn of(operation: &Operation, may_push: impl Fn(&Name) -> bool) -> Self {
        if let Operation::Cached(call) = operation {
            return Self::Beside(call.called_here());
        }
        let Right::Repository(access) = operation.needs() else { return Self::Never };
        let does = |action| access.actions.contains(&action);
        let gives = matches!(operation, Operation::PullBlob { head: true, name, .. }
            if may_push(name));
        if does(Action::Delete) {
            Self::Never
        } else if does(Action::Push) || gives {
            Self::Before(access.name)
        } else {
            Self::Beside(access.name)
        }
    }

    /// Does `work` unless the repository is taken down.
    pub async fn watch(
        self,
        store: &Store,
        work: impl Future<Output = Result<Answer, Error>>,
    ) -> Result<Answer, Error> {
        match self {
            Self::Never => work.await,
            Self::Beside(name) => takedown::beside(store, &name, work).await,
            Self::Before(name) => {
                takedown::check(store, &name).await?;
                work.await
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use roadstead_shared::oci::{Algorithm, Digest, Reference};
    use roadstead_shared::operation::{Cached, Wanted};
    use roadstead_shared::upstream::Rules;
    use serde_json::json;

    #[test]
    fn a_pull_is_watched_beside_a_push_before_and_a_deletion_not_at_all() {
        let name: Name = "acme/x".parse().unwrap();
        let reference: Reference = "v1".parse().unwrap();
        let of = |operation: &Operation| Guard::of(operation, |_| false);
        let pull = |head| Operation::PullManifest {
            name: name.clone(),
            reference: reference.clone(),
            head,
        };
        assert_eq!(of(&pull(false)), Guard::Beside(name.clone()));
        assert_eq!(of(&pull(true)), Guard::Beside(name.clone()));
        let push = Operation::AppendUpload { name: name.clone(), id: "1".into() };
        assert_eq!(of(&push), Guard::Before(name.clone()));
        let delete = Operation::DeleteManifest { name: name.clone(), reference };
        assert_eq!(of(&delete), Guard::Never);
        assert_eq!(of(&Operation::ChangeSettings { name }), Guard::Never);
        assert_eq!(of(&Operation::Ping), Guard::Never);
    }

    #[test]
    fn what_is_cached_is_watched_by_the_name_that_it_has_here() {
        let rules = json!({ "hub": { "url": "r.example", "path": "team", "host": "docker.io" } });
        let (rules, _) = Rules::read(Some(&rules));
        let target = rules.by_prefix("hub").unwrap().target("x/y").unwrap();
        assert_eq!(target.name.as_str(), "team/x/y");
        let wanted = Wanted::Tags { n: None, last: None };
        let call = Cached { asked: "x/y".parse().unwrap(), target, wanted };
        let guard = Guard::of(&Operation::Cached(call), |_| true);
        assert_eq!(guard, Guard::Beside("hub/x/y".parse().unwrap()));
    }

    #[test]
    fn a_head_of_a_blob_by_who_may_push_is_watched_before_it_gives_anything() {
        let name: Name = "acme/x".parse().unwrap();
        let digest = Digest::of(Algorithm::Sha256, b"x");
        let pull = |head| Operation::PullBlob { name: name.clone(), digest: digest.clone(), head };
        assert_eq!(Guard::of(&pull(true), |_| true), Guard::Before(name.clone()));
        assert_eq!(Guard::of(&pull(true), |_| false), Guard::Beside(name.clone()));
        assert_eq!(Guard::of(&pull(false), |_| true), Guard::Beside(name.clone()));
    }
}
