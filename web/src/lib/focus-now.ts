/** As a ref: gives the element the focus as soon as it exists, so that nothing else gets it first. */
export function focusNow(element: HTMLElement | null) {
  element?.focus();
}
