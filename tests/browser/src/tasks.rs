//! Tasks in every state.

use egret_core::{
    Applied, BeginTask, CloseTask, LogSource, TaskBegun, TaskEnding, TaskNote, TaskNoted, TaskOwner, TaskStage,
    TaskToken,
};

use crate::hostile;
use crate::pond::Pond;

/// Begins and ends some.
pub(crate) async fn tell(pond: &Pond) {
    close(pond, "cms:import_files", 1_204, 1_204, TaskEnding::Completed).await;
    close(pond, "gws:notice_deletion", 17, 400, TaskEnding::Failed).await;
    close(pond, "cms:generate_nodes", 812, 3_000, TaskEnding::Interrupted).await;
    close(pond, hostile::SCRIPT, 1, 0, TaskEnding::Failed).await;
    close(pond, &hostile::all().concat(), 1, 2, TaskEnding::Completed).await;
    let token = begin(pond, "cms:generate_pages").await;
    note(pond, token, 4_310, 12_000).await;
}

async fn close(pond: &Pond, name: &str, current: u64, total: u64, ending: TaskEnding) {
    let token = begin(pond, name).await;
    let note = counted(pond, token, current, total);
    let answer = pond.backend().close_task(CloseTask { note, ending }).await.unwrap();
    assert_eq!(answer, Applied::Done);
}

async fn begin(pond: &Pond, name: &str) -> TaskToken {
    let begin =
        BeginTask { name: name.to_owned(), stage: TaskStage::Running, owner: TaskOwner::Process, user_limit: None };
    match pond.backend().begin_task(begin).await.unwrap() {
        TaskBegun::Held(hold) => hold.token,
        TaskBegun::Refused(refusal) => panic!("{refusal}"),
    }
}

async fn note(pond: &Pond, token: TaskToken, current: u64, total: u64) {
    let noted = pond.backend().note_task(counted(pond, token, current, total)).await.unwrap();
    assert_eq!(noted, TaskNoted::GoOn);
}

fn counted(pond: &Pond, token: TaskToken, current: u64, total: u64) -> TaskNote {
    let texts = ["begins".to_owned(), format!("{current} of {total}")].into_iter().chain(hostile::all());
    let log_lines = texts.map(|text| pond.line(LogSource::Info, text)).collect();
    TaskNote { current_count: current, total_count: total, log_lines, ..TaskNote::new(token) }
}
