//! When to ask again, as the headers that say so write it: the provider's documentation names its
//! header and not its form.

/// A time, or a span from now, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// Since 1970, UTC.
    At(i64),
    In(i64),
}

/// Below this a number is a span in seconds (three years).
const SPAN: i64 = 100_000_000;
/// Below this it counts seconds since 1970 (the year 5138), above it milliseconds.
const SECONDS: i64 = 100_000_000_000;

impl Moment {
    /// Reads seconds from now, seconds or milliseconds since 1970, an ISO 8601 time or an HTTP date.
    /// A time without a zone is UTC.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let number = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        if !number {
            return date(text).map(Self::At);
        }
        let whole = text.bytes().take_while(u8::is_ascii_digit);
        let mut number: i64 = 0;
        let mut digits = 0;
        for digit in whole {
            number = number.checked_mul(10)?.checked_add(i64::from(digit - b'0'))?;
            digits += 1;
        }
        match number {
            _ if digits == 0 => None,
            ..SPAN => Some(Self::In(number * 1000)),
            SPAN..SECONDS => Some(Self::At(number * 1000)),
            SECONDS.. => Some(Self::At(number)),
        }
    }
}

/// `2026-11-25T12:40:00.5+01:00` or `Wed, 25 Nov 2026 12:40:00 GMT`, in milliseconds since 1970.
fn date(text: &str) -> Option<i64> {
    const MONTHS: &[u8; 36] = b"janfebmaraprmayjunjulaugsepoctnovdec";
    // Six numbers of a time, two of a zone. A fraction of a second is passed over.
    let mut numbers = [0_i64; 8];
    let mut count = 0;
    let mut month = None;
    let mut sign = 0;
    let mut bytes = text.bytes().peekable();
    let mut word = [0_u8; 3];
    let mut letters = 0;
    let mut fraction = false;
    while let Some(byte) = bytes.next() {
        if byte.is_ascii_digit() {
            let mut number = i64::from(byte - b'0');
            while let Some(digit) = bytes.next_if(u8::is_ascii_digit) {
                number = (number * 10 + i64::from(digit - b'0')).min(1_000_000);
            }
            if !fraction {
                *numbers.get_mut(count)? = number;
                count += 1;
            }
        }
        fraction = byte == b'.';
        if count == 6 && (byte == b'+' || byte == b'-') {
            sign = if byte == b'+' { 1 } else { -1 };
        }
        letters = if byte.is_ascii_alphabetic() { letters + 1 } else { 0 };
        if (1..=3).contains(&letters) {
            word[letters - 1] = byte.to_ascii_lowercase();
            let named = (letters == 3).then(|| MONTHS.chunks(3).position(|name| name == word));
            month = named.flatten().map(|at| at as i64 + 1).or(month);
        }
    }
    let [a, b, c, d, e, f, zone_hours, zone_minutes] = numbers;
    let (year, month, day, hour, minute, second) = match month {
        Some(month) if count == 5 => (b, month, a, c, d, e),
        None if count >= 6 => (a, b, c, d, e, f),
        _ => return None,
    };
    let fits = (1970..=9999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && second <= 60;
    if !fits {
        return None;
    }
    let zone = sign * (zone_hours * 3600 + zone_minutes * 60);
    let seconds = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - zone;
    Some(seconds * 1000)
}

/// Days from 1970-01-01 to a day of the Gregorian calendar.
fn days(year: i64, month: i64, day: i64) -> i64 {
    // Years begin in March here, so that a leap day is a year's last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year / 4 - year / 100 + year / 400;
    // 1970-01-01 is day 719,468 of this count.
    year * 365 + leap_days + (153 * month + 2) / 5 + day - 1 - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_form_is_read() {
        let noon = Some(Moment::At(1_795_610_400_000));
        for text in [
            "1795610400",
            "1795610400.25",
            "1795610400000",
            "2026-11-25T12:40:00Z",
            "2026-11-25T12:40:00.123456Z",
            "2026-11-25 12:40:00",
            "2026-11-25T12:40:00+00:00",
            "2026-11-25T14:10:00.5+01:30",
            "2026-11-25T07:40:00-05:00",
            "Wed, 25 Nov 2026 12:40:00 GMT",
            " Wed, 25 Nov 2026 12:40:00 GMT ",
        ] {
            assert_eq!(Moment::read(text), noon, "{text}");
        }
        assert_eq!(Moment::read("30"), Some(Moment::In(30_000)));
        assert_eq!(Moment::read("0"), Some(Moment::In(0)));
        assert_eq!(Moment::read("1970-01-01T00:00:00Z"), Some(Moment::At(0)));
        assert_eq!(Moment::read("2024-02-29T00:00:00Z"), Some(Moment::At(1_709_164_800_000)));
        for text in ["", ".", "soon", "-5", "99999999999999999999", "2026-13-01T00:00:00Z", "Nov"] {
            assert_eq!(Moment::read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(text in "[0-9A-Za-z:.,+ -]{0,40}", any in ".*") {
            let _ = (Moment::read(&text), Moment::read(&any));
        }

        #[test]
        fn a_day_follows_a_day(year in 1970_i64..9999, month in 1_i64..12) {
            let length = match month {
                2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
                2 => 28,
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            prop_assert_eq!(days(year, month + 1, 1) - days(year, month, 1), length);
        }
    }
}
