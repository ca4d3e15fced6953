//! The files in `deploy/`: what they tell the relay it understands, and what they ask of it is there.

use backdrop_relay::config::{Flags, KEY_VARIABLE, Role, STATE_VARIABLE};
use backdrop_relay::terms::TOKEN_VARIABLE;
use clap::Parser as _;
use saphyr::{LoadableYamlNode as _, Yaml};

const COMPOSE: &str = include_str!("../../../../deploy/compose.yaml");
const COMPOSE_MANY: &str = include_str!("../../../../deploy/compose-many.yaml");
const KUBERNETES: &str = include_str!("../../../../deploy/kubernetes.yaml");
const DOCKERFILE: &str = include_str!("../../../../deploy/Dockerfile");
const SYSTEMD: &str = include_str!("../../../../deploy/backdrop-relay.service");

fn yaml(text: &str) -> Vec<Yaml<'_>> {
    Yaml::load_from_str(text).unwrap()
}

/// A list of words, if it is there.
fn words<'a>(of: &'a Yaml<'_>, name: &str) -> Option<Vec<&'a str>> {
    let words = of.as_mapping_get(name)?.as_vec()?;
    Some(words.iter().map(|word| word.as_str().expect("a word")).collect())
}

/// What the relay makes of such flags.
fn understood(flags: &[&str]) -> Flags {
    let program = ["backdrop-relay"];
    let flags = Flags::try_parse_from(program.iter().chain(flags));
    flags.unwrap_or_else(|error| panic!("{error}"))
}

fn is_known(variable: &str) -> bool {
    let secrets = [KEY_VARIABLE, TOKEN_VARIABLE, STATE_VARIABLE];
    secrets.contains(&variable.strip_suffix("_FILE").unwrap_or(variable))
}

#[test]
fn the_image_and_the_unit() {
    let list = |text| serde_json::from_str::<Vec<String>>(text).unwrap();
    let words = |list: &[String]| understood(&list.iter().map(String::as_str).collect::<Vec<_>>());
    // The last one: the health check has one, too.
    let image = DOCKERFILE.lines().rev().find_map(|line| line.strip_prefix("CMD ")).unwrap();
    let image = words(&list(image));
    let check = DOCKERFILE.lines().skip_while(|line| !line.starts_with("HEALTHCHECK")).nth(1);
    let check = words(&list(check.unwrap().trim().strip_prefix("CMD ").unwrap())[1..]);
    assert!(check.check && check.listen == image.listen);
    let start = "ExecStart=/usr/local/bin/backdrop-relay ";
    let unit = SYSTEMD.lines().find_map(|line| line.strip_prefix(start)).unwrap();
    understood(&unit.split(' ').collect::<Vec<_>>());
}

#[test]
fn compose_files() {
    for text in [COMPOSE, COMPOSE_MANY] {
        let [file] = &yaml(text)[..] else { panic!("one document") };
        for (name, service) in file["services"].as_mapping().unwrap() {
            let name = name.as_str().unwrap();
            let flags = words(service, "command").unwrap_or_default();
            if name == "state" {
                let must = ["--appendonly yes", "--appendfsync always", "noeviction"];
                let told = flags.join(" ");
                assert!(must.iter().all(|must| told.contains(must)), "{told}");
                continue;
            }
            let flags = understood(&flags);
            assert_eq!(flags.role == Some(Role::Work), name == "worker");
            if let Some(check) = service.as_mapping_get("healthcheck") {
                let test = words(check, "test").unwrap();
                assert_eq!(test[..2], ["CMD", "backdrop-relay"]);
                let check = understood(&test[2..]);
                // A worker listens nowhere else.
                assert!(check.check && Some(check.listen) == flags.metrics);
            }
            let shared = file.as_mapping_get("x-relay").unwrap_or(service);
            for (variable, _) in shared["environment"].as_mapping().unwrap() {
                assert!(is_known(variable.as_str().unwrap()), "{variable:?}");
            }
        }
    }
}

#[test]
fn kubernetes() {
    let all = yaml(KUBERNETES);
    let mut deployments = Vec::new();
    for one in &all {
        let spec = &one["spec"];
        if one["kind"].as_str() == Some("ScaledObject") {
            let target = spec["scaleTargetRef"]["name"].as_str().unwrap();
            assert!(deployments.contains(&target), "{target}");
            // `the_numbers_say_how_many_photos_wait` asks for it.
            let query = spec["triggers"][0]["metadata"]["query"].as_str().unwrap();
            assert_eq!(query, "max(backdrop_batch_waiting)");
        }
        if one["kind"].as_str() != Some("Deployment") {
            continue;
        }
        deployments.push(one["metadata"]["name"].as_str().unwrap());
        let pod = &spec["template"]["spec"];
        let container = &pod["containers"][0];
        let flags = understood(&words(container, "args").unwrap());
        let ports = container["ports"].as_vec().unwrap();
        let port = |name: &str| {
            let port = ports.iter().find(|port| port["name"].as_str() == Some(name)).unwrap();
            u16::try_from(port["containerPort"].as_integer().unwrap()).unwrap()
        };
        assert_eq!(port("metrics"), flags.metrics.unwrap().port());
        if flags.role.is_none() {
            assert_eq!(port("http"), flags.listen.port());
        }
        assert_eq!(container["readinessProbe"]["httpGet"]["path"].as_str(), Some("/readyz"));
        assert_eq!(container["readinessProbe"]["httpGet"]["port"].as_str(), Some("metrics"));
        for variable in container["env"].as_vec().unwrap() {
            assert!(is_known(variable["name"].as_str().unwrap()), "{variable:?}");
        }
        let grace = pod["terminationGracePeriodSeconds"].as_integer().unwrap();
        let needed = flags.answer_within + 30 + flags.lame_duck;
        assert!(grace.unsigned_abs() > needed, "{grace} s, and it may take {needed}");
    }
    assert_eq!(deployments, ["backdrop-relay", "backdrop-worker"]);
}
