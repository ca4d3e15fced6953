//! The relay as it runs: the real program, real sockets, and a provider of the tests' own.

#![cfg(unix)]

#[cfg(test)]
mod engine;
#[cfg(test)]
mod forwarding;
#[cfg(test)]
mod help;
#[cfg(test)]
mod process;
#[cfg(test)]
mod provider;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod site;
