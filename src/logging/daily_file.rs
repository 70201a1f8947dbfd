//! A log file that begins anew every day.
//!
//! Today's lines are in the file itself; at the first line of another day (UTC) it is renamed to
//! `FILE.YYYY-MM-DD`, and the oldest of those are deleted. Nothing else is ever renamed or deleted, above
//! all no file that merely begins with the same name. It knows nothing of what a line says.

use std::ffi::OsString;
use std::fs::{self, DirEntry, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, Utc};

use super::complain;

/// Tells the day.
type Today = fn() -> NaiveDate;

/// The file, open for the lines of one day.
pub(super) struct DailyFile {
    path: PathBuf,
    /// How many days there may be, today's among them.
    keep: usize,
    today: Today,
    /// The day of the lines in the file.
    day: NaiveDate,
    file: File,
    /// Whether the last write failed, which is told once.
    failing: bool,
}

impl DailyFile {
    /// Opens the file, makes its directory if need be, and puts away what is from another day.
    pub(super) fn open(path: &Path, keep: usize) -> io::Result<Self> {
        Self::open_on(path, keep, || Utc::now().date_naive())
    }

    fn open_on(path: &Path, keep: usize, today: Today) -> io::Result<Self> {
        if let Some(directory) = path.parent() {
            fs::create_dir_all(directory)?;
        }
        let written = fs::metadata(path).ok().filter(|file| file.len() > 0);
        let day =
            written.and_then(|file| file.modified().ok()).map(|at| DateTime::<Utc>::from(at).date_naive());
        let day = day.unwrap_or_else(today);
        let mut opened =
            Self { path: path.to_owned(), keep, today, day, file: append_to(path)?, failing: false };
        opened.begin_day();
        Ok(opened)
    }

    /// Begins anew if the day is over. A clock that is set back ends no day.
    fn begin_day(&mut self) {
        let today = (self.today)();
        if today > self.day {
            if let Err(error) = self.put_away() {
                complain(&format!("the log file of {} is not put away: {error}", self.day));
            }
            self.day = today;
        }
        if let Err(error) = self.delete_oldest() {
            complain(&format!("old log files are not deleted: {error}"));
        }
    }

    fn put_away(&mut self) -> io::Result<()> {
        let put_away = self.name_of(&self.day);
        // A device is not ours to rename, and what is there already is not ours to replace.
        if fs::symlink_metadata(&self.path)?.is_file() && !put_away.exists() {
            fs::rename(&self.path, put_away)?;
            self.file = append_to(&self.path)?;
        }
        Ok(())
    }

    fn name_of(&self, day: &NaiveDate) -> PathBuf {
        let mut name = OsString::from(&self.path);
        name.push(format!(".{day}"));
        name.into()
    }

    fn delete_oldest(&self) -> io::Result<()> {
        let mut days = self.days()?;
        days.sort_unstable();
        let too_many = (days.len() + 1).saturating_sub(self.keep);
        days[..too_many].iter().try_for_each(|day| fs::remove_file(self.name_of(day)))
    }

    /// The days that were put away.
    fn days(&self) -> io::Result<Vec<NaiveDate>> {
        let directory = self.path.parent().filter(|parent| *parent != Path::new(""));
        let entries = fs::read_dir(directory.unwrap_or(Path::new(".")))?;
        Ok(entries.filter_map(|entry| self.day_of(&entry.ok()?)).collect())
    }

    fn day_of(&self, entry: &DirEntry) -> Option<NaiveDate> {
        let (name, own) = (entry.file_name(), self.path.file_name()?);
        let behind = name.as_encoded_bytes().strip_prefix(own.as_encoded_bytes())?.strip_prefix(b".")?;
        let text = std::str::from_utf8(behind).ok()?;
        let day: NaiveDate = text.parse().ok()?;
        (day.to_string() == text && entry.file_type().ok()?.is_file()).then_some(day)
    }
}

impl Write for DailyFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if (self.today)() > self.day {
            self.begin_day();
        }
        let written = self.file.write(bytes);
        if let Err(error) = &written
            && !self.failing
        {
            complain(&format!("the log file cannot be written: {error}"));
        }
        self.failing = written.is_err();
        written
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn append_to(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).append(true).open(path)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::time::{Duration, SystemTime};

    use super::*;

    thread_local! {
        static TODAY: Cell<u32> = const { Cell::new(0) };
    }

    /// The day of March 2024 that the test says it is.
    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2024, 3, TODAY.get()).unwrap()
    }

    fn open(path: &Path, keep: usize) -> DailyFile {
        DailyFile::open_on(path, keep, today).unwrap()
    }

    /// The names in a directory, with what is in the files.
    fn contents(directory: &Path) -> Vec<(String, String)> {
        let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap());
        let mut contents: Vec<_> = entries
            .map(|entry| {
                let text = fs::read_to_string(entry.path()).unwrap_or_default();
                (entry.file_name().into_string().unwrap(), text)
            })
            .collect();
        contents.sort();
        contents
    }

    fn names(directory: &Path) -> Vec<String> {
        contents(directory).into_iter().map(|(name, _)| name).collect()
    }

    fn files(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    fn set_day_of_file(path: &Path, days_after_epoch: u64) {
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(days_after_epoch * 24 * 60 * 60 + 60);
        OpenOptions::new().append(true).open(path).unwrap().set_modified(at).unwrap();
    }

    #[test]
    fn every_day_has_a_file_and_the_oldest_go() {
        let directory = tempfile::tempdir().unwrap();
        TODAY.set(1);
        let mut log = open(&directory.path().join("logs/graphroom.log"), 3);
        for (day, line) in [(1, "a\n"), (1, "b\n"), (2, "c\n"), (4, "d\n"), (5, "e\n")] {
            TODAY.set(day);
            log.write_all(line.as_bytes()).unwrap();
        }
        let expected = files(&[
            ("graphroom.log", "e\n"),
            ("graphroom.log.2024-03-02", "c\n"),
            ("graphroom.log.2024-03-04", "d\n"),
        ]);
        assert_eq!(contents(&directory.path().join("logs")), expected);
    }

    #[test]
    fn a_restart_goes_on_with_the_file_of_the_same_day_and_puts_away_that_of_another() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("log");
        TODAY.set(7);
        open(&path, 1).write_all(b"first\n").unwrap();
        // The seventh of March 2024.
        set_day_of_file(&path, 19_789);
        open(&path, 2).write_all(b"second\n").unwrap();
        assert_eq!(contents(directory.path()), files(&[("log", "first\nsecond\n")]));

        set_day_of_file(&path, 19_789);
        TODAY.set(9);
        open(&path, 2).write_all(b"third\n").unwrap();
        let expected = files(&[("log", "third\n"), ("log.2024-03-07", "first\nsecond\n")]);
        assert_eq!(contents(directory.path()), expected);
    }

    #[test]
    fn nothing_is_deleted_that_only_looks_like_a_day_of_the_log() {
        let directory = tempfile::tempdir().unwrap();
        let kept = ["log-2024-01-01", "log.2024-1-1", "log.2024-01-01.gz", "log.db", "log.sqlite", "other"];
        for name in kept.iter().chain(&["log.2024-01-01", "log.2024-01-02"]) {
            fs::write(directory.path().join(name), "x").unwrap();
        }
        fs::create_dir(directory.path().join("log.2024-01-03")).unwrap();
        TODAY.set(1);
        let _log = open(&directory.path().join("log"), 1);
        let mut expected: Vec<_> = kept.iter().chain(&["log", "log.2024-01-03"]).collect();
        expected.sort();
        assert_eq!(names(directory.path()).iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_clock_that_goes_back_and_forth_costs_no_line() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("log");
        TODAY.set(2);
        let mut log = open(&path, 5);
        for (day, line) in [(2, "a\n"), (1, "b\n"), (3, "c\n")] {
            TODAY.set(day);
            log.write_all(line.as_bytes()).unwrap();
        }
        assert_eq!(contents(directory.path()), files(&[("log", "c\n"), ("log.2024-03-02", "a\nb\n")]));
        // A day that was put away already is not replaced.
        drop(log);
        TODAY.set(2);
        set_day_of_file(&path, 19_784);
        let mut log = open(&path, 5);
        TODAY.set(3);
        log.write_all(b"d\n").unwrap();
        assert_eq!(contents(directory.path()), files(&[("log", "c\nd\n"), ("log.2024-03-02", "a\nb\n")]));
    }

    #[test]
    fn what_is_no_plain_file_is_written_to_and_never_renamed() {
        let directory = tempfile::tempdir().unwrap();
        let target = directory.path().join("target");
        let link = directory.path().join("log");
        fs::write(&target, "").unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        TODAY.set(1);
        let mut log = open(&link, 2);
        for day in 1..4 {
            TODAY.set(day);
            log.write_all(b"x").unwrap();
        }
        assert_eq!(contents(directory.path()), files(&[("log", "xxx"), ("target", "xxx")]));
    }

    #[test]
    fn a_file_that_cannot_be_opened_is_an_error() {
        let directory = tempfile::tempdir().unwrap();
        TODAY.set(1);
        assert!(DailyFile::open_on(directory.path(), 1, today).is_err());
    }
}
