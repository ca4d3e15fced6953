//! Who asks: the one that a token names, else an address. Limits count by it.

use crate::failed::Failed;
use crate::token::Tokens;
use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};
use ipnet::IpNet;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// A client, as far as the relay can tell it from others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// What its requests are counted under.
    pub name: String,
    /// Whom its token names. Keys of answers belong to that one alone.
    pub owner: Option<String>,
}

/// How clients are told apart.
#[derive(Clone)]
pub struct Clients {
    pub tokens: Option<Tokens>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub proxies: Vec<IpNet>,
}

impl Clients {
    /// Whose request this is.
    ///
    /// # Errors
    /// 401 where tokens are wanted, and there is none that holds.
    pub fn who(&self, request: &Parts) -> Result<Client, Failed> {
        let owner = match &self.tokens {
            Some(tokens) => tokens.bearer(&request.headers)?,
            None => None,
        };
        let name = match &owner {
            Some(owner) => format!("token {owner}"),
            None => {
                let peer = request.extensions.get::<ConnectInfo<SocketAddr>>();
                let peer = peer.map(|ConnectInfo(peer)| peer.ip().to_canonical());
                peer.map_or_else(String::new, |peer| self.address(peer, &request.headers))
            }
        };
        Ok(Client { name, owner })
    }

    /// The last address that no trusted proxy of ours has: what stands before it can be made up.
    fn address(&self, peer: IpAddr, headers: &HeaderMap) -> String {
        let trusted = |ip: &IpAddr| self.proxies.iter().any(|net| net.contains(ip));
        let mut client = peer;
        if trusted(&peer) {
            let lines: Vec<_> = headers.get_all(FORWARDED_FOR).iter().collect();
            let hops = lines
                .iter()
                .rev()
                .filter_map(|line| line.to_str().ok())
                .flat_map(|line| line.rsplit(','));
            for hop in hops {
                let Ok(ip) = hop.trim().parse::<IpAddr>() else { break };
                client = ip.to_canonical();
                if !trusted(&client) {
                    break;
                }
            }
        }
        match client {
            IpAddr::V4(ip) => ip.to_string(),
            // One customer has a whole /64.
            IpAddr::V6(ip) => Ipv6Addr::from_bits(ip.to_bits() >> 64 << 64).to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forwarded_for_is_believed_of_trusted_proxies_only() {
        let clients = |proxies: &[&str]| Clients {
            tokens: None,
            proxies: proxies.iter().map(|net| net.parse().unwrap()).collect(),
        };
        let address = |clients: &Clients, peer: &str, lines: &[&str]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(FORWARDED_FOR, line.parse().unwrap());
            }
            clients.address(peer.parse().unwrap(), &headers)
        };
        let none = clients(&[]);
        assert_eq!(address(&none, "10.0.0.1", &["1.1.1.1"]), "10.0.0.1");
        let one = clients(&["10.0.0.0/8"]);
        assert_eq!(address(&one, "10.0.0.1", &["1.1.1.1"]), "1.1.1.1");
        assert_eq!(address(&one, "9.9.9.9", &["1.1.1.1"]), "9.9.9.9");
        // What the client wrote itself stands in front.
        assert_eq!(address(&one, "10.0.0.1", &["8.8.8.8, 1.1.1.1", "10.0.0.2"]), "1.1.1.1");
        assert_eq!(address(&one, "10.0.0.1", &["8.8.8.8, nonsense"]), "10.0.0.1");
        assert_eq!(address(&one, "10.0.0.1", &[]), "10.0.0.1");
        let six = address(&one, "10.0.0.1", &["2001:db8:1:2:3:4:5:6"]);
        assert_eq!(six, "2001:db8:1:2::");
        assert_eq!(address(&none, "::1", &[]), "::");
    }
}
