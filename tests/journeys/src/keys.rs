//! Keys by name: `tab`, `ctrl+enter`, `shift+tab`, `a`.

use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::key::Key;

/// Presses all keys of the chord in order, and lets them go in the opposite order.
pub(crate) fn chord(name: &str) -> KeyActions {
    let keys: Vec<char> = name.split('+').map(key).collect();
    let down = keys.iter().map(|&value| KeyAction::Down { value });
    let up = keys.iter().rev().map(|&value| KeyAction::Up { value });
    down.chain(up).fold(KeyActions::new("keyboard".into()), |all, action| all.then(action))
}

/// Types a text, one key after another.
pub(crate) fn typed(text: &str) -> KeyActions {
    let strokes =
        text.chars().flat_map(|value| [KeyAction::Down { value }, KeyAction::Up { value }]);
    strokes.fold(KeyActions::new("keyboard".into()), |all, action| all.then(action))
}

fn key(name: &str) -> char {
    let key = match name.to_ascii_lowercase().as_str() {
        "alt" => Key::Alt,
        "backspace" => Key::Backspace,
        "ctrl" => Key::Control,
        "delete" => Key::Delete,
        "down" => Key::Down,
        "end" => Key::End,
        "enter" => Key::Enter,
        "escape" => Key::Escape,
        "home" => Key::Home,
        "left" => Key::Left,
        "meta" => Key::Meta,
        "pagedown" => Key::PageDown,
        "pageup" => Key::PageUp,
        "right" => Key::Right,
        "shift" => Key::Shift,
        "space" => return ' ',
        "tab" => Key::Tab,
        "up" => Key::Up,
        one if one.chars().count() == 1 => return name.chars().next().unwrap(),
        unknown => panic!("no key is called `{unknown}`"),
    };
    key.into()
}
