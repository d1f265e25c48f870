//! What a category of specialists is made of.

/// How a consultation may be held.
pub const FORMATS: [&str; 3] = ["video", "audio", "chat"];

/// The icons the interface can draw; a test of the web part holds the two lists together.
pub const ICONS: [&str; 16] = [
    "psychologist",
    "lawyer",
    "finance",
    "coach",
    "career",
    "family",
    "health",
    "nutrition",
    "sleep",
    "sport",
    "parenting",
    "crisis",
    "doctor",
    "mediator",
    "education",
    "other",
];

/// Languages in which somebody may consult (ISO 639-1): those of the interface first, then the ones spoken around.
pub const LANGUAGES: [&str; 14] = ["ru", "kk", "en", "uz", "ky", "tg", "tt", "be", "uk", "az", "hy", "ka", "de", "tr"];
