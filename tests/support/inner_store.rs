//! What stores with a fault in their journal have in common: everything else is as in the store inside.

/// Implements one trait of a store by the field `inner`, method by method; those behind `unless` meet what a probe
/// meets before.
macro_rules! as_inside {
    ($store:ty, $trait:ident { $(fn $method:ident($($argument:ident: $type:ty),*) -> $answer:ty;)* }) => {
        $crate::support::as_inside!($store, $trait {
            $(fn $method($($argument: $type),*) -> $answer;)*
        } unless none {});
    };
    ($store:ty, $trait:ident { $(fn $method:ident($($argument:ident: $type:ty),*) -> $answer:ty;)* }
        unless $probe:ident { $(fn $change:ident($($given:ident: $kind:ty),*) -> $outcome:ty;)* }) => {
        const _: () = {
            #[allow(unused_imports, reason = "not every trait needs all of them")]
            use graphroom::{domain::*, store::*};
            impl $trait for $store {
                $(fn $method(&self, $($argument: $type),*) -> StoreFuture<'_, Result<$answer, StoreError>> {
                    self.inner.$method($($argument),*)
                })*

                $(fn $change(&self, $($given: $kind),*) -> StoreFuture<'_, Result<$outcome, StoreError>> {
                    let change = self.inner.$change($($given),*);
                    Box::pin(async move {
                        self.$probe().await?;
                        change.await
                    })
                })*
            }
        };
    };
}

/// Implements all traits of a store but `Journal` by the field `inner`; a store whose fault shows in a probe names its own.
macro_rules! all_but_the_journal_as_inside {
    ($store:ty) => {
        impl $store {
            fn probe_inside(
                &self,
            ) -> graphroom::store::StoreFuture<'_, Result<(), graphroom::store::StoreError>> {
                graphroom::store::Store::probe(&*self.inner)
            }
        }

        all_but_the_journal_as_inside!($store, probe_inside);
    };
    ($store:ty, $probe:ident) => {
        impl graphroom::store::Catalogue for $store {
            fn create_project(
                &self,
                project: graphroom::store::ProjectRow,
                first: graphroom::store::EncodedRecord,
                owner: Option<String>,
            ) -> graphroom::store::StoreFuture<'_, Result<(), graphroom::store::StoreError>> {
                self.inner.create_project(project, first, owner)
            }

            fn create_session(
                &self,
                session: graphroom::store::SessionRow,
            ) -> graphroom::store::StoreFuture<'_, Result<(), graphroom::store::StoreError>> {
                self.inner.create_session(session)
            }

            fn delete_session(
                &self,
                id: graphroom::store::SessionId,
            ) -> graphroom::store::StoreFuture<'_, Result<bool, graphroom::store::StoreError>> {
                self.inner.delete_session(id)
            }

            fn mark_saved(
                &self,
                project: graphroom::store::ProjectId,
                seq: graphroom::domain::Seq,
            ) -> graphroom::store::StoreFuture<'_, Result<(), graphroom::store::StoreError>> {
                self.inner.mark_saved(project, seq)
            }

            fn projects(
                &self,
                query: graphroom::store::ProjectQuery,
            ) -> graphroom::store::StoreFuture<
                '_,
                Result<graphroom::store::ProjectPage, graphroom::store::StoreError>,
            > {
                self.inner.projects(query)
            }

            fn project(
                &self,
                id: graphroom::store::ProjectId,
            ) -> graphroom::store::StoreFuture<
                '_,
                Result<Option<graphroom::store::ProjectRow>, graphroom::store::StoreError>,
            > {
                self.inner.project(id)
            }

            fn session(
                &self,
                id: graphroom::store::SessionId,
            ) -> graphroom::store::StoreFuture<
                '_,
                Result<Option<graphroom::store::SessionRow>, graphroom::store::StoreError>,
            > {
                self.inner.session(id)
            }

            fn sessions(
                &self,
            ) -> graphroom::store::StoreFuture<
                '_,
                Result<Vec<graphroom::store::SessionRow>, graphroom::store::StoreError>,
            > {
                self.inner.sessions()
            }
        }

        $crate::support::as_inside!($store, Snapshots {
            fn keep_snapshot(project: ProjectId, snapshot: Snapshot) -> ();
            fn snapshot(project: ProjectId, at_most: Seq) -> Option<Snapshot>;
            fn keep_graph(project: ProjectId, state: State, form: GraphForm) -> ();
            fn graph(project: ProjectId, form: GraphForm) -> Option<GraphText>;
            fn drop_snapshots(project: ProjectId) -> ();
        });

        impl graphroom::store::Versions for $store {
            fn add_version(
                &self,
                version: graphroom::store::VersionRow,
            ) -> graphroom::store::StoreFuture<'_, Result<(), graphroom::store::StoreError>> {
                self.inner.add_version(version)
            }

            fn versions(
                &self,
                project: graphroom::store::ProjectId,
            ) -> graphroom::store::StoreFuture<
                '_,
                Result<Vec<graphroom::store::VersionRow>, graphroom::store::StoreError>,
            > {
                self.inner.versions(project)
            }

            fn delete_version(
                &self,
                project: graphroom::store::ProjectId,
                id: graphroom::store::VersionId,
            ) -> graphroom::store::StoreFuture<'_, Result<(), graphroom::store::StoreError>> {
                self.inner.delete_version(project, id)
            }
        }

        $crate::support::as_inside!($store, Unrecorded {
            fn unrecorded(project: ProjectId, limit: usize) -> Vec<UnrecordedCommand>;
        } unless $probe {
            fn add_unrecorded(project: ProjectId, commands: Vec<UnrecordedCommand>) -> ();
        });

        $crate::support::as_inside!($store, Accounts {
            fn create_user(user: UserRow) -> bool;
            fn update_user(user_id: &str, change: UserChange) -> Option<UserRow>;
            fn user(user_id: &str) -> Option<UserRow>;
            fn users() -> Vec<UserRow>;
            fn create_api_key(key: ApiKeyRow) -> ();
            fn api_key_by_hash(hash: SecretHash) -> Option<ApiKeyRow>;
            fn api_keys(user_id: Option<String>) -> Vec<ApiKeyRow>;
            fn delete_api_key(key_id: uuid::Uuid) -> bool;
            fn create_invitation(invitation: InvitationRow) -> ();
            fn redeem_invitation(hash: SecretHash, now: Timestamp, user: UserRow) -> Redeemed;
            fn invitations() -> Vec<InvitationRow>;
            fn delete_invitation(invitation_id: uuid::Uuid) -> bool;
            fn create_session_token(token: SessionTokenRow, at_most: usize) -> Vec<SessionTokenRow>;
            fn session_token_by_hash(hash: SecretHash) -> Option<SessionTokenRow>;
            fn use_session_token(token_id: uuid::Uuid, at: Timestamp) -> bool;
            fn delete_session_token(token_id: uuid::Uuid) -> bool;
            fn delete_session_tokens_of(user_id: &str) -> usize;
            fn prune_session_tokens(not_used_since: Timestamp) -> usize;
            fn revoke(revocation: RevocationRow) -> bool;
            fn revocations() -> Vec<RevocationRow>;
            fn prune_revocations(now: Timestamp) -> usize;
        });

        $crate::support::as_inside!($store, Members {
            fn set_role(project: ProjectId, user_id: &str, role: Role, at: Timestamp) -> bool;
            fn remove_role(project: ProjectId, user_id: &str) -> bool;
            fn members(project: ProjectId) -> Vec<MemberRow>;
            fn all_roles() -> Vec<MemberRow>;
        });

        $crate::support::as_inside!($store, Audit {
            fn append_audit(entries: Vec<AuditEntry>) -> ();
            fn audit(query: AuditQuery) -> AuditPage;
        });

        $crate::support::as_inside!($store, Conversations {
            fn conversation(id: ConversationId) -> Option<ConversationRow>;
            fn conversations(query: ConversationQuery) -> ConversationPage;
            fn participants(id: ConversationId) -> Vec<ParticipantRow>;
            fn message(id: ConversationId, message_id: &str) -> Option<MessageRow>;
            fn messages(query: MessageQuery) -> Vec<MessageRow>;
        } unless $probe {
            fn create_conversation(row: ConversationRow, participants: Vec<ParticipantRow>) -> ();
            fn change_conversation(id: ConversationId, change: ConversationChange) -> bool;
            fn delete_conversation(id: ConversationId) -> bool;
            fn put_participant(row: ParticipantRow) -> bool;
            fn remove_participant(id: ConversationId, user_id: &str) -> bool;
            fn append_message(message: NewMessage) -> Option<Appended>;
            fn edit_message(id: ConversationId, message_id: &str, text: String, at: Timestamp) -> Option<MessageRow>;
            fn delete_message(id: ConversationId, message_id: &str, at: Timestamp) -> Option<MessageRow>;
            fn mark_read(id: ConversationId, user_id: &str, seq: u64, at: Timestamp) -> Option<u64>;
        });

        $crate::support::as_inside!($store, Published {
            fn publish(event: NewPublished) -> PublishedOutcome;
            fn published(query: PublishedQuery) -> Vec<PublishedRow>;
            fn delete_published(session: SessionId) -> u64;
        });

        impl graphroom::store::Store for $store {
            fn probe(&self) -> graphroom::store::StoreFuture<'_, Result<(), graphroom::store::StoreError>> {
                self.$probe()
            }

            fn close(&self) -> graphroom::store::StoreFuture<'_, Result<(), graphroom::store::StoreError>> {
                self.inner.close()
            }
        }
    };
}

pub(crate) use all_but_the_journal_as_inside;
pub(crate) use as_inside;
