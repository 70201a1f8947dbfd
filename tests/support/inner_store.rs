//! What stores with a fault in their journal have in common: everything else is as in the store inside.

/// Implements `Catalogue`, `Versions`, `Snapshots` and `Store` by the field `inner`; a store whose fault shows in a probe names its own.
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
            ) -> graphroom::store::StoreFuture<'_, Result<(), graphroom::store::StoreError>> {
                self.inner.create_project(project, first)
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
            ) -> graphroom::store::StoreFuture<'_, Result<(), graphroom::store::StoreError>> {
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

        impl graphroom::store::Snapshots for $store {
            fn keep_snapshot(
                &self,
                project: graphroom::store::ProjectId,
                snapshot: graphroom::store::Snapshot,
            ) -> graphroom::store::StoreFuture<'_, Result<(), graphroom::store::StoreError>> {
                self.inner.keep_snapshot(project, snapshot)
            }

            fn snapshot(
                &self,
                project: graphroom::store::ProjectId,
                at_most: graphroom::domain::Seq,
            ) -> graphroom::store::StoreFuture<
                '_,
                Result<Option<graphroom::store::Snapshot>, graphroom::store::StoreError>,
            > {
                self.inner.snapshot(project, at_most)
            }

            fn drop_snapshots(
                &self,
                project: graphroom::store::ProjectId,
            ) -> graphroom::store::StoreFuture<'_, Result<(), graphroom::store::StoreError>> {
                self.inner.drop_snapshots(project)
            }
        }

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
