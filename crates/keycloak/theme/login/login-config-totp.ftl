<#-- In the place of Keycloak's (26.7): on a phone its code cannot be scanned, because the phone shows it, and it gives no link that opens the app; it
     asks for a name of the device before anything is connected, and its labels are tied to no field. -->
<#import "template.ftl" as layout>
<#import "field.ftl" as field>
<#import "buttons.ftl" as buttons>
<@layout.registrationLayout displayRequiredFields=false displayMessage=!messagesPerField.existsError('totp','userLabel'); section>
    <#if section = "header">
        ${msg("loginTotpTitle")}
    <#elseif section = "form">
        <#assign secret = totp.totpSecretEncoded?replace(" ", "")>
        <#assign app = "otpauth://" + totp.policy.type + "/" + (realm.displayName!realm.name)?url("UTF-8") + "?secret=" + secret
            + "&issuer=" + (realm.displayName!realm.name)?url("UTF-8") + "&algorithm=" + totp.policy.getAlgorithmKey() + "&digits=" + totp.policy.digits?c
            + (totp.policy.type = "totp")?then("&period=" + totp.policy.period?c, "&counter=" + totp.policy.initialCounter?c)>
        <p class="instruction">${msg("loginTotpStep1")}</p>
        <div class="totp">
            <img id="kc-totp-secret-qr-code" src="data:image/png;base64, ${totp.totpSecretQrCode}" alt="${msg("totpPicture")}" width="200" height="200">
            <p class="open-app"><a class="${properties.kcButtonSecondaryClass!} ${properties.kcButtonBlockClass!}" href="${app?no_esc}">${msg("totpOpenApp")}</a></p>
            <details id="kc-totp-manual"<#if mode?? && mode = "manual"> open</#if>>
                <summary>${msg("loginTotpUnableToScan")}</summary>
                <p id="kc-totp-secret-key" class="secret">${totp.totpSecretEncoded}</p>
                <p class="hint">${msg("loginTotpManualStep3")}</p>
            </details>
        </div>

        <form action="${url.loginAction}" class="${properties.kcFormClass!}" id="kc-totp-settings-form" method="post" novalidate="novalidate">
            <@field.input name="totp" label=msg("totpFirstCode") autocomplete="one-time-code" />
            <#-- A name is needed only to tell a second app from the first. -->
            <#if totp.otpCredentials?size gte 1 || messagesPerField.existsError('userLabel')>
                <@field.input name="userLabel" label=msg("loginTotpDeviceName") />
            <#else>
                <input type="hidden" name="userLabel" value="" />
            </#if>
            <input type="hidden" id="totpSecret" name="totpSecret" value="${totp.totpSecret}" />
            <#if mode??><input type="hidden" name="mode" value="${mode}" /></#if>
            <p class="hint">${msg("totpClock")}</p>
            <@buttons.actionGroup horizontal=true>
                <@buttons.button id="saveTOTPBtn" label="totpConnect" />
                <#if isAppInitiatedAction??>
                    <@buttons.button id="cancelTOTPBtn" name="cancel-aia" label="doCancel" type="secondary" value="true" />
                </#if>
            </@buttons.actionGroup>
        </form>
    </#if>
</@layout.registrationLayout>
