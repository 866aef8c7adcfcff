//! The part inside the machine: mounts each file system and does the checks.

mod mounting;
mod other_host;
mod report;

use super::checks::{self, Site};
use super::event::{Check, Event, Outcome};
use super::plan::{PLAN, PROGRAMS, Plan};
use anyhow::Context;
use mounting::Mounted;
use other_host::OtherHost;
use report::Report;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Does what the plan says, and reports it over the serial port.
///
/// # Errors
///
/// When there is no plan, or it cannot be reported.
pub fn run() -> anyhow::Result<()> {
    let report = Report::open()?;
    let result = follow_plan(&report);
    if let Err(error) = &result {
        report.send(&Event::Said(format!(
            "the guest's part has failed: {error:#}"
        )))?;
    }
    report.send(&Event::Over)?;
    result
}

fn follow_plan(report: &Report) -> anyhow::Result<()> {
    let version = fs::read_to_string("/proc/sys/kernel/osrelease")?;
    report.send(&Event::Started(version.trim().to_owned()))?;
    let plan = fs::read(Path::new(PROGRAMS).join(PLAN)).context("reading the plan")?;
    let plan: Plan = serde_json::from_slice(&plan)?;
    if let Some(parent) = plan.target.parent() {
        fs::create_dir_all(parent)?;
    }
    std::os::unix::fs::symlink(Path::new(PROGRAMS).join("target"), &plan.target)?;
    let other = OtherHost::start()?;
    for mount in &plan.mounts {
        let mounted = match Mounted::mount(mount, &other) {
            Ok(mounted) => mounted,
            Err(error) => {
                let outcome = Outcome::Failed(format!("{error:#}"));
                for &check in &plan.checks {
                    report.send(&checked(&mount.name, check, outcome.clone()))?;
                }
                continue;
            }
        };
        if let Some(command) = &plan.shell {
            shell(command, &mount.name, &mounted, report)?;
            continue;
        }
        for &check in &plan.checks {
            let site = Site {
                mount: &mount.name,
                plan: &plan,
                first: &mounted.first,
                second: mounted.second.as_deref(),
                send: &|event| report.send(&event),
            };
            let outcome = checks::run(check, &site).unwrap_or_else(|error| {
                Outcome::Failed(format!("the check itself has failed: {error:#}"))
            });
            report.send(&checked(&mount.name, check, outcome))?;
        }
    }
    Ok(())
}

fn checked(mount: &str, check: Check, outcome: Outcome) -> Event {
    Event::Checked {
        mount: mount.to_owned(),
        check,
        outcome,
    }
}

fn shell(command: &str, mount: &str, mounted: &Mounted, report: &Report) -> anyhow::Result<()> {
    let mut sh = Command::new("sh");
    sh.arg("-c").arg(format!("exec 2>&1; {command}"));
    if let Some(second) = &mounted.second {
        sh.env("SECOND", second);
    }
    let output = sh.current_dir(&mounted.first).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    report.send(&Event::Said(format!("{mount}: {}\n{text}", output.status)))
}
