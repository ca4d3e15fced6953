//! The relay as it runs: the real program, real sockets, and a provider of the tests' own.

#![cfg(unix)]

#[cfg(test)]
mod access;
#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod batches;
#[cfg(test)]
mod budget;
#[cfg(test)]
mod deploy;
#[cfg(test)]
mod engine;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod forwarding;
#[cfg(test)]
mod help;
#[cfg(test)]
#[cfg(feature = "redis")]
mod many;
#[cfg(test)]
mod once;
#[cfg(test)]
mod process;
#[cfg(test)]
mod provider;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod shown;
#[cfg(test)]
mod site;
#[cfg(test)]
mod slow;
#[cfg(test)]
#[cfg(feature = "redis")]
mod store;
#[cfg(test)]
#[cfg(feature = "otel")]
mod traces;
#[cfg(test)]
mod worker;
