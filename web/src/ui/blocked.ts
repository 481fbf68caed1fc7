/** A control that is blocked, wherever it is, and says why. */
export const blockedControl = "[aria-disabled='true'][aria-description]";

/**
 * Returns what a control has that cannot be used for this reason, if there is one: it keeps its place in the tab order,
 * so that everybody can learn the reason. A screen reader takes it from here, the eye from `ReasonTip`.
 */
export function blockedBy(reason: string | undefined) {
  // threat: a control that is blocked does not say why
  return reason === undefined
    ? undefined
    : ({ "aria-disabled": true, "aria-description": reason, "data-blocked": "" } as const);
}
