//! Names to numbers.

use std::collections::HashMap;
use std::path::{Component, Path};

use crate::protocol::{Face, TemplateSpec};

/// Whether a name is one plain step of a path, so that no list can lead out of its folder.
pub(crate) fn is_plain_name(name: &str) -> bool {
    let mut parts = Path::new(name).components();
    matches!((parts.next(), parts.next()), (Some(Component::Normal(n)), None) if n == name)
        && !name.contains(['\\', '\0'])
}

/// Templates, their faces and their people in order of first mention.
#[derive(Default)]
pub(crate) struct FaceList {
    pub faces: Vec<Face>,
    pub templates: Vec<TemplateSpec>,
    people: HashMap<String, u64>,
    index: HashMap<(u64, u32), u32>,
}

impl FaceList {
    /// The template of a person's `number`-th photograph or video; `faces` is asked for its faces at the first mention.
    pub fn template<E>(
        &mut self,
        name: &str,
        number: u32,
        faces: impl FnOnce() -> Result<Vec<Face>, E>,
    ) -> Result<u32, E> {
        let next = self.people.len() as u64;
        let subject = match self.people.get(name) {
            Some(&known) => known,
            None => *self.people.entry(name.to_owned()).or_insert(next),
        };
        if let Some(&known) = self.index.get(&(subject, number)) {
            return Ok(known);
        }
        let (id, first) = (self.templates.len(), self.faces.len() as u32);
        self.faces.extend(faces()?);
        let medium: Vec<u32> = (first..self.faces.len() as u32).collect();
        self.templates.push(TemplateSpec { id: id as u64, subject, media: vec![medium] });
        self.index.insert((subject, number), id as u32);
        Ok(id as u32)
    }

    pub fn people(&self) -> usize {
        self.people.len()
    }

    /// The names, in order of first mention.
    pub fn names(&self) -> Vec<String> {
        let mut names = vec![String::new(); self.people.len()];
        self.people.iter().for_each(|(name, &subject)| names[subject as usize].clone_from(name));
        names
    }
}
