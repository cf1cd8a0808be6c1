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
    /// Something is listed twice where it may be once.
    #[error("{at}: {what} {id} is listed a second time, the first is in {first}; correct or remove one of the two")]
    Duplicate {
        /// File, and line where it has one.
        at: String,
        /// What kind of thing.
        what: &'static str,
        /// Its name.
        id: String,
        /// Where it stood before.
        first: String,
    },
    /// An erratum is about no pair of the list.
    #[error("{at}: this pair is not in {}; an errata file belongs to one list, so name the right one or remove the row", list.display())]
    UnknownErratum {
        /// `file:line` of the errata file.
        at: String,
        /// The list of pairs.
        list: PathBuf,
    },
    /// A pair's label disagrees with the people of its templates.
    #[error("{}: the pair {first} {second} has label {label}, but SUBJECT_ID or other pairs say otherwise; use files of one release", path.display())]
    LabelContradicts {
        /// The file of pairs.
        path: PathBuf,
        /// Template id.
        first: u64,
        /// Template id.
        second: u64,
        /// What the file says.
        label: u8,
    },
    /// A pooling needs what was not given.
    #[error("pooling {pooling} needs {what}")]
    PoolingNeeds {
        /// The pooling's name.
        pooling: String,
        /// What is missing and how to give it.
        what: String,
    },
    /// A face has a plain vector or a mirrored one, but not both.
    #[error("face {face} has a vector of the plain image or of the mirrored one, but not both; embed both or neither")]
    OneSided {
        /// Index of the face.
        face: usize,
    },
    /// A pooling's name is not understood.
    #[error("{text:?}: {problem}; a pooling reads frames=unit|raw,det=off|on,flip=none|sum|concat,pool=media|flat|quality or quality:LAMBDA")]
    PoolingName {
        /// What was given.
        text: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A path is empty, absolute or climbs out of the folder.
    #[error("{at}: {column} is {file:?}, expected a relative path that stays inside the folder, such as img/1.jpg")]
    BadPath {
        /// `file:line`.
        at: String,
        /// The column.
        column: String,
        /// What stands there.
        file: String,
    },
    /// Images named by the protocol are not on disk.
    #[error("{count} of {total} images are absent under {}, the first: {first}; {advice}", root.display())]
    MissingImages {
        /// How many.
        count: usize,
        /// Of how many.
        total: usize,
        /// A few of them, each with the `file:line` that names it.
        first: String,
        /// Where they were looked for.
        root: PathBuf,
        /// What to do.
        advice: &'static str,
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
    #[error("embeddings are for {got} faces, the protocol has {expected}; embed exactly its `faces`, in order")]
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
    /// Vectors to be searched are not rows of one length, or hold NaN or infinities.
    #[error("{what}: {problem}")]
    BadMatrix {
        /// Which of the two sides.
        what: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// TPE cannot be trained on a split.
    #[error("split {split}, training part of {what}: {source}")]
    Tpe {
        /// The split, from 1.
        split: usize,
        /// 1:1 or 1:N.
        what: &'static str,
        /// Why.
        source: crate::TpeError,
    },
    /// TPE would be trained on somebody who is tested.
    #[error(
        "split {split}, {what}: subject {subject} is in train_{split}.csv and among the tested; TPE needs them apart, as IJB-A is \
        released: correct the files, or evaluate without TPE"
    )]
    TrainedAndTested {
        /// The split, from 1.
        split: usize,
        /// 1:1 or 1:N.
        what: &'static str,
        /// SUBJECT_ID.
        subject: u64,
    },
    /// The old 1:N script of InsightFace needs one mate for every probe.
    #[error(
        "probe template {template} has {mates} mates in the two galleries together; legacy-insightface-1n is defined for one mate each, \
        as in the whole release: leave it out"
    )]
    NotOneMate {
        /// The probe's template id.
        template: u64,
        /// Gallery templates of its person.
        mates: usize,
    },
    /// A rate that this protocol cannot give.
    #[error("{part}: {source}")]
    Rate {
        /// Which part of the protocol.
        part: String,
        /// Why.
        source: l2face_metrics::MetricsError,
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
