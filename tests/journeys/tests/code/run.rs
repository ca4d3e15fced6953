//! Runs a snippet as a developer would: in a folder with the photo, the key in the environment.

use backdrop_contract::{Dialect, Language, RESULT};
use base64::Engine as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;
use tempfile::TempDir;

/// A folder with files beside which snippets run.
pub struct Desk(TempDir);

/// What came of it.
#[derive(Debug)]
pub struct Ran {
    pub succeeded: bool,
    /// Everything it printed.
    pub said: String,
    /// The file that it wrote.
    pub picture: Option<Vec<u8>>,
}

impl Desk {
    pub fn new() -> Self {
        Self(TempDir::with_prefix("backdrop-snippet-").expect("a folder for snippets"))
    }

    /// Puts a file there.
    pub fn with(self, name: &str, bytes: &[u8]) -> Self {
        std::fs::write(self.0.path().join(name), bytes).expect("a file for snippets");
        self
    }

    /// Writes a file of code, and says where.
    pub fn file(&self, name: &str, code: &str) -> PathBuf {
        let path = self.path().join(name);
        std::fs::write(&path, code).expect("code on disk");
        path
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Runs what the page shows. The bare JSON is sent as it is, its files filled in.
    pub fn run(&self, language: Language, code: &str, dialect: Dialect, address: &str) -> Ran {
        let result = self.path().join(RESULT);
        let _ = std::fs::remove_file(&result);
        let mut command = match language {
            Language::Curl => self.script("snippet.sh", code, "sh"),
            Language::Python => self.script("snippet.py", code, &python()),
            Language::JavaScript => self.script("snippet.mjs", code, "node"),
            Language::Rust => Command::new(self.built(code)),
            Language::Json => return self.post(code, dialect, address),
        };
        let host = dialect.host();
        let out = command
            .current_dir(self.path())
            .env(host.key_variable, "SG_of_the_snippet")
            .stdin(Stdio::null())
            .output()
            .unwrap_or_else(|error| panic!("cannot start {command:?}: {error}"));
        Ran {
            succeeded: out.status.success(),
            said: said(&out),
            picture: std::fs::read(&result).ok(),
        }
    }

    fn script(&self, name: &str, code: &str, with: &str) -> Command {
        self.file(name, code);
        let mut command = Command::new(with);
        command.arg(name);
        command
    }

    /// The program that a snippet in Rust is, here.
    fn built(&self, code: &str) -> PathBuf {
        // One project for all: Cargo tells projects of one name apart by nothing but their sources.
        static ONE: Mutex<()> = Mutex::new(());
        let _one = ONE.lock();
        let project = Path::new(env!("CARGO_TARGET_TMPDIR")).join("snippet");
        std::fs::create_dir_all(project.join("src")).expect("a folder for the project");
        for (name, text) in [
            ("Cargo.toml", include_str!("rust/Cargo.toml")),
            ("Cargo.lock", include_str!("rust/Cargo.lock")),
            ("src/main.rs", code),
        ] {
            std::fs::write(project.join(name), text).expect("the project on disk");
        }
        let out = Command::new("cargo")
            .args(["build", "--locked", "--quiet", "--target-dir", "target"])
            .current_dir(&project)
            .env_remove("CARGO")
            .output()
            .expect("cargo");
        assert!(out.status.success(), "{}\n{code}", said(&out));
        let program = format!("snippet{}", std::env::consts::EXE_SUFFIX);
        let copy = self.path().join(&program);
        std::fs::copy(project.join("target/debug").join(program), &copy).expect("it is built");
        copy
    }

    /// Sends the JSON with each `<base64 of …>` filled in, by curl.
    fn post(&self, code: &str, dialect: Dialect, address: &str) -> Ran {
        let mut json: serde_json::Value = serde_json::from_str(code).expect("JSON");
        for value in json.as_object_mut().expect("an object").values_mut() {
            let Some(text) = value.as_str() else { continue };
            let Some((prefix, name)) = text.split_once("<base64 of ") else { continue };
            let name = name.strip_suffix('>').expect("the end of the place for a file");
            let bytes = std::fs::read(self.path().join(name)).expect("the file that is named");
            let base64 = base64::prelude::BASE64_STANDARD.encode(bytes);
            *value = format!("{prefix}{base64}").into();
        }
        let host = dialect.host();
        let key = format!("{}: {}", host.key_header, dialect.key_value("SG_of_the_snippet"));
        let mut curl = Command::new("curl")
            .args(["--silent", "--show-error", "--data-binary", "@-", "--header", &key])
            .args(["--header", "content-type: application/json"])
            .args(["--fail-with-body", address])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("curl");
        let body = json.to_string();
        curl.stdin.take().expect("it is piped").write_all(body.as_bytes()).expect("curl reads");
        let out = curl.wait_with_output().expect("curl ends");
        let succeeded = out.status.success();
        Ran { succeeded, said: said(&out), picture: succeeded.then_some(out.stdout) }
    }
}

fn said(out: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr))
}

/// A Python that has `requests`; `cargo xtask test` names it.
pub fn python() -> String {
    std::env::var("PYTHON").unwrap_or_else(|_| "python3".into())
}
