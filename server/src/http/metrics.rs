//! Counters for Prometheus: paths, statuses, outcomes and codes; never a person.

use lifecert_protocol::{ErrorCode, Verdict};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use std::time::Duration;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    path: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Path {
    path: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Decided {
    purpose: &'static str,
    outcome: &'static str,
    code: &'static str,
}

type Histograms = Family<Path, Histogram, fn() -> Histogram>;

/// The server's counters.
pub struct Metrics {
    registry: Registry,
    requests: Family<Answered, Counter>,
    seconds: Histograms,
    decisions: Family<Decided, Counter>,
}

impl Metrics {
    /// The media type of [`Metrics::text`].
    pub const MEDIA_TYPE: &'static str =
        "application/openmetrics-text; version=1.0.0; charset=utf-8";

    /// All at zero.
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("lifecert");
        let requests = Family::default();
        let decisions = Family::default();
        let seconds: Histograms = Family::new_with_constructor(histogram);
        registry.register("requests", "Requests answered", requests.clone());
        registry.register("request_seconds", "Time to answer", seconds.clone());
        registry.register(
            "decisions",
            "Claims and bindings decided",
            decisions.clone(),
        );
        Self {
            registry,
            requests,
            seconds,
            decisions,
        }
    }

    /// Counts an answered request.
    pub fn answered(&self, path: &str, status: u16, elapsed: Duration) {
        let path = path.to_owned();
        self.seconds
            .get_or_create(&Path { path: path.clone() })
            .observe(elapsed.as_secs_f64());
        self.requests
            .get_or_create(&Answered { path, status })
            .inc();
    }

    /// Counts a decision.
    pub fn decided(&self, purpose: &'static str, (outcome, code): (Verdict, Option<ErrorCode>)) {
        let labels = Decided {
            purpose,
            outcome: outcome.as_str(),
            code: code.map_or("", ErrorCode::as_str),
        };
        self.decisions.get_or_create(&labels).inc();
    }

    /// All of them in OpenMetrics text.
    ///
    /// # Errors
    /// Never in practice: writing to a string.
    pub fn text(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

fn histogram() -> Histogram {
    Histogram::new([0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 20.0])
}
