/** From then on nobody waits for a check on the page. */
const patienceMs = 30_000;

type Checked = { check?: { status: string; requestedAt: string } | undefined };

/** Returns whether a check of a key is expected to end soon. */
export const isChecking = ({ check }: Checked, now: number): boolean =>
  check?.status === "pending" && now - Date.parse(check.requestedAt) < patienceMs;
