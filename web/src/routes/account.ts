// The account is the same for every audience, each within its own frame: its modules are named once here, in three lists of routes.
export const accountPage = () => import('~/features/account/AccountPage')
export const securityPage = () => import('~/features/account/SecurityPage')
