//! Corrections of a mask as JavaScript writes them: little-endian floats, one after the other.
//!
//! | first | then |
//! |---|---|
//! | 0 | a stroke: 1 to keep or 0 to remove, radius, how many points, and two shares for each |
//! | 1 | how far the edge grows |
//! | 2 | how far it is feathered |
//! | 3 | nothing: the largest part is kept |

use backdrop_engine::{Edit, Stroke};

/// The corrections; none if the bytes are no such list.
pub fn read(bytes: &[u8]) -> Option<Vec<Edit>> {
    let (mut floats, []) = bytes.as_chunks::<4>() else {
        return None;
    };
    let mut edits = Vec::new();
    while !floats.is_empty() {
        edits.push(match next(&mut floats)? as i32 {
            0 => {
                let keep = next(&mut floats)? != 0.0;
                let radius = next(&mut floats)?;
                let count = next(&mut floats)? as usize;
                // As many as are there: nothing is allocated for what is only claimed.
                let mut points = Vec::new();
                while points.len() < count {
                    points.push([next(&mut floats)?, next(&mut floats)?]);
                }
                Edit::Stroke(Stroke { keep, radius, points })
            }
            1 => Edit::Grow(next(&mut floats)?),
            2 => Edit::Feather(next(&mut floats)?),
            3 => Edit::KeepLargest,
            _ => return None,
        });
    }
    Some(edits)
}

fn next(floats: &mut &[[u8; 4]]) -> Option<f32> {
    let (first, rest) = floats.split_first()?;
    *floats = rest;
    Some(f32::from_le_bytes(*first))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bytes(floats: &[f32]) -> Vec<u8> {
        floats.iter().flat_map(|float| float.to_le_bytes()).collect()
    }

    #[test]
    fn a_list_is_read() {
        let list = bytes(&[0., 1., 0.1, 2., 0.2, 0.3, 0.4, 0.5, 1., -0.01, 2., 0.02, 3.]);
        let stroke = Stroke { keep: true, radius: 0.1, points: vec![[0.2, 0.3], [0.4, 0.5]] };
        let wanted =
            [Edit::Stroke(stroke), Edit::Grow(-0.01), Edit::Feather(0.02), Edit::KeepLargest];
        assert_eq!(read(&list).unwrap(), wanted);
        assert_eq!(read(&[]), Some(Vec::new()));
        for end in 1..list.len() {
            let cut = read(&list[..end]);
            assert!(cut.is_none() || [32, 40, 48].contains(&end), "{end}");
        }
        assert_eq!(read(&bytes(&[0., 1., 0.1, 1e30])), None);
        assert_eq!(read(&bytes(&[7.])), None);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            let _ = read(&bytes);
        }
    }
}
