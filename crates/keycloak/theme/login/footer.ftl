<#-- keycloak.v2 leaves this part to themes. A way back on every page; css/parts.css takes it away where the page has one of its own. -->
<#macro content>
<#-- Keycloak does not say what it asks for; css/ponimau.css puts it below the heading. -->
<#if pageId! = "webauthn-register"><p class="about">${msg("passkeyAbout")}</p></#if>
<#if pageId! = "login-update-password" && (passwordPolicies.length)??><p class="about">${msg("passwordAbout", passwordPolicies.length)}</p></#if>
<p class="back"><a href="${(client.baseUrl)!properties.productUrl}">${msg("backToApplication")}</a></p>
</#macro>
