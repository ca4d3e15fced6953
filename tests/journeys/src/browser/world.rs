//! The world around the page: its window, the system's settings, the network.

use super::Browser;
use crate::kind::Kind;
use crate::surroundings::Surroundings;
use crate::wire::Cdp;
use serde_json::{Value, json};

impl Browser {
    pub async fn surroundings(&self, wanted: Surroundings) {
        self.cdp("Emulation.setEmulatedMedia", wanted.parameters()).await;
    }

    /// What the page sees as its window, in CSS pixels; elsewhere than in Chromium about that, as
    /// a window's frame counts.
    pub async fn viewport(&self, width: u32, height: u32) {
        if self.kind != Kind::Chromium {
            let sized = self.client.set_window_rect(0, 0, width, height).await;
            return sized.expect("the window takes a size");
        }
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.cdp("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// Lets pages read and write the clipboard without asking.
    pub async fn allow_clipboard(&self) {
        let wanted = json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"] });
        self.cdp("Browser.grantPermissions", wanted).await;
    }

    /// Cuts the network off, or restores it.
    pub async fn offline(&self, offline: bool) {
        self.cdp("Network.enable", json!({})).await;
        let conditions = json!({
            "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1,
        });
        self.cdp("Network.emulateNetworkConditions", conditions).await;
    }

    /// A command of Chromium's own protocol, and its answer.
    pub async fn cdp(&self, command: &'static str, parameters: Value) -> Value {
        let answer = self.client.issue_cmd(Cdp { command, parameters }).await;
        answer.unwrap_or_else(|error| panic!("{command} failed: {error}"))
    }
}
