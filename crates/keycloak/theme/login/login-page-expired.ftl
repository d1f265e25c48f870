<#-- In the place of Keycloak's: it puts «click here» into sentences, which says nothing to who hears the links alone, and takes three languages' word
     order from English. -->
<#import "template.ftl" as layout>
<@layout.registrationLayout; section>
    <#if section = "header">
        ${msg("pageExpiredTitle")}
    <#elseif section = "form">
        <p class="instruction">${msg("pageExpiredMsg1")}</p>
        <p class="pf-v5-c-form__actions">
            <a id="loginContinueLink" class="${properties.kcButtonPrimaryClass!} ${properties.kcButtonBlockClass!}" href="${url.loginAction}">${msg("doContinue")}</a>
            <a id="loginRestartLink" class="${properties.kcButtonSecondaryClass!} ${properties.kcButtonBlockClass!}" href="${url.loginRestartFlowUrl}">${msg("restartLoginTooltip")}</a>
        </p>
    </#if>
</@layout.registrationLayout>
