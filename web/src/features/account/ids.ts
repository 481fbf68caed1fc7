/** The element that gets the focus back after the confirmation to delete the account. */
export const deleteAccountId = "delete-account";
