//! OKLCH to sRGB: a brand's colours are tokens in OKLCH, mail programmes know only `#rrggbb`.
//! Björn Ottosson, "A perceptual color space for image processing" (2020).

use serde::Deserialize;

/// A colour token's value (Design Tokens Format Module 2025.10, "color").
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ColourValue {
    pub color_space: String,
    pub components: Vec<f64>,
}

/// `#rrggbb` of an OKLCH colour; components outside sRGB are clipped. `None` for another colour space.
pub(super) fn hex(colour: &ColourValue) -> Option<String> {
    let [lightness, chroma, hue] = *colour.components.as_slice() else { return None };
    if colour.color_space != "oklch" {
        return None;
    }
    let (a, b) = (chroma * hue.to_radians().cos(), chroma * hue.to_radians().sin());
    let l = (lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let m = (lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let s = (lightness - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
    let red = 4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s;
    let green = -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s;
    let blue = -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701_0 * s;
    Some(format!("#{:02x}{:02x}{:02x}", byte(red), byte(green), byte(blue)))
}

/// The sRGB transfer function (IEC 61966-2-1), to a byte.
fn byte(linear: f64) -> u8 {
    let x = linear.clamp(0.0, 1.0);
    let encoded = if x <= 0.003_130_8 { 12.92 * x } else { 1.055 * x.powf(1.0 / 2.4) - 0.055 };
    // The value is within 0..=255 by the clamp.
    (encoded * 255.0).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn converts_known_colours() {
        let check = |components: [f64; 3], expected: &str| {
            let colour = ColourValue { color_space: "oklch".into(), components: components.to_vec() };
            assert_eq!(hex(&colour).as_deref(), Some(expected));
        };
        check([1.0, 0.0, 0.0], "#ffffff");
        check([0.0, 0.0, 0.0], "#000000");
        // CSS Color 4 names red as oklch(0.628 0.2577 29.23).
        check([0.627_955, 0.257_683, 29.234], "#ff0000");
    }

    #[test]
    fn knows_no_other_space() {
        assert_eq!(hex(&ColourValue { color_space: "lab".into(), components: vec![0.0; 3] }), None);
    }
}
