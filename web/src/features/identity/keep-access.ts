/** Where somebody who has just come is offered a way back. */
export const KEEP_ACCESS = '/keep-access'
