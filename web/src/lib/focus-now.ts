/** As a ref: the element has the focus from the moment it is there, so that what it replaces loses it to nobody else. */
export function focusNow(element: HTMLElement | null) {
  element?.focus();
}
