/** Where focus comes back to after the question whether to delete the account. */
export const deleteAccountId = "delete-account";
