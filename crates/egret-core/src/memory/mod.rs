//! The in-memory reference backend in its two shapes.
