//! What a process has started, and what that has started: the one way to find a program by what
//! it is without meeting somebody else's of the same name. proc(5), `/proc/PID/stat`.

use rustix::process::{Pid, Signal, kill_process};
use std::fs;

/// A process as the kernel lists it.
struct Listed {
    pid: i32,
    parent: i32,
    name: String,
}

/// Kills every descendant of `ancestor` that has one of these names, parents before their
/// children; says how many there were.
pub fn kill(ancestor: i32, names: &[&str]) -> usize {
    let all = list();
    let mut open = vec![ancestor];
    let mut killed = 0;
    while let Some(parent) = open.pop() {
        for process in all.iter().filter(|process| process.parent == parent) {
            open.push(process.pid);
            if names.contains(&process.name.as_str())
                && let Some(pid) = Pid::from_raw(process.pid)
                && kill_process(pid, Signal::KILL).is_ok()
            {
                killed += 1;
            }
        }
    }
    killed
}

fn list() -> Vec<Listed> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    let stat = |entry: fs::DirEntry| fs::read_to_string(entry.path().join("stat")).ok();
    entries.flatten().filter_map(stat).filter_map(|line| parse(&line)).collect()
}

/// `PID (NAME) STATE PARENT …`; a name may have spaces and parentheses of its own.
fn parse(line: &str) -> Option<Listed> {
    let (pid, rest) = line.split_once(" (")?;
    let (name, rest) = rest.rsplit_once(") ")?;
    let parent = rest.split(' ').nth(1)?.parse().ok()?;
    Some(Listed { pid: pid.parse().ok()?, parent, name: name.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_be_anything() {
        let found = parse("12 (a) b (c)) S 7 12 12 0").unwrap();
        assert_eq!((found.pid, found.parent, found.name.as_str()), (12, 7, "a) b (c)"));
    }

    #[test]
    fn only_descendants_are_found() {
        let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        let me = i32::try_from(std::process::id()).unwrap();
        assert_eq!(kill(i32::try_from(child.id()).unwrap(), &["sleep"]), 0);
        assert_eq!(kill(me, &["sleep"]), 1);
        assert!(!child.wait().unwrap().success());
    }
}
