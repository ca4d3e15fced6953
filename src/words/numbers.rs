//! Numbers as people read them. Whole-number arithmetic: formatting floats costs kilobytes of wasm.

/// A count of bytes: `84 KB`, `4.8 MB` (powers of ten, as providers count).
pub fn bytes(count: u64) -> String {
    match count {
        ..1_000 => format!("{count} B"),
        ..1_000_000 => format!("{} KB", (count + 500) / 1_000),
        _ => {
            let tenths = (count + 50_000) / 100_000;
            format!("{}.{} MB", tenths / 10, tenths % 10)
        }
    }
}

/// A time in milliseconds as seconds: `8.4 s`.
pub fn seconds(milliseconds: u32) -> String {
    let tenths = (milliseconds + 50) / 100;
    format!("{}.{} s", tenths / 10, tenths % 10)
}

/// Width and height in pixels: `600 × 400`.
pub fn size((width, height): (u32, u32)) -> String {
    format!("{width} × {height}")
}
