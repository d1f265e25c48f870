import type { MessageKey } from '~/i18n'

/** The log's acts as messages name them: `booking.cancel` is `booking_cancel`. Each act has its words, else this does not compile. */
type Act = MessageKey extends infer Key ? (Key extends `audit.does.${infer Name}` ? Name : never) : never

const named: Record<Act, true> = {
  approvals_agree: true, approvals_ask: true, approvals_refuse: true, approvals_withdraw: true,
  assessments_rate: true, assessments_safety: true,
  audit_export: true, audit_search: true, audit_verify: true,
  booking_cancel: true, booking_confirm: true, booking_give_back: true, booking_hold: true, booking_intake: true, booking_move: true, booking_offer: true, booking_read: true, booking_release: true, booking_search: true, booking_stop_waiting: true, booking_wait: true,
  catalogue_add_education: true, catalogue_add_topic: true, catalogue_archive_category: true, catalogue_attach_document: true, catalogue_change_card: true, catalogue_change_category: true, catalogue_change_education: true, catalogue_change_topic: true, catalogue_create_category: true, catalogue_order_topics: true, catalogue_pause_card: true, catalogue_publish_card: true, catalogue_publish_category: true, catalogue_read_card: true, catalogue_read_document: true, catalogue_reject_education: true, catalogue_remove_education: true, catalogue_remove_photo: true, catalogue_return_card: true, catalogue_set_photo: true, catalogue_submit_card: true, catalogue_verify_education: true,
  chat_open: true, chat_send: true,
  clients_read: true,
  compliance_consent: true, compliance_urgent_help: true, compliance_withdraw: true,
  identity_capabilities: true, identity_deactivate: true, identity_email_changed: true, identity_email_removed: true, identity_invitation_accepted: true, identity_invitation_resent: true, identity_invitation_revoked: true, identity_invite: true, identity_left_company_sign_in: true, identity_logout_token_refused: true, identity_move_to_sso: true, identity_moved_to_keycloak: true, identity_moving_closed: true, identity_moving_opened: true, identity_passkey_added: true, identity_passkey_removed: true, identity_password_removed: true, identity_password_set: true, identity_recovery_code_used: true, identity_recovery_codes_renewed: true, identity_reset_factors: true, identity_sessions_ended: true, identity_sign_in: true, identity_sign_in_refused: true, identity_totp_added: true, identity_totp_removed: true, identity_way_back_made: true, identity_way_back_removed: true, identity_way_back_used: true,
  notes_read: true, notes_write: true,
  organisations_add_domain: true, organisations_apply_roster: true, organisations_change_company: true, organisations_change_contract: true, organisations_create_company: true, organisations_create_contract: true, organisations_demand_sso: true, organisations_end_contract: true, organisations_end_scim_token: true, organisations_make_codes: true, organisations_make_pass_key: true, organisations_make_scim_token: true, organisations_provision: true, organisations_remove_domain: true, organisations_remove_sso: true, organisations_revoke_codes: true, organisations_scim_refused: true, organisations_set_passes: true, organisations_set_scim_networks: true, organisations_set_sso: true,
  safety_close: true, safety_contact: true, safety_contact_none: true, safety_read: true, safety_take: true,
  scheduling_add_busy_feed: true, scheduling_make_subscription: true, scheduling_remove_busy_feed: true, scheduling_revoke_subscription: true, scheduling_save: true,
  sessions_close: true, sessions_end: true, sessions_extend: true,
}

/** Every act by its name in the log. Slices have no underscore, hence the first one was the dot. */
export const actions: readonly { action: string; act: Act }[] = (Object.keys(named) as Act[]).map((act) => ({ act, action: act.replace('_', '.') }))

/** What `action` is called in words; nothing of an act that came to be later than this page. */
export const actOf = (action: string): Act | undefined => actions.find((one) => one.action === action)?.act
