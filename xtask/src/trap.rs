//! Takes out of a module what a panic says: nobody hears it there, as the standard library writes it to
//! where browsers have nothing, and the trap that follows is all that the page learns. The standard
//! library says it through the formatter, which comes compiled and cannot be left out by a feature.
//! With it goes where each panic is in the source: a path, a line and a column.

use anyhow::{Context as _, Result, bail};
use std::ops::Range;

/// What the names of functions that only end in a panic have in them (mangled, Rust 1.95).
const ENDS: [&str; 8] = [
    "9panicking",
    "rust_begin_unwind",
    "slice_index_fail",
    "len_mismatch_fail",
    "unwrap_failed",
    "expect_failed",
    "capacity_overflow",
    "handle_error",
];

/// What the standard library's panics say (Rust 1.95): pieces of sentences around numbers.
const SAID: [&str; 13] = [
    "slice index starts at ",
    " but ends at ",
    "index out of bounds: the len is ",
    " but the index is ",
    "range start index ",
    "range end index ",
    " out of range for slice of length ",
    "copy_from_slice: source slice length (",
    ") does not match destination slice length (",
    "removal index (is ",
    "swap_remove index (is ",
    ") should be < len (is ",
    "capacity overflow",
];

/// A function without locals that traps: its length, no locals, `unreachable`, `end`.
const TRAP: [u8; 4] = [3, 0, 0, 0x0B];

/// The module with a trap in place of each such function, and zeros in place of where panics are. What
/// only they used, an optimiser removes, and it stores no zeros.
///
/// # Errors
/// For what is no module with a name section, and if too little was found: then the standard library
/// has other names.
pub fn instead_of_panics(module: &[u8]) -> Result<Vec<u8>> {
    let sections = sections(module)?;
    let imported = imported(module, &sections)?;
    let ends = names(module, &sections)?;
    let mut made = module.get(..8).context("the module has no head")?.to_vec();
    let mut found = 0;
    for section in &sections {
        let content = &module[section.content.clone()];
        if section.id == 11 {
            write(&mut made, 11, &without_places(content)?);
            continue;
        }
        if section.id != 10 {
            write(&mut made, section.id, content);
            continue;
        }
        let mut reader = Reader { bytes: content, at: 0 };
        let count = reader.number()?;
        let mut code = content[..reader.at].to_vec();
        for function in imported..imported + count {
            let from = reader.at;
            let length = reader.number()?;
            reader.take(length)?;
            if ends.contains(&function) {
                code.extend(TRAP);
                found += 1;
            } else {
                code.extend(&content[from..reader.at]);
            }
        }
        write(&mut made, 10, &code);
    }
    if found < ENDS.len() {
        bail!("only {found} functions end in a panic: has the standard library other names now?");
    }
    Ok(made)
}

struct Section {
    id: u8,
    content: Range<usize>,
}

fn sections(module: &[u8]) -> Result<Vec<Section>> {
    let mut reader = Reader { bytes: module, at: 8 };
    let mut sections = Vec::new();
    while reader.at < module.len() {
        let id = reader.byte()?;
        let length = reader.number()?;
        let from = reader.at;
        reader.take(length)?;
        sections.push(Section { id, content: from..reader.at });
    }
    Ok(sections)
}

/// How many functions it imports, which are counted before its own.
fn imported(module: &[u8], sections: &[Section]) -> Result<usize> {
    let mut functions = 0;
    for section in sections.iter().filter(|section| section.id == 2) {
        let mut reader = Reader { bytes: &module[section.content.clone()], at: 0 };
        for _ in 0..reader.number()? {
            reader.text()?;
            reader.text()?;
            match reader.byte()? {
                0 => {
                    reader.number()?;
                    functions += 1;
                }
                kind @ (1 | 2) => {
                    // A table says of what kind it is.
                    if kind == 1 {
                        reader.byte()?;
                    }
                    let bounded = reader.byte()? & 1 == 1;
                    reader.number()?;
                    if bounded {
                        reader.number()?;
                    }
                }
                3 => drop(reader.take(2)?),
                kind => bail!("the module imports something of kind {kind}"),
            }
        }
    }
    Ok(functions)
}

/// The numbers of the functions to be replaced, by the name section.
fn names(module: &[u8], sections: &[Section]) -> Result<Vec<usize>> {
    let mut ends = Vec::new();
    for section in sections.iter().filter(|section| section.id == 0) {
        let mut reader = Reader { bytes: &module[section.content.clone()], at: 0 };
        if reader.text()? != b"name" {
            continue;
        }
        while reader.at < reader.bytes.len() {
            let (kind, length) = (reader.byte()?, reader.number()?);
            // Others name locals, globals and the like.
            if kind != 1 {
                reader.take(length)?;
                continue;
            }
            for _ in 0..reader.number()? {
                let function = reader.number()?;
                let name = String::from_utf8_lossy(reader.text()?).into_owned();
                if ENDS.iter().any(|end| name.contains(end)) {
                    ends.push(function);
                }
            }
        }
    }
    Ok(ends)
}

/// The data with zeros where it says the places of panics, in the paths that they name, and in what
/// panics say.
///
/// A place is the address of a path, its length, a line and a column. Nothing else in a program is
/// four such numbers the first two of which are exactly the name of a file with Rust in it.
fn without_places(data: &[u8]) -> Result<Vec<u8>> {
    /// More of any of them than source files have.
    const MOST: usize = 20_000;
    let mut reader = Reader { bytes: data, at: 0 };
    // The address of each segment, and where its content is.
    let mut segments: Vec<(usize, Range<usize>)> = Vec::new();
    for _ in 0..reader.number()? {
        // In the only memory, from a constant address on.
        if reader.take(2)? != [0, 0x41] {
            bail!("a segment of data has no address");
        }
        let address = reader.number()?;
        reader.byte()?;
        let length = reader.number()?;
        reader.take(length)?;
        segments.push((address, reader.at - length..reader.at));
    }
    let path = |[address, length, line, column]: [usize; 4]| {
        let (start, content) = segments.iter().find(|(start, content)| {
            (*start..=start + content.len()).contains(&address)
                && address + length <= start + content.len()
        })?;
        let from = content.start + address - start;
        let said = [length, line, column].iter().all(|number| (1..MOST).contains(number));
        (said && data[from..from + length].ends_with(b".rs")).then_some(from..from + length)
    };
    let mut made = data.to_vec();
    for (start, content) in &segments {
        // At addresses that are a multiple of four, as numbers are.
        let first = content.start + start.wrapping_neg() % 4;
        for at in (first..content.end.saturating_sub(15)).step_by(4) {
            let (numbers, _) = data[at..at + 16].as_chunks::<4>();
            let mut place = [0; 4];
            for (to, number) in place.iter_mut().zip(numbers) {
                *to = u32::from_le_bytes(*number) as usize;
            }
            if let Some(path) = path(place) {
                made[at..at + 16].fill(0);
                made[path].fill(0);
            }
        }
    }
    for said in SAID.map(str::as_bytes) {
        for at in 0..made.len().saturating_sub(said.len() - 1) {
            if made[at..].starts_with(said) {
                made[at..at + said.len()].fill(0);
            }
        }
    }
    Ok(made)
}

fn write(module: &mut Vec<u8>, id: u8, content: &[u8]) {
    module.push(id);
    let mut length = content.len();
    loop {
        let more = length > 127;
        module.push((length & 127) as u8 | u8::from(more) << 7);
        length >>= 7;
        if !more {
            break;
        }
    }
    module.extend(content);
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Result<u8> {
        let byte = *self.bytes.get(self.at).context("the module is cut")?;
        self.at += 1;
        Ok(byte)
    }

    /// Seven bits a byte, the lowest first (LEB128).
    fn number(&mut self) -> Result<usize> {
        let mut number = 0;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            number |= usize::from(byte & 127) << shift;
            if byte < 128 {
                return Ok(number);
            }
        }
        bail!("the module has a number that is too long")
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let end = self.at.checked_add(count).context("the module is cut")?;
        let bytes = self.bytes.get(self.at..end).context("the module is cut")?;
        self.at = end;
        Ok(bytes)
    }

    fn text(&mut self) -> Result<&'a [u8]> {
        let length = self.number()?;
        self.take(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Functions with these names, each of which does nothing.
    fn module(names: &[&str]) -> Vec<u8> {
        let count = names.len() as u8;
        let mut module = b"\0asm\x01\0\0\0".to_vec();
        write(&mut module, 1, &[1, 0x60, 0, 0]);
        write(&mut module, 3, &[vec![count], vec![0; names.len()]].concat());
        let bodies = [2, 0, 0x0B].repeat(names.len());
        write(&mut module, 10, &[vec![count], bodies].concat());
        let mut named = vec![count];
        for (at, name) in (0..count).zip(names) {
            named.extend([at, name.len() as u8]);
            named.extend(name.as_bytes());
        }
        let mut section = vec![4];
        section.extend(b"name");
        write(&mut section, 1, &named);
        write(&mut module, 0, &section);
        module
    }

    #[test]
    fn what_ends_in_a_panic_traps_and_the_rest_stays() {
        let names = [&["find"][..], &ENDS, &["compose"]].concat();
        let made = instead_of_panics(&module(&names)).unwrap();
        let code = sections(&made).unwrap().into_iter().find(|section| section.id == 10).unwrap();
        let nothing = vec![2, 0, 0x0B];
        let wanted = [vec![10], nothing.clone(), TRAP.repeat(ENDS.len()), nothing].concat();
        assert_eq!(made[code.content], wanted);
    }

    #[test]
    fn the_places_of_panics_are_zeros_and_the_rest_stays() {
        let place = |numbers: [u32; 4]| numbers.map(u32::to_le_bytes).concat();
        // From 128 on: words, a path, its place, and two that are no places.
        let words = [&b"words.rs"[..], b"src/a.rs"].concat();
        let others = [place([128, 7, 3, 4]), place([136, 80, 3, 4])].concat();
        let content = [words, place([136, 8, 3, 4]), others.clone()].concat();
        let head = [1, 0, 0x41, 0x80, 1, 0x0B, 64];
        let made = without_places(&[&head[..], &content].concat()).unwrap();
        assert_eq!(made, [&head[..], b"words.rs", &[0; 24], &others].concat());
        assert!(without_places(&head).is_err());
        let said = [&[1, 0, 0x41, 0x80, 1, 0x0B, 19][..], b"a capacity overflow"].concat();
        assert!(without_places(&said).unwrap().ends_with(&[b"a ", &[0; 17][..]].concat()));
    }

    #[test]
    fn what_cannot_be_done_is_said() {
        assert!(instead_of_panics(&module(&["find"])).is_err());
        let whole = module(&ENDS);
        for end in 0..whole.len() {
            assert!(instead_of_panics(&whole[..end]).is_err(), "{end}");
        }
    }
}
