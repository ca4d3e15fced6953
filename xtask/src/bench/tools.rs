//! What the relay's benches need beside the relay: nginx to compare with, and wrk, which sends the
//! load.

use crate::place::{Place, on_path};
use crate::run;
use crate::setup::debian;
use anyhow::{Context as _, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Installs what is missing, on Debian as root.
pub fn ensure(place: &Place) -> Result<()> {
    if program("wrk").is_some() && program("nginx").is_some() {
        return Ok(());
    }
    if !debian::is_root() {
        bail!("this bench needs wrk and nginx on the PATH; on Debian as root it installs them");
    }
    run::step("wrk and nginx (packages)", || debian::install(&place.cache, &["wrk", "nginx-light"]))
}

/// Builds the relay and the playing provider, optimised; returns the folder that holds them.
pub fn build(place: &Place) -> Result<PathBuf> {
    build_with(place, &[])
}

/// As [`build`], with features of the relay's.
pub fn build_with(place: &Place, features: &[&str]) -> Result<PathBuf> {
    println!("Building the relay and the playing provider …");
    let mut build = place.cargo(["build", "--release", "-p", "backdrop-relay", "-p", "provider"]);
    run::shown(build.args(features))?;
    Ok(place.target_dir()?.join("release"))
}

/// On Debian nginx lies where only root's PATH leads.
fn program(name: &str) -> Option<PathBuf> {
    let sbin = Path::new("/usr/sbin").join(name);
    on_path(name).or_else(|| sbin.exists().then_some(sbin))
}

/// nginx as a plain reverse proxy that, like the relay, adds a key and streams bodies both ways.
/// Like the relay it keeps its connections and logs each request. Everything it writes goes into
/// `folder`.
pub fn nginx(folder: &Path, listen: &str, upstream: &str, more: &str) -> Result<Command> {
    let at = folder.display();
    let config = format!(
        "daemon off; pid {at}/nginx.pid; error_log {at}/error.log; worker_processes auto;
         events {{ worker_connections 1024; }}
         http {{
           access_log {at}/access.log; client_max_body_size 64m; keepalive_requests 1000000;
           {more}
           client_body_temp_path {at}/body; proxy_temp_path {at}/proxy;
           fastcgi_temp_path {at}/fastcgi; uwsgi_temp_path {at}/uwsgi; scgi_temp_path {at}/scgi;
           upstream provider {{ server {upstream}; keepalive 64; keepalive_requests 1000000; }}
           server {{
             listen {listen};
             location / {{
               proxy_pass http://provider; proxy_http_version 1.1; proxy_request_buffering off;
               proxy_set_header Connection \"\"; proxy_set_header x-api-key SG_bench;
             }}
           }}
         }}"
    );
    let file = folder.join("nginx.conf");
    fs::write(&file, config)?;
    let mut nginx = Command::new(program("nginx").context("no nginx")?);
    nginx.arg("-p").arg(folder).arg("-c").arg(file);
    Ok(nginx)
}

/// For nginx: larger pieces than its usual 16 KiB of a request and 4 KiB of a reply, and no file in
/// between.
pub const LARGE_BUFFERS: &str = "client_body_buffer_size 128k; proxy_buffer_size 64k;
    proxy_buffers 16 64k; proxy_busy_buffers_size 128k; proxy_max_temp_file_size 0;";

/// What wrk measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    pub requests_a_second: f64,
    /// In milliseconds.
    pub p50: f64,
    pub p99: f64,
}

/// Sends what the script says to the endpoint for so many seconds.
pub fn wrk(
    script: &Path,
    origin: &str,
    connections: usize,
    seconds: u64,
    args: &[String],
) -> Result<Measured> {
    let mut wrk = Command::new(program("wrk").context("no wrk")?);
    wrk.args(["--threads", "1", "--timeout", "30s", "--latency"])
        .args(["--connections", &connections.to_string(), "--duration", &format!("{seconds}s")])
        .arg("--script")
        .arg(script)
        .arg(format!("{origin}/v1/bria-replace-background"))
        .arg("--")
        .args(args);
    let said = String::from_utf8(run::output(&mut wrk)?)?;
    if said.contains("Non-2xx") || said.contains("Socket errors") {
        bail!("not every request was answered:\n{said}");
    }
    measured(&said).with_context(|| format!("wrk said something else:\n{said}"))
}

fn measured(said: &str) -> Option<Measured> {
    let after = |start: &str| {
        let line = said.lines().find_map(|line| line.trim().strip_prefix(start))?;
        line.split_whitespace().next()
    };
    Some(Measured {
        requests_a_second: after("Requests/sec:")?.parse().ok()?,
        p50: milliseconds(after("50%")?)?,
        p99: milliseconds(after("99%")?)?,
    })
}

fn milliseconds(text: &str) -> Option<f64> {
    let units = [("us", 1e-3), ("ms", 1.0), ("m", 60e3), ("s", 1e3)];
    units.iter().find_map(|(unit, factor)| {
        let number: f64 = text.strip_suffix(unit)?.parse().ok()?;
        Some(number * factor)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_wrk_says_is_read() {
        let said = "  Latency Distribution\n     50%   10.33ms\n     75%   20.00ms\n     99%    1.18s \n\
                    Requests/sec:   1965.26\nTransfer/sec:    188.31MB\n";
        let expected = Measured { requests_a_second: 1965.26, p50: 10.33, p99: 1180.0 };
        assert_eq!(measured(said), Some(expected));
        assert_eq!(milliseconds("900.00us"), Some(0.9));
        assert_eq!(milliseconds("2.00m"), Some(120_000.0));
        assert_eq!(measured("unable to connect"), None);
    }
}
