//! The library: the templates as they were read last, shared by everybody who needs them.
//!
//! Who takes [`Library::current`] keeps that version as long as it likes; a reload puts another one in
//! its place. Projects do not look here again: each has pinned the template it was made from.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;

use super::{TemplateFault, read};
use crate::domain::{Template, TemplateSet};

/// The templates that projects can be made from, and where they come from.
#[derive(Debug)]
pub struct Library {
    dir: Option<PathBuf>,
    by_id: Arc<ArcSwap<TemplateSet>>,
    /// Held while the files are read: of two reloads the later one wins.
    reading: Mutex<()>,
}

/// What a reload found.
#[derive(Clone, Debug, Default)]
pub struct Reload {
    /// New templates, and known ones whose content is another one now.
    pub changed: Vec<Arc<Template>>,
    /// The ids of templates that are not offered any more.
    pub removed: Vec<Arc<str>>,
    /// What was left as it was, and why.
    pub faults: Vec<TemplateFault>,
}

impl Library {
    /// Reads the built-in templates and those of `dir`. A bad file is reported and left out. Blocks.
    #[must_use]
    pub fn open(dir: Option<PathBuf>) -> (Self, Vec<TemplateFault>) {
        let (templates, faults) = read(dir.as_deref(), &TemplateSet::new());
        (Self { dir, by_id: Arc::new(ArcSwap::from_pointee(templates)), reading: Mutex::default() }, faults)
    }

    /// The templates as they are now, by id.
    #[must_use]
    pub fn current(&self) -> Arc<TemplateSet> {
        self.by_id.load_full()
    }

    /// What holds the templates: who keeps this sees every reload.
    #[must_use]
    pub fn shared(&self) -> Arc<ArcSwap<TemplateSet>> {
        Arc::clone(&self.by_id)
    }

    /// Reads everything again. A template whose file is bad now stays as it was; a directory that cannot
    /// be read leaves all of them. Blocks.
    pub fn reload(&self) -> Reload {
        let _reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        let before = self.current();
        let (now, faults) = read(self.dir.as_deref(), &before);
        let is_changed = |template: &&Arc<Template>| before.get(&template.id) != Some(template);
        let changed = now.values().filter(is_changed).cloned().collect();
        let removed = before.keys().filter(|id| !now.contains_key(*id)).cloned().collect();
        self.by_id.store(Arc::new(now));
        Reload { changed, removed, faults }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    fn kitchen(label: &str) -> String {
        format!("name: Kitchen\nnode_types:\n  - {{ id: room, label: {label} }}\n")
    }

    fn write(dir: &Path, name: &str, text: &str) {
        fs::write(dir.join(name), text).unwrap();
    }

    fn open(dir: &Path) -> Library {
        let (library, faults) = Library::open(Some(dir.to_owned()));
        assert_eq!(faults, []);
        library
    }

    fn ids(templates: &[Arc<Template>]) -> Vec<&str> {
        templates.iter().map(|template| &*template.id).collect()
    }

    fn label(library: &Library, id: &str) -> String {
        library.current()[id].node_types[0].label.clone()
    }

    #[test]
    fn a_reload_tells_what_changed_what_is_new_and_what_went() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["kept.yaml", "changed.yaml", "gone.yaml"] {
            write(dir.path(), name, &kitchen("Room"));
        }
        let library = open(dir.path());
        let shared = library.shared();
        write(dir.path(), "kept.yaml", &format!("# another comment\n{}", kitchen("Room")));
        write(dir.path(), "changed.yaml", &kitchen("Chamber"));
        write(dir.path(), "new.yaml", &kitchen("Room"));
        fs::remove_file(dir.path().join("gone.yaml")).unwrap();

        let reload = library.reload();
        assert_eq!(ids(&reload.changed), ["changed", "new"]);
        assert_eq!(reload.removed, ["gone".into()]);
        assert_eq!(reload.faults, []);
        assert_eq!(label(&library, "changed"), "Chamber");
        assert!(library.current().contains_key("restomod"));
        assert!(Arc::ptr_eq(&shared.load_full(), &library.current()), "who shares it sees the reload");

        let again = library.reload();
        assert!(again.changed.is_empty() && again.removed.is_empty() && again.faults.is_empty());
    }

    #[test]
    fn a_file_that_is_bad_now_keeps_its_last_good_version() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), "kitchen.yaml", &kitchen("Room"));
        write(dir.path(), "restomod.yaml", &kitchen("Ours"));
        let library = open(dir.path());
        write(dir.path(), "kitchen.yaml", "name: Kitchen\nnode_types: []\n");
        write(dir.path(), "restomod.yaml", "name: [");
        write(dir.path(), "never.yaml", "name: [");
        for _ in 0..2 {
            let reload = library.reload();
            assert!(reload.changed.is_empty() && reload.removed.is_empty());
            let told: Vec<_> = reload.faults.iter().map(ToString::to_string).collect();
            assert_eq!(told.len(), 3, "{told:?}");
            assert!(told[0].ends_with("kitchen.yaml:2: a template needs at least one node type"), "{told:?}");
            assert_eq!(
                (label(&library, "kitchen"), label(&library, "restomod")),
                ("Room".into(), "Ours".into())
            );
            assert!(!library.current().contains_key("never"));
        }
        write(dir.path(), "kitchen.yaml", &kitchen("Mended"));
        assert_eq!(ids(&library.reload().changed), ["kitchen"]);
    }

    #[test]
    fn without_its_file_a_built_in_template_is_the_built_in_one_again() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), "restomod.yaml", &kitchen("Ours"));
        let library = open(dir.path());
        fs::remove_file(dir.path().join("restomod.yaml")).unwrap();
        let reload = library.reload();
        assert_eq!((ids(&reload.changed), reload.removed.len()), (vec!["restomod"], 0));
        assert_eq!(label(&library, "restomod"), "Vehicle project");
    }

    #[test]
    fn a_directory_that_cannot_be_read_any_more_takes_nothing_away() {
        let parent = tempfile::tempdir().unwrap();
        let dir = parent.path().join("templates");
        fs::create_dir(&dir).unwrap();
        write(&dir, "kitchen.yaml", &kitchen("Room"));
        let library = open(&dir);
        fs::rename(&dir, parent.path().join("elsewhere")).unwrap();
        let reload = library.reload();
        assert!(reload.changed.is_empty() && reload.removed.is_empty());
        assert_eq!(reload.faults.len(), 1);
        assert_eq!(reload.faults[0].file, dir);
        assert_eq!(label(&library, "kitchen"), "Room");
    }
}
