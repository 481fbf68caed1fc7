/** Where focus returns when the dialogs that it opened are closed. */
export const deleteButtonId = "delete-organization";
