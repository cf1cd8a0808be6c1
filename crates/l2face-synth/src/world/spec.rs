//! The settings of a world.

use crate::conditions::Conditions;
use crate::error::{Result, SynthError};
use serde::{Deserialize, Serialize};

/// All settings of a world. Training and evaluation pictures are drawn from the same conditions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WorldSpec {
    /// Number of training people.
    pub train_people: usize,
    /// Training pictures of each.
    pub images_per_person: usize,
    /// Number of evaluation people; a third of them is a split's test part.
    pub eval_people: usize,
    /// Fewest and most stills of an evaluation person.
    pub stills: [usize; 2],
    /// Videos of an evaluation person.
    pub videos: usize,
    /// Frames of a video.
    pub frames: usize,
    /// Splits of the protocol; IJB-A has ten.
    pub splits: usize,
    /// Impostor comparisons of a split (all there are, if there are fewer); with LFW's and YouTube Faces' layouts, those of a fold.
    pub impostors: usize,
    /// Side of a picture in pixels.
    pub canvas: usize,
    /// How far apart people are: the standard deviation of their traits.
    pub spread: f64,
    /// How pictures vary.
    pub conditions: Conditions,
}

impl Default for WorldSpec {
    fn default() -> Self {
        WorldSpec {
            train_people: 400,
            images_per_person: 30,
            eval_people: 240,
            stills: [4, 6],
            videos: 2,
            frames: 4,
            splits: 10,
            impostors: 12_000,
            canvas: 96,
            spread: 1.0,
            conditions: Conditions::default(),
        }
    }
}

impl WorldSpec {
    /// Refuses settings that cannot be rendered or laid out.
    pub(super) fn check(&self) -> Result<()> {
        at_least("train_people", self.train_people, 1)?;
        at_least("images_per_person", self.images_per_person, 1)?;
        at_least("eval_people", self.eval_people, 9)?;
        at_least("stills", self.stills[0], 2)?;
        at_least("videos", self.videos, 2)?;
        at_least("frames", self.frames, 1)?;
        at_least("splits", self.splits, 1)?;
        at_least("impostors", self.impostors, 1)?;
        at_least("canvas", self.canvas, 32)?;
        if self.stills[1] < self.stills[0] {
            return refuse("stills", format!("{:?} has its most below its fewest", self.stills));
        }
        self.check_numbers()
    }

    fn check_numbers(&self) -> Result<()> {
        let c = &self.conditions;
        let shares = [("conditions.bad_share", c.bad_share), ("conditions.cover_share", c.cover_share)];
        for (field, value) in shares {
            if !(0.0..=1.0).contains(&value) {
                return refuse(field, format!("{value} is not a share: use 0 to 1"));
            }
        }
        let strengths = [
            ("spread", self.spread, 2.0),
            ("conditions.severity", c.severity, 3.0),
            ("conditions.grooming", c.grooming, 2.0),
            ("conditions.colour_cast", c.colour_cast, 1.0),
        ];
        for (field, value, most) in strengths {
            if !(0.0..=most).contains(&value) {
                return refuse(field, format!("{value} is out of range: use 0 to {most}"));
            }
        }
        if self.spread == 0.0 {
            return refuse("spread", "0 makes all people the same: use more than 0".to_string());
        }
        Ok(())
    }
}

fn at_least(field: &'static str, value: usize, least: usize) -> Result<()> {
    if value < least {
        return refuse(field, format!("{value} is too small: use {least} or more"));
    }
    Ok(())
}

fn refuse(field: &'static str, problem: String) -> Result<()> {
    Err(SynthError::Spec { field, problem })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(change: impl Fn(&mut WorldSpec)) -> String {
        let mut spec = WorldSpec::default();
        change(&mut spec);
        spec.check().expect_err("refused").to_string()
    }

    #[test]
    fn bad_settings_are_named() {
        assert!(WorldSpec::default().check().is_ok());
        assert!(refused(|s| s.train_people = 0).contains("train_people"));
        assert!(refused(|s| s.canvas = 8).contains("use 32 or more"));
        assert!(refused(|s| s.stills = [5, 4]).contains("stills"));
        assert!(refused(|s| s.videos = 1).contains("videos"));
        assert!(refused(|s| s.spread = f64::NAN).contains("spread"));
        assert!(refused(|s| s.spread = 0.0).contains("the same"));
        assert!(refused(|s| s.conditions.bad_share = 1.5).contains("bad_share"));
        assert!(refused(|s| s.conditions.severity = -1.0).contains("severity"));
    }

    #[test]
    fn unknown_fields_are_refused() {
        let err = serde_json::from_str::<WorldSpec>(r#"{"train_peple": 3}"#).unwrap_err();
        assert!(err.to_string().contains("train_peple"));
        let spec: WorldSpec = serde_json::from_str(r#"{"train_people": 3}"#).unwrap();
        assert_eq!(spec, WorldSpec { train_people: 3, ..WorldSpec::default() });
    }
}
