/** The element that gets the focus back when the dialogs that it opened are closed. */
export const deleteButtonId = "delete-organization";
