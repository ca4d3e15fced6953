//! Numbers as people read them. Whole-number arithmetic: formatting floats costs kilobytes of wasm.

/// A count of bytes: `84 KB`, `4.8 MB` (powers of ten, as providers count).
pub fn bytes(count: u64) -> String {
    match count {
        0..1_000 => format!("{count} B"),
        1_000..1_000_000 => format!("{} KB", (count + 500) / 1_000),
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

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn numbers_read_as_people_say_them() {
        assert_eq!(bytes(999), "999 B");
        assert_eq!(bytes(84_400), "84 KB");
        assert_eq!(bytes(4_849_999), "4.8 MB");
        assert_eq!(bytes(12_000_000), "12.0 MB");
        assert_eq!((seconds(0), seconds(8_449)), ("0.0 s".into(), "8.4 s".into()));
        assert_eq!(size((600, 400)), "600 × 400");
    }
}
