/** Where focus returns after the confirmation to delete the account. */
export const deleteAccountId = "delete-account";
