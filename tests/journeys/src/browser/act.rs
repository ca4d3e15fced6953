//! What a person does with mouse, keys and files.

use super::Browser;
use crate::keys;
use serde_json::json;
use std::path::{Path, PathBuf};

impl Browser {
    /// Clicks the first match once it can be clicked: there, still, and nothing above it. It is
    /// scrolled to as the page has it, so that what the page keeps in view is not above it.
    pub async fn click(&self, css: &str) {
        let scroll = "arguments[0].scrollIntoView({ block: 'nearest', behavior: 'instant' })";
        self.until(&format!("`{css}` can be clicked"), || async {
            let element = self.all(css).await.into_iter().next()?;
            let id = serde_json::to_value(&element).ok()?;
            self.client.execute(scroll, vec![id]).await.ok()?;
            element.click().await.ok()
        })
        .await;
    }

    /// Types after what is there already.
    pub async fn type_into(&self, css: &str, text: &str) {
        self.until(&format!("`{css}` takes text"), || async {
            self.all(css).await.first()?.send_keys(text).await.ok()
        })
        .await;
    }

    /// Empties a field, then types.
    pub async fn fill(&self, css: &str, text: &str) {
        self.until(&format!("`{css}` can be emptied"), || async {
            self.all(css).await.first()?.clear().await.ok()
        })
        .await;
        self.type_into(css, text).await;
    }

    /// Presses keys at once, at whatever has the focus: `tab`, `shift+tab`, `ctrl+enter`.
    pub async fn press(&self, chord: &str) {
        let pressed = self.client.perform_actions(keys::chord(chord)).await;
        pressed.unwrap_or_else(|error| panic!("cannot press {chord}: {error}"));
    }

    /// Types at whatever has the focus, over what is marked there.
    pub async fn type_here(&self, text: &str) {
        let typed = self.client.perform_actions(keys::typed(text)).await;
        typed.unwrap_or_else(|error| panic!("cannot type {text}: {error}"));
    }

    /// Picks files in an `<input type=file>`, hidden or not.
    pub async fn pick_files(&self, css: &str, files: &[PathBuf]) {
        let paths: Vec<_> = files.iter().map(|file| absolute(file)).collect();
        let picked = self.find(css).await.send_keys(&paths.join("\n")).await;
        picked.unwrap_or_else(|error| panic!("`{css}` takes no files: {error}"));
    }

    /// Drags real files over the first match and lets them go there.
    pub async fn drop_files(&self, css: &str, files: &[PathBuf]) {
        self.drag_files(css, files, &["dragEnter", "dragOver", "drop"]).await;
    }

    /// Drags real files over the first match and holds them there, to see how it looks.
    pub async fn hold_files_over(&self, css: &str, files: &[PathBuf]) {
        self.drag_files(css, files, &["dragEnter", "dragOver"]).await;
    }

    async fn drag_files(&self, css: &str, files: &[PathBuf], events: &[&str]) {
        let paths: Vec<_> = files.iter().map(|file| absolute(file)).collect();
        let (x, y) = self.middle_of(css).await;
        for event in events {
            let parameters = json!({
                "type": event, "x": x, "y": y,
                // 1: a copy, as from a file manager.
                "data": { "items": [], "files": paths, "dragOperationsMask": 1 },
            });
            self.cdp("Input.dispatchDragEvent", parameters).await;
        }
    }

    /// Where to point at the first match, in CSS pixels of the viewport, after scrolling it there.
    pub async fn middle_of(&self, css: &str) -> (f64, f64) {
        let element = self.shown(css).await;
        let script = "
            arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' });
            const box = arguments[0].getBoundingClientRect();
            return [box.x + box.width / 2, box.y + box.height / 2];";
        let element = serde_json::to_value(&element).expect("an element's id");
        let point = self.run(script, vec![element]).await;
        (point[0].as_f64().expect("x"), point[1].as_f64().expect("y"))
    }
}

fn absolute(file: &Path) -> String {
    let path = file.canonicalize();
    let path = path.unwrap_or_else(|error| panic!("no file {}: {error}", file.display()));
    path.display().to_string()
}
