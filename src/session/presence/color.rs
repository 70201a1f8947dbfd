//! Colors for those who did not choose one.

/// Told apart on light and on dark ground.
const COLORS: [&str; 12] = [
    "#d6336c", "#e8590c", "#b08900", "#5c940d", "#2b8a3e", "#0b7285", "#1971c2", "#364fc7", "#6741d9",
    "#9c36b5", "#a61e4d", "#5f3dc4",
];

/// The same for the same name, everywhere and always.
pub fn of(user_id: &str) -> &'static str {
    // FNV-1a: any hash would do that does not change with the compiler.
    let hash = user_id.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let place = usize::try_from(hash % COLORS.len() as u64).unwrap_or_default();
    COLORS.get(place).copied().unwrap_or("#1971c2")
}
