//! The looks themselves, one a file.

mod beach;
mod bokeh;
mod city;
mod forest;
mod gradient;
mod marble;
mod paper;
mod parking;
mod studio;
mod window;
mod wood;

pub use beach::beach;
pub use bokeh::bokeh;
pub use city::city;
pub use forest::forest;
pub use gradient::gradient;
pub use marble::marble;
pub use paper::paper;
pub use parking::parking;
pub use studio::studio;
pub use window::window;
pub use wood::wood;
