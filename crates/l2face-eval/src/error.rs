use std::path::PathBuf;

/// What can be wrong with a protocol folder, a landmark file or embeddings. `at` is always `file:line`.
#[derive(Debug, thiserror::Error)]
pub enum EvalError {
    /// A file or folder of the protocol is not there.
    #[error("{} is missing: {advice}", path.display())]
    Missing {
        /// What was looked for.
        path: PathBuf,
        /// What to do.
        advice: String,
    },
    /// A file is there but cannot be read.
    #[error("{} cannot be read: {source}; check its permissions and the disk", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A row is not CSV as expected: wrong number of fields, or not UTF-8.
    #[error("{at}: {problem}; fix that row or fetch the file again")]
    BadRow {
        /// `file:line`.
        at: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A column that is needed is not in the header.
    #[error(
        "{at}: column {column} is missing, the header has: {found}; columns are found by name, so add or rename it"
    )]
    MissingColumn {
        /// `file:line` of the header.
        at: String,
        /// Its name.
        column: String,
        /// What the header has.
        found: String,
    },
    /// A file without rows.
    #[error("{} has no rows; fetch the file again", path.display())]
    EmptyFile {
        /// The file.
        path: PathBuf,
    },
    /// A field that should hold a number does not.
    #[error("{at}: {column} is {value:?}, expected {expected}; correct that field")]
    BadNumber {
        /// `file:line`.
        at: String,
        /// The column.
        column: String,
        /// What stands there.
        value: String,
        /// What should.
        expected: &'static str,
    },
    /// A comparison names a template that the metadata lacks.
    #[error("{at}: template {template} is not in {}; both files must come from the same split of the same release", metadata.display())]
    UnknownTemplate {
        /// `file:line`.
        at: String,
        /// The template's id.
        template: u64,
        /// Where the templates are listed.
        metadata: PathBuf,
    },
    /// One template's rows name two people.
    #[error(
        "{at}: template {template} belongs to subject {second} here but to subject {first} before; correct SUBJECT_ID"
    )]
    TwoSubjects {
        /// `file:line`.
        at: String,
        /// The template's id.
        template: u64,
        /// The subject of its first row.
        first: u64,
        /// The subject of this row.
        second: u64,
    },
    /// FILE is empty, absolute or climbs out of the folder.
    #[error("{at}: FILE is {file:?}, expected a relative path that stays inside the folder, such as img/1.jpg")]
    BadPath {
        /// `file:line`.
        at: String,
        /// What stands there.
        file: String,
    },
    /// Images named by the protocol are not on disk.
    #[error("{count} of {total} images are absent under {}, the first: {first}; copy the release's img/ and frame/ (or frames/) folders there", root.display())]
    MissingImages {
        /// How many.
        count: usize,
        /// Of how many.
        total: usize,
        /// A few of them, each with the `file:line` that names it.
        first: String,
        /// The protocol folder.
        root: PathBuf,
    },
    /// A verification `.bin` file is not one.
    #[error("{}: {problem}", path.display())]
    BadBin {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// The embeddings do not belong to these faces.
    #[error("embeddings are for {got} faces, the protocol has {expected}; embed exactly `IjbA::faces`, in order")]
    WrongCount {
        /// Rows given.
        got: usize,
        /// Faces of the protocol.
        expected: usize,
    },
    /// A row of the wrong length.
    #[error("the embedding of face {face} has {got} numbers, expected {expected}")]
    WrongDim {
        /// Index of the face.
        face: usize,
        /// Numbers given.
        got: usize,
        /// Numbers wanted.
        expected: usize,
    },
    /// An embedding holds NaN or an infinity.
    #[error("the embedding of face {face} is not finite: the model diverged, or its weights are damaged")]
    NotFinite {
        /// Index of the face.
        face: usize,
    },
    /// A rate that this split cannot give.
    #[error("split {split}, {what}: {source}")]
    Metrics {
        /// The split, from 1.
        split: usize,
        /// 1:1 or 1:N.
        what: &'static str,
        /// Why.
        source: l2face_metrics::MetricsError,
    },
}
