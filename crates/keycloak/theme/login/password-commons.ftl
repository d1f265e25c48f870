<#-- In the place of Keycloak's (26.7), which asks at each set-up whether to sign out on other devices, a newcomer too. A new password ends the other
     sessions; what else is set up leaves them, and the product's page of security lists and ends them. -->
<#macro logoutOtherSessions>
    <#if pageId! = "login-update-password"><input type="hidden" name="logout-sessions" value="on"></#if>
</#macro>
