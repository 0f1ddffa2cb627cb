//! The verb *release*: the bytes go back, unchanged, to the end that is popped next.

use egret_core::{Applied, ClaimToken, Release, Result};

use super::Store;
use super::finish::to_applied;
use super::format::Format;
use super::script_reply::list;
use crate::driver::{Call, Script};

static RELEASE: Script = Script::new(concat!(include_str!("scripts/seats.lua"), include_str!("scripts/release.lua")));

impl<F: Format> Store<F> {
    pub(super) async fn release_claims(&self, releases: Vec<Release>) -> Result<Vec<Applied>> {
        let tokens: Vec<ClaimToken> = releases.into_iter().map(|release| release.token).collect();
        let mut applied = Vec::with_capacity(tokens.len());
        for batch in tokens.chunk_by(|one, next| one.service == next.service) {
            applied.extend(self.release_of_one_service(batch).await?);
        }
        Ok(applied)
    }

    async fn release_of_one_service(&self, tokens: &[ClaimToken]) -> Result<Vec<Applied>> {
        let service = tokens[0].service;
        // In the reverse order of the pops, so that the jobs stand as they stood.
        let mut places: Vec<usize> = (0..tokens.len()).filter(|place| tokens[*place].record == 0).collect();
        places.sort_by_key(|place| std::cmp::Reverse(tokens[*place].claim));
        let mut call = Call::new([self.keys.claims(service), self.keys.running(service), self.keys.cancels(service)]);
        call.arg(&self.layout().queue_prefix).arg(self.layout().give_back()).arg(&self.keys.hints);
        for place in &places {
            call.arg(tokens[*place].claim);
        }
        call.arg(self.seats_of(service));
        let answers = list(self.driver.script("release jobs", &RELEASE, &call).await?)?;
        let mut applied = vec![Applied::Stale; tokens.len()];
        for (place, answer) in places.into_iter().zip(answers) {
            applied[place] = to_applied(answer)?;
            self.marks.forget(tokens[place], true);
            self.book.strike(tokens[place]);
        }
        Ok(applied)
    }
}
