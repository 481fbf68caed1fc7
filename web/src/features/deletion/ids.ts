/** Where focus returns to when the dialogs that it opened are closed. */
export const deleteButtonId = "delete-organization";
