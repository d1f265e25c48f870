//! Bringing realms of a real Keycloak up to date: one Keycloak for all of this, a realm for each story.

mod hands;
mod house;
mod letters;
mod read_back;
mod sign_in;
mod stories;

use house::House;

#[tokio::test]
async fn a_realm_is_brought_up_to_date_and_nothing_of_others_is_touched() {
    let house = House::open().await;
    stories::import_and_apply_give_the_same(&house).await;
    stories::what_was_changed_by_hand_is_named_and_mended(&house).await;
    stories::sign_in_goes_on_while_its_flow_is_replaced(&house).await;
    stories::a_run_that_failed_is_repeated(&house).await;
    stories::a_realm_of_another_deployment_is_told(&house).await;
    stories::who_may_not_is_told(&house).await;
    stories::nobody_takes_an_address_there(&house).await;
    stories::a_common_password_is_refused(&house).await;
    letters::the_mail_servers_password_is_kept_and_put_in_when_told(&house).await;
}
