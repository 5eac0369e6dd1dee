//! A clerk's day as the app walks it: pages, presses and a camera's frames, against a real office.

use super::clerk_day::Morning;
use lifecert_bindings::app::App;
use lifecert_bindings::frame::PixelFormat;
use lifecert_bindings::models::Models;
use lifecert_bindings::phone::{Phone, PhoneSettings, new_storage_key};
use lifecert_bindings::vocabulary::Sight;
use lifecert_client::wall_clock_ms;
use lifecert_media::VideoReader;
use lifecert_tests::office::{models, text};
use lifecert_tests::phone::{clip, full_range};
use lifecert_tests::staff::{PASSWORD, code};
use std::sync::Arc;
use tempfile::TempDir;

/// A clerk with the app in their hand.
struct Clerk {
    app: Arc<App>,
    /// How often they pressed something.
    presses: u32,
    /// The camera's clock, and what it sees.
    at_ms: u64,
    video: VideoReader,
    _folder: TempDir,
}

impl Clerk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = PhoneSettings {
            folder: text(&folder.path().join("phone")),
            app_version: "clerk".to_owned(),
            authorities_pem: None,
            pins: Vec::new(),
            tries: 1,
            timeout_s: 20,
        };
        let models = Models::open(text(&models()), None).unwrap();
        let phone = Phone::open(settings, new_storage_key(), None, models.clone()).unwrap();
        let preferences = r#"{"language":"zh-Hans"}"#.to_owned();
        let app = App::open(phone, models, None, Some(preferences));
        let zone = "Asia/Shanghai".to_owned();
        app.clock(wall_clock_ms(), zone, 28_800);
        Self {
            app,
            presses: 0,
            at_ms: 0,
            video: VideoReader::open(&clip("franck.mp4")).unwrap(),
            _folder: folder,
        }
    }

    /// Presses what has a label, and waits for what comes of it.
    async fn press(&mut self, label: &str) {
        self.enter(label, "").await;
    }

    async fn enter(&mut self, label: &str, entered: &str) {
        let page = self.app.page();
        let at = page.buttons.iter().position(|one| one.label == label);
        let at = at.unwrap_or_else(|| panic!("no {label} on {}", page.screen));
        let at = u32::try_from(at).unwrap();
        self.app
            .press(page.number, at, entered.to_owned(), self.at_ms);
        self.presses += 1;
        while self.app.has_work() {
            self.app.work().await;
        }
    }

    /// Holds the camera there until the page changes to another screen.
    fn look(&mut self, sight: Sight) {
        let screen = self.app.page().screen;
        while self.app.page().screen == screen {
            assert_eq!(self.app.page().camera.unwrap().sight, sight);
            let shown = self.video.next_frame().unwrap().expect("a frame");
            let (width, height) = (shown.raw.width as u32, shown.raw.height as u32);
            self.at_ms = shown.at_ms;
            let pixels = full_range(&shown.raw);
            let format = PixelFormat::I420;
            let pushed = self
                .app
                .push_frame(&pixels, width, height, width, format, 0, false, self.at_ms);
            pushed.unwrap();
        }
    }

    fn sees(&self, screen: &str) {
        assert_eq!(self.app.page().screen, screen);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visit_from_the_list_to_the_office_in_the_clerks_hand() {
    let mut morning = Morning::begin().await;
    let mut clerk = Clerk::new();
    clerk.press("at_office").await;
    let address = morning.office.url().to_owned();
    clerk.enter("next", &address).await;
    clerk.enter("next", "clerk").await;
    clerk.enter("next", PASSWORD).await;
    let second_factor = code(&morning.clerk, wall_clock_ms());
    clerk.enter("sign_in", &second_factor).await;
    clerk.sees("staff_pin_new");
    clerk.enter("next", "135790").await;
    clerk.sees("visits");
    assert!(clerk.app.page().sensitive);
    morning.office.kill();

    // At the bedside, without a network. In between another app comes to the front.
    let (began, looked_from_ms) = (clerk.presses, 40_000);
    while clerk.at_ms < looked_from_ms {
        clerk.at_ms = clerk.video.next_frame().unwrap().unwrap().at_ms;
    }
    clerk.app.pause();
    clerk.app.resume();
    clerk.sees("staff_pin");
    clerk.enter("next", "135790").await;
    clerk.press("unnamed").await;
    assert!(clerk.app.page().title.contains("王福生"));
    clerk.press("model_face").await;
    clerk.look(Sight::Model);
    let looked_ms = clerk.at_ms - looked_from_ms;
    clerk.press("photograph_form").await;
    clerk.press("take_picture").await;
    clerk.look(Sight::Paper);
    clerk.press("seal_visit").await;
    clerk.sees("visit_sealed");
    println!(
        "a visit in the clerk's hand: {} presses, {looked_ms} ms of looking",
        clerk.presses - began
    );
    assert!(
        looked_ms < 60_000,
        "under three minutes of the clerk's hands"
    );

    clerk.press("next").await;
    clerk.press("send_visits").await;
    clerk.sees("visits_sent");
    assert!(!clerk.app.page().lines.is_empty(), "it waits on");
    clerk.press("done").await;

    // Another app comes to the front while it is sent: the list is closed, and stays closed.
    let page = clerk.app.page();
    let send = page
        .buttons
        .iter()
        .position(|one| one.label == "send_visits");
    let send = u32::try_from(send.unwrap()).unwrap();
    clerk
        .app
        .press(page.number, send, String::new(), clerk.at_ms);
    let mut sending = Box::pin(clerk.app.work());
    std::future::poll_fn(|context| {
        assert!(sending.as_mut().poll(context).is_pending());
        std::task::Poll::Ready(())
    })
    .await;
    clerk.app.pause();
    sending.await;
    clerk.sees("visits_sent");
    clerk.press("done").await;
    clerk.sees("staff_pin");
    clerk.enter("next", "135790").await;
    morning.office.start_where_it_was();
    clerk.press("send_visits").await;
    clerk.sees("visits_sent");
    assert!(clerk.app.page().lines.is_empty(), "nothing waits");
    morning.second_person_agrees().await;
}
