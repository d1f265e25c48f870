<#-- The frame of every letter: base gives none. Nothing is fetched when it is opened, so that opening it tells nobody. -->
<#macro emailLayout>
<!doctype html>
<html lang="${locale.language}" dir="${(ltr)?then('ltr','rtl')}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<style>
body { margin: 0; padding: 24px 16px; background: @light-canvas@; color: @light-ink@; font: 17px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
.letter { max-width: 544px; margin: 0 auto; padding: 24px; border-radius: 18px; background: @light-surface@; }
.name { margin: 0 0 24px; font-weight: 600; }
h1 { margin: 0 0 16px; font-size: 25px; line-height: 1.18; font-weight: 600; }
p { margin: 0 0 16px; }
a { color: @light-accent-ink@; }
a.button { display: inline-block; padding: 10px 22px; border-radius: 999px; background: @light-accent@; color: @light-ink-on-accent@; font-weight: 500; text-decoration: none; }
.link { overflow-wrap: anywhere; }
.foot { margin-top: 24px; }
.quiet { margin: 0; color: @light-ink-muted@; font-size: 15px; }
@media (prefers-color-scheme: dark) {
body { background: @dark-canvas@; color: @dark-ink@; }
.letter { background: @dark-surface@; }
a { color: @dark-accent-ink@; }
a.button { background: @dark-accent@; color: @dark-ink-on-accent@; }
.quiet { color: @dark-ink-muted@; }
}
</style>
</head>
<body>
<div class="letter">
<p class="name">${realmName!""}</p>
<#nested>
<p class="quiet foot">${msg("support")?no_esc}</p>
</div>
</body>
</html>
</#macro>
