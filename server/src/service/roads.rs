//! Roads without the face: a person asks for one, somebody at the office walks it with them, and
//! two members of staff who say so are evidence of life like a look.

use super::Service;
use crate::error::ServiceError;
use crate::run_tx;
use crate::store::{Db, EvidenceRow, ProposalRow, TaskRow};
use lifecert_protocol::http::RoadAnswer;
use lifecert_protocol::{Assurance, ErrorCode, PersonRef, Road};

/// What the kind of a road's task begins with.
const ROAD: &str = "road-";

impl Service {
    /// Asks the office for a road; the same once more gives what was given, another one takes the
    /// place of those before.
    pub(super) async fn other_road(
        &self,
        person: PersonRef,
        road: Road,
    ) -> Result<RoadAnswer, ServiceError> {
        let now_ms = self.clock.now_ms();
        run_tx!(self.store, "other_road", |db| {
            let tasks = db.tasks_of(person).await?;
            if let Some(open) = open_road(&tasks).filter(|open| open.road == road) {
                return Ok(open);
            }
            close_roads(db, &tasks, now_ms).await?;
            let source = lifecert_protocol::Nonce::random().to_string();
            let task = (kind_of(road), None::<ErrorCode>);
            db.add_task(person, (&task.0, task.1), &source, now_ms)
                .await?;
            Ok(RoadAnswer {
                road,
                asked_at_ms: now_ms,
            })
        })
    }

    /// Puts on record that a person was seen on a road: said by the one who proposed it, believed
    /// by the other. Nothing is left to be asked for, so that the person's other roads close too.
    pub(super) async fn walked(
        &self,
        db: &mut Db,
        (person, road): (PersonRef, Road),
        (row, now_ms): (&ProposalRow, u64),
    ) -> Result<(), ServiceError> {
        let (modality, channel) = road.evidence();
        // Who was visited was seen then, and not when the visit was sent in.
        let visited_at_ms = match (road, row.task()) {
            (Road::Visit, Some((_, source))) => db.visited_at_ms(source).await?,
            _ => None,
        };
        let seen_at_ms = row
            .proposed_at_ms
            .min(visited_at_ms.unwrap_or(row.proposed_at_ms));
        let evidence = EvidenceRow {
            modality,
            channel,
            assurance: Assurance::None,
            proved_from_ms: seen_at_ms,
            proved_to_ms: seen_at_ms,
            source: row.proposal_id.clone(),
        };
        let performing = self.store.agency().as_str();
        db.add_evidence(person, &evidence, (performing, now_ms))
            .await?;
        let tasks = db.tasks_of(person).await?;
        close_roads(db, &tasks, now_ms).await
    }
}

/// The kind of the task for a road.
pub(super) fn kind_of(road: Road) -> String {
    format!("{ROAD}{road}")
}

/// The road that a task is for.
pub(super) fn road_of(kind: &str) -> Option<Road> {
    kind.strip_prefix(ROAD)?.parse().ok()
}

/// The road among a person's open tasks.
pub(super) fn open_road(tasks: &[TaskRow]) -> Option<RoadAnswer> {
    let mut roads = tasks.iter().filter_map(|task| {
        Some(RoadAnswer {
            road: road_of(&task.kind)?,
            asked_at_ms: task.created_at_ms,
        })
    });
    roads.next_back()
}

async fn close_roads(db: &mut Db, tasks: &[TaskRow], now_ms: u64) -> Result<(), ServiceError> {
    for task in tasks.iter().filter(|task| road_of(&task.kind).is_some()) {
        db.close_task(&task.kind, &task.source, now_ms).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_road_has_its_task_and_no_other_task_is_a_road() {
        for road in Road::ALL {
            assert_eq!(road_of(&kind_of(*road)), Some(*road));
        }
        for kind in ["review-claim", "helper-recheck", "road-", "road-moon"] {
            assert_eq!(road_of(kind), None);
        }
    }
}
