//! Where credentials are looked at: passwords and personal access tokens against what rests, the
//! cookie of a session against its signature and its account's epoch.

use super::limits::Purpose;
use super::rights::Shown;
use super::{Credentials, Error, Rights, limits, remembered};
use crate::config::{Config, Keys, mac};
use crate::proof::{Job, Session, hashing, job, personal};
use crate::store::Store;
use crate::store::account::Account;
use crate::store::attempts::Counted;
use roadstead_shared::account::grant::Target;
use roadstead_shared::account::password::MAX_BYTES;
use roadstead_shared::account::{Grant, Role};
use roadstead_shared::auth::Action;
use roadstead_shared::secret::Secret;

/// All that is needed to see who somebody is, for one request.
pub struct Door<'a> {
    /// The rows about people.
    pub store: &'a Store,
    /// Reads who the operator is, where that matters: a pull has no use for it.
    pub config: &'a dyn Fn() -> Config,
    /// The keys that sign.
    pub keys: &'a Keys,
    /// `http` or `https`, as the host was asked.
    pub scheme: &'a str,
    /// The host that was asked.
    pub host: &'a str,
    /// Where the request comes from: an address, as the platform says it.
    pub address: &'a str,
    /// When it came, ms UTC.
    pub now_ms: u64,
}

impl Door<'_> {
    /// The host that was asked.
    pub fn host(&self) -> &str {
        self.host
    }

    /// `https://registry.example`
    pub fn origin(&self) -> String {
        format!("{}://{}", self.scheme, self.host)
    }

    /// Counts an attempt to make an account.
    pub async fn attempt_sign_up(&self) -> Result<(), Error> {
        self.attempt(&limits::sign_up(self.address)).await
    }

    /// Counts a letter that somebody asks for; whether one may be sent.
    pub async fn attempt_letter(&self, name: &str) -> Result<bool, Error> {
        match self.attempt(&limits::letter(name, self.address)).await {
            Ok(()) => Ok(true),
            Err(Error::TooManyAttempts { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Counts an attempt to trade a job's token: where, for [`Door::note_trade`].
    pub async fn attempt_trade(&self) -> Result<Vec<Counted>, Error> {
        let counts = limits::trade(self.address);
        self.attempt(&counts).await.map(|()| counts)
    }

    /// Takes back the count of a trade that was made.
    pub fn note_trade(&self, counts: Vec<Counted>) {
        self.store.note_success(counts);
    }

    async fn attempt(&self, counts: &[Counted]) -> Result<(), Error> {
        let attempted = self.store.attempt(counts).await?;
        attempted.map_err(|wait| Error::TooManyAttempts { retry_after_s: wait.ms.div_ceil(1000) })
    }

    /// The rights of who gives a name, and a password or a personal access token.
    pub async fn by_credentials(
        &self,
        credentials: &Credentials,
        purpose: Purpose,
    ) -> Result<Rights, Error> {
        let password = credentials.password.reveal();
        if let Some(job) = Job::read(self.keys, self.host, self.now_ms, password) {
            return self.by_job(&credentials.name, job).await;
        }
        match personal::hash(password) {
            Some(Ok(hash)) => self.by_token(&credentials.name, &hash).await,
            Some(Err(personal::Forged)) => refused(),
            None => self.by_password(credentials, purpose).await,
        }
    }

    /// The rights of who gives a name and a password.
    pub async fn by_password(
        &self,
        credentials: &Credentials,
        purpose: Purpose,
    ) -> Result<Rights, Error> {
        let config = (self.config)();
        if credentials.password.reveal().len() > MAX_BYTES {
            return refused();
        }
        if credentials.name == config.operator_name {
            let password = config.operator_password.as_ref();
            self.is_right(credentials, Rests::Plain(password), purpose).await?;
            return Ok(self.operator(&config, Shown::Password));
        }
        let account = self.store.account(&credentials.name).await?;
        let account = account.filter(|account| account.deleted_at_ms.is_none());
        let hash = account.as_ref().and_then(|account| account.password.as_deref());
        // Also where there is no such account: the time must not tell.
        self.is_right(credentials, Rests::Hash(hash), purpose).await?;
        match account {
            Some(account) => self.rights_of(account, Shown::Password).await,
            None => refused(),
        }
    }

    /// Refuses a wrong password, and who has tried too often, before anything is hashed.
    async fn is_right(
        &self,
        credentials: &Credentials,
        rests: Rests<'_>,
        purpose: Purpose,
    ) -> Result<(), Error> {
        let (name, password) = (&credentials.name, credentials.password.reveal());
        let key = remembered::Key::new(name, self.address, rests.text(), password);
        if let Some(is_right) = key.look(self.now_ms) {
            return if is_right { Ok(()) } else { refused() };
        }
        let counts = limits::password(name, self.address, purpose);
        if let Err(error) = self.attempt(&counts).await {
            key.forget();
            return Err(error);
        }
        let is_right = match rests {
            Rests::Plain(expected) => {
                // A wrong one takes as long as for any other name: the time must not tell whose it is.
                expected.is_some_and(|it| it.matches(password))
                    || hashing::verify(password, None).await?
            }
            Rests::Hash(hash) => hashing::verify(password, hash).await?,
        };
        key.note(is_right, self.now_ms);
        if !is_right {
            return refused();
        }
        self.store.note_success(counts);
        Ok(())
    }

    async fn by_token(&self, name: &str, hash: &str) -> Result<Rights, Error> {
        let Some(token) = self.store.token(hash).await? else { return refused() };
        if token.account != name || token.expires_at_ms <= self.now_ms {
            return refused();
        }
        let config = (self.config)();
        let rights = match self.store.account(name).await? {
            // Somebody else had the name before the operator took it: whose token it is nobody knows.
            Some(_) if name == config.operator_name => return refused(),
            Some(account) => self.rights_of(account, Shown::Token).await?,
            None if name == config.operator_name => self.operator(&config, Shown::Token),
            None => return refused(),
        };
        // Scopes that this version cannot read give nothing.
        let grants = serde_json::from_str(&token.scopes).unwrap_or_default();
        self.store.note_use(&token, self.now_ms);
        Ok(Rights { grants: Some(grants), ..rights })
    }

    /// The rights of a job with what it got for its token: those of its rule, while it counts,
    /// in the name of the owner of the namespace that made it.
    async fn by_job(&self, name: &str, job: Option<Job>) -> Result<Rights, Error> {
        let Some(job) = job.filter(|_| name == job::USER) else { return refused() };
        let operator = (self.config)().operator_name;
        let principal = self.store.principal(&[&job.publisher], &operator).await?;
        let principal = principal.filter(|principal| principal.namespace == job.namespace);
        let Some(principal) = principal else { return refused() };
        let Ok(namespace) = principal.namespace.parse() else { return refused() };
        Ok(Rights {
            account: principal.account,
            is_operator: false,
            shown: Shown::Token,
            epoch: 0,
            tier: principal.tier,
            bytes_per_month: principal.bytes_per_month,
            memberships: vec![(principal.namespace, Role::Publisher)],
            grants: Some(vec![Grant::On(Action::Push, Target::Namespace(namespace))]),
        })
    }

    /// The rights of who shows the cookie of a session; `None` where that is over.
    pub async fn by_session(&self, cookie: &str) -> Result<Option<Rights>, Error> {
        let Some(session) = Session::read(self.keys, self.host, self.now_ms, cookie) else {
            return Ok(None);
        };
        let config = (self.config)();
        if session.account == config.operator_name {
            let is_now = self.operator_epochs(&config).any(|epoch| epoch == session.epoch);
            return Ok(is_now.then(|| self.operator(&config, Shown::Session)));
        }
        let account = self.store.account(&session.account).await?;
        let is_now =
            |account: &Account| account.epoch == session.epoch && account.deleted_at_ms.is_none();
        match account.filter(is_now) {
            Some(account) => self.rights_of(account, Shown::Session).await.map(Some),
            None => Ok(None),
        }
    }

    /// The operator has no row. Its epoch is made of its password: with another one, sessions end.
    /// One for each key that is good, the newest first.
    fn operator_epochs(&self, config: &Config) -> impl Iterator<Item = u64> + use<> {
        let password = config.operator_password.as_ref();
        let password = password.map(Secret::reveal).unwrap_or_default().as_bytes();
        let keys = self.keys.of("operator");
        let epoch = |key: &[u8]| {
            let mac = mac(key, password);
            mac.iter().take(6).fold(0, |epoch, byte| epoch << 8 | u64::from(*byte))
        };
        keys.all().map(epoch).collect::<Vec<u64>>().into_iter()
    }

    fn operator(&self, config: &Config, shown: Shown) -> Rights {
        Rights {
            account: config.operator_name.clone(),
            is_operator: true,
            shown,
            epoch: self.operator_epochs(config).next().unwrap_or_default(),
            tier: None,
            bytes_per_month: None,
            memberships: Vec::new(),
            grants: None,
        }
    }

    async fn rights_of(&self, account: Account, shown: Shown) -> Result<Rights, Error> {
        if account.deleted_at_ms.is_some() {
            return refused();
        }
        if let Some(reason) = account.suspended {
            return Err(Error::Suspended(reason));
        }
        let memberships = Rights::memberships(self.store.memberships(&account.name).await?);
        Ok(Rights {
            account: account.name,
            is_operator: false,
            shown,
            epoch: account.epoch,
            tier: account.tier,
            bytes_per_month: account.bytes_per_month,
            memberships,
            grants: None,
        })
    }

    /// Writes what failed here and is told to nobody, as the request goes on without it.
    pub fn log_failure(&self, error: &Error) {
        if let Error::Store(cause) = error {
            self.store.log(&format!("credentials are not looked at: {cause}"));
        }
    }
}

/// How a password rests.
#[derive(Clone, Copy)]
enum Rests<'a> {
    /// The operator's, among the settings.
    Plain(Option<&'a Secret>),
    /// Its hash.
    Hash(Option<&'a str>),
}

impl<'a> Rests<'a> {
    /// What a change of the password changes.
    fn text(self) -> &'a str {
        match self {
            Self::Plain(secret) => secret.map(Secret::reveal).unwrap_or_default(),
            Self::Hash(hash) => hash.unwrap_or_default(),
        }
    }
}

fn refused<T>() -> Result<T, Error> {
    Err(Error::BadCredentials)
}
