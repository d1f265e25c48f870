//! A coarse name for a device, so that people recognise their sessions; nothing that would tell two phones of one make apart.

/// `Firefox · Windows` for a User-Agent header. Empty when nothing is recognised.
pub fn device_label(user_agent: &str) -> String {
    let system = first(
        user_agent,
        &[
            ("iPhone", "iPhone"),
            ("iPad", "iPad"),
            ("Android", "Android"),
            ("Windows", "Windows"),
            ("Macintosh", "macOS"),
            ("CrOS", "ChromeOS"),
            ("Linux", "Linux"),
        ],
    );
    // The order matters: nearly everybody also claims to be Chrome and Safari.
    let browser = first(
        user_agent,
        &[
            ("YaBrowser/", "Яндекс Браузер"),
            ("SamsungBrowser/", "Samsung Internet"),
            ("OPR/", "Opera"),
            ("Edg", "Edge"),
            ("FxiOS/", "Firefox"),
            ("Firefox/", "Firefox"),
            ("CriOS/", "Chrome"),
            ("Chrome/", "Chrome"),
            ("Safari/", "Safari"),
        ],
    );
    [browser, system].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn first(text: &str, names: &[(&str, &'static str)]) -> Option<&'static str> {
    names.iter().find(|(mark, _)| text.contains(mark)).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_browser_and_system() {
        let check = |ua, expected| assert_eq!(device_label(ua), expected, "{ua}");
        check("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox · Windows");
        check(
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
            "Safari · iPhone",
        );
        check(
            "Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 YaBrowser/25.8 Mobile Safari/537.36",
            "Яндекс Браузер · Android",
        );
        check("curl/8.1", "");
    }
}
