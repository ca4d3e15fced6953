//! The page: define the element, nothing else.

fn main() {
    backdrop_studio::define();
}
