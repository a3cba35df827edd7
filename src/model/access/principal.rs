//! Who a request comes from, and what it may do.
//!
//! A right takes three things at once: the token's scopes (and crates), the user's role, and, where a crate of
//! somebody is changed, ownership. Nothing here adds to another; each only narrows.

use crate::model::access::owners::Owner;
use crate::model::access::people::Login;
use crate::model::access::refusal::Refusal;
use crate::model::access::scope::{CratePattern, Role, Scope};
use crate::model::package::id::CrateName;

/// Who a request comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// Without a token.
    Anonymous,
    User {
        login: Login,
        teams: Vec<Login>,
    },
    /// A line of `--token-file`: `reader` or `admin`.
    BuiltIn(&'static str),
    /// A run of CI, in words. It stands for an owner of the crates that its token is limited to.
    Run(String),
}

/// Who a request comes from, and what it may do at most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    pub who: Who,
    pub role: Role,
    /// Names the token in logs.
    pub token: Option<String>,
    pub scopes: Vec<Scope>,
    /// Empty: all.
    pub crates: Vec<CratePattern>,
}

/// Who may publish the first version of a crate: `new-crates` of a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewCrates {
    /// Every user with the role of a publisher.
    Publishers,
    Admins,
    Team(Login),
}

impl Principal {
    /// Whoever sends no token.
    pub fn anonymous() -> Self {
        Self {
            who: Who::Anonymous,
            role: Role::Reader,
            token: None,
            scopes: vec![Scope::Read],
            crates: Vec::new(),
        }
    }

    /// A line `read TOKEN` of `--token-file`.
    pub fn built_in_reader() -> Self {
        Self {
            who: Who::BuiltIn("reader"),
            ..Self::anonymous()
        }
    }

    /// A line `admin TOKEN` of `--token-file`.
    pub fn built_in_admin() -> Self {
        Self {
            who: Who::BuiltIn("admin"),
            role: Role::Admin,
            scopes: vec![Scope::Admin],
            ..Self::anonymous()
        }
    }

    /// Whoever works on the machine that has the folder.
    pub fn operator() -> Self {
        Self {
            who: Who::BuiltIn("operator"),
            ..Self::built_in_admin()
        }
    }

    /// Who it is, for logs, records and people.
    pub fn name(&self) -> &str {
        match &self.who {
            Who::Anonymous => "anonymous",
            Who::User { login, .. } => login.as_str(),
            Who::BuiltIn(name) => name,
            Who::Run(run) => run,
        }
    }

    /// Whether what the scope stands for may be done, with this crate where one is meant. Ownership is not looked at.
    ///
    /// The crates of a token limit what it changes. They limit what it reads only where it may do nothing else: cargo reads the
    /// dependencies of what it publishes with the same token.
    pub fn may(&self, scope: Scope, name: Option<&CrateName>) -> Result<(), Refusal> {
        if matches!(self.who, Who::Anonymous) && scope != Scope::Read {
            return Err(Refusal::NoToken);
        }
        let only_reads = self.scopes.iter().all(|held| *held == Scope::Read);
        let held = self.scopes.contains(&scope)
            || self.scopes.contains(&Scope::Admin)
            || scope == Scope::Read && !self.scopes.is_empty();
        if !held {
            return Err(Refusal::NoScope {
                who: self.name().to_owned(),
                scope,
            });
        }
        if !self.role.allows(scope) {
            return Err(Refusal::NoRole {
                who: self.name().to_owned(),
                role: self.role,
                scope,
            });
        }
        let limited = !self.crates.is_empty() && (scope != Scope::Read || only_reads);
        match name {
            Some(name) if limited && !self.crates.iter().any(|it| it.matches(name)) => {
                Err(Refusal::NotThisCrate {
                    name: name.to_string(),
                    crates: self.crates.clone(),
                })
            }
            _ => Ok(()),
        }
    }

    /// Whether what it may read does not depend on the crate.
    pub fn reads_every_crate(&self) -> bool {
        self.crates.is_empty() || self.scopes.iter().any(|held| *held != Scope::Read)
    }

    /// Whether a crate with these owners may be changed so: [`Self::may`], and ownership.
    pub fn may_change(
        &self,
        scope: Scope,
        name: &CrateName,
        owners: &[Owner],
    ) -> Result<(), Refusal> {
        self.may(scope, Some(name))?;
        if self.owns(owners) {
            return Ok(());
        }
        Err(Refusal::NotOwner {
            who: self.name().to_owned(),
            name: name.to_string(),
            owners: owners.to_vec(),
        })
    }

    /// As [`Self::may_change`] for the list of owners itself, where `teams` says whether members of an owning team may change
    /// it (`teams-change-owners`).
    pub fn may_change_owners(
        &self,
        name: &CrateName,
        owners: &[Owner],
        teams: bool,
    ) -> Result<(), Refusal> {
        let counted: Vec<Owner> = owners
            .iter()
            .filter(|owner| teams || matches!(owner, Owner::User(_)))
            .cloned()
            .collect();
        self.may_change(Scope::ChangeOwners, name, &counted)
            .map_err(|refusal| match refusal {
                // The list that people see is the whole one.
                Refusal::NotOwner { who, name, .. } => Refusal::NotOwner {
                    who,
                    name,
                    owners: owners.to_vec(),
                },
                other => other,
            })
    }

    /// Whether the first version of a crate may be published.
    pub fn may_create(&self, name: &CrateName, policy: &NewCrates) -> Result<(), Refusal> {
        self.may(Scope::PublishNew, Some(name))?;
        // What a run of CI may create, its rule says.
        let free = self.role == Role::Admin || matches!(self.who, Who::Run(_));
        let allowed = free
            || match policy {
                NewCrates::Publishers => true,
                NewCrates::Admins => false,
                NewCrates::Team(team) => {
                    matches!(&self.who, Who::User { teams, .. } if teams.contains(team))
                }
            };
        if allowed {
            return Ok(());
        }
        Err(Refusal::NoNewCrates {
            who: self.name().to_owned(),
            name: name.to_string(),
            allowed: match policy {
                NewCrates::Team(team) => format!("the team `{team}` or an administrator"),
                _ => "an administrator".to_owned(),
            },
        })
    }

    /// The owner that a new crate of this principal has; none for built-in users.
    pub fn as_owner(&self) -> Option<Owner> {
        match &self.who {
            Who::User { login, .. } => Some(Owner::User(login.clone())),
            _ => None,
        }
    }

    fn owns(&self, owners: &[Owner]) -> bool {
        match &self.who {
            _ if self.role == Role::Admin => true,
            Who::User { login, teams } => owners.iter().any(|owner| match owner {
                Owner::User(user) => user == login,
                Owner::Team(team) => teams.contains(team),
            }),
            // Its token was limited to crates by a rule of the registry.
            Who::Run(_) => !self.crates.is_empty(),
            Who::Anonymous | Who::BuiltIn(_) => false,
        }
    }
}

/// Whose token a request has, whichever registry it speaks to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    principal: Principal,
    /// Those that the token is limited to. Empty: none.
    registries: Vec<String>,
}

impl Identity {
    /// A token that is limited to these registries, or to none of them where there is none.
    pub fn new(principal: Principal, registries: Vec<String>) -> Self {
        Self {
            principal,
            registries,
        }
    }

    /// Who it is to a registry: its name, or `crates-io`.
    pub fn within(&self, registry: &str) -> Result<Principal, Refusal> {
        if !self.registries.is_empty() && !self.registries.iter().any(|it| it == registry) {
            return Err(Refusal::OtherRegistry {
                id: self.principal.token.clone().unwrap_or_default(),
                registry: registry.to_owned(),
                registries: self.registries.clone(),
            });
        }
        Ok(self.principal.clone())
    }
}

impl From<Principal> for Identity {
    fn from(principal: Principal) -> Self {
        Self::new(principal, Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn name(text: &str) -> CrateName {
        CrateName::parse(text).unwrap()
    }

    fn alice(role: Role, scopes: &[Scope], crates: &[&str]) -> Principal {
        Principal {
            who: Who::User {
                login: Login::parse("alice").unwrap(),
                teams: vec![Login::parse("core").unwrap()],
            },
            role,
            token: Some("0".to_owned()),
            scopes: scopes.to_vec(),
            crates: crates
                .iter()
                .map(|it| CratePattern::parse(it).unwrap())
                .collect(),
        }
    }

    #[test]
    fn a_right_takes_scope_role_and_ownership() {
        let update = Scope::PublishUpdate;
        let owners = |list: &[&str]| -> Vec<Owner> {
            list.iter().map(|it| Owner::parse(it).unwrap()).collect()
        };
        let log = name("acme-log");
        let may = |principal: &Principal, list: &[&str]| {
            principal.may_change(update, &log, &owners(list))
        };
        let publisher = alice(Role::Publisher, &[update], &[]);
        assert_eq!(may(&publisher, &["alice"]), Ok(()));
        assert_eq!(may(&publisher, &["bob", "team:core"]), Ok(()));
        let said = may(&publisher, &["bob", "team:ops"]).unwrap_err();
        assert_eq!(said.status(), 403);
        assert_eq!(
            said.to_string(),
            "`alice` does not own `acme-log`: ask `bob` or `team:ops` to do it, or to add you as an owner"
        );
        assert!(
            may(&publisher, &[])
                .unwrap_err()
                .to_string()
                .contains("ask an administrator")
        );
        assert_eq!(may(&alice(Role::Admin, &[update], &[]), &[]), Ok(()));
        let reads = alice(Role::Publisher, &[Scope::Read], &[]);
        assert!(matches!(
            may(&reads, &["alice"]),
            Err(Refusal::NoScope { .. })
        ));
        let reader = alice(Role::Reader, &[update], &[]);
        assert!(matches!(
            may(&reader, &["alice"]),
            Err(Refusal::NoRole { .. })
        ));
        let narrow = alice(Role::Publisher, &[update], &["acme-net*"]);
        assert!(matches!(
            may(&narrow, &["alice"]),
            Err(Refusal::NotThisCrate { .. })
        ));
        // What it publishes has dependencies.
        assert_eq!(narrow.may(Scope::Read, Some(&log)), Ok(()));
        let partner = alice(Role::Reader, &[Scope::Read], &["acme-net*"]);
        assert_eq!(partner.may(Scope::Read, Some(&name("acme_net"))), Ok(()));
        assert!(partner.may(Scope::Read, Some(&log)).is_err());
        assert_eq!(partner.may(Scope::Read, None), Ok(()));
    }

    #[test]
    fn teams_change_owners_where_the_setting_says_so() {
        let log = name("acme-log");
        let owners = [
            Owner::parse("bob").unwrap(),
            Owner::parse("team:core").unwrap(),
        ];
        let member = alice(Role::Publisher, &[Scope::ChangeOwners], &[]);
        assert_eq!(member.may_change_owners(&log, &owners, true), Ok(()));
        let said = member.may_change_owners(&log, &owners, false).unwrap_err();
        assert!(said.to_string().contains("`bob` or `team:core`"), "{said}");
    }

    #[test]
    fn new_crates_are_for_whom_the_registry_says() {
        let new = name("acme-new");
        let core = NewCrates::Team(Login::parse("core").unwrap());
        let ops = NewCrates::Team(Login::parse("ops").unwrap());
        let member = alice(Role::Publisher, &[Scope::PublishNew], &[]);
        assert_eq!(member.may_create(&new, &NewCrates::Publishers), Ok(()));
        assert_eq!(member.may_create(&new, &core), Ok(()));
        assert!(member.may_create(&new, &ops).is_err());
        assert!(member.may_create(&new, &NewCrates::Admins).is_err());
        let admin = alice(Role::Admin, &[Scope::Admin], &[]);
        assert_eq!(admin.may_create(&new, &NewCrates::Admins), Ok(()));
    }

    #[test]
    fn without_a_token_one_reads() {
        let nobody = Principal::anonymous();
        assert_eq!(nobody.may(Scope::Read, None), Ok(()));
        for scope in Scope::ALL.into_iter().filter(|it| *it != Scope::Read) {
            assert_eq!(nobody.may(scope, None), Err(Refusal::NoToken));
        }
    }

    proptest! {
        /// Nothing that a token lacks is given by a role, and nothing that a role lacks by a token.
        #[test]
        fn scopes_and_roles_only_narrow(held in 0_usize..128, role in 0_usize..3, wanted in 0_usize..7) {
            let scopes: Vec<Scope> = Scope::ALL.into_iter().enumerate()
                .filter(|(at, _)| held & (1 << at) != 0).map(|(_, scope)| scope).collect();
            let roles = [Role::Reader, Role::Publisher, Role::Admin];
            let wanted = Scope::ALL[wanted];
            let name = CrateName::parse("x").unwrap();
            let granted = |role, scopes: &[Scope], crates: &[&str]| {
                alice(role, scopes, crates).may(wanted, Some(&name)).is_ok()
            };
            let now = granted(roles[role], &scopes, &[]);
            prop_assert!(!now || roles[role].allows(wanted));
            prop_assert!(!granted(roles[role], &scopes, &["y"]) || now);
            if role > 0 {
                prop_assert!(!granted(roles[role - 1], &scopes, &[]) || now);
            }
            for less in 0..scopes.len() {
                let mut fewer = scopes.clone();
                fewer.remove(less);
                prop_assert!(!granted(roles[role], &fewer, &[]) || now);
            }
        }
    }
}
