/**
 * The states of a rollout: it goes on by itself; not until somebody continues it; not because of what devices report,
 * or do not.
 */
export const states = ["running", "paused", "halted"] as const;
/**
 * The ends of a rollout: after its last wave; because somebody released it to everybody; or because it was rolled back.
 */
export const ends = ["finished", "released", "rolled_back"] as const;
/** Reasons that a rollout halted: too many devices refuse it, or too few have it in force for too long. */
export const haltReasons = ["refusals", "silence"] as const;
