//! The few colours that the output has. Nothing is said by colour alone.

use comfy_table::Color;

/// What a colour means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    /// Well.
    Good,
    /// At work.
    Busy,
    /// To be looked at.
    Warning,
    /// Badly.
    Bad,
    /// Beside the matter.
    Faint,
}

impl Paint {
    /// The parameter of the terminal's sequence (ECMA-48, select graphic rendition).
    pub(in crate::cli) const fn code(self) -> &'static str {
        match self {
            Self::Good => "32",
            Self::Busy => "36",
            Self::Warning => "33",
            Self::Bad => "31",
            Self::Faint => "2",
        }
    }

    pub(super) const fn color(self) -> Color {
        match self {
            Self::Good => Color::DarkGreen,
            Self::Busy => Color::DarkCyan,
            Self::Warning => Color::DarkYellow,
            Self::Bad => Color::DarkRed,
            Self::Faint => Color::DarkGrey,
        }
    }
}
