import { useState } from "react";
import { ApiError } from "#lib/failure.ts";

export type Proof = ReturnType<typeof useProof>;

/** Whether an action was refused because the sign-in is too long ago. */
export function needsProof(error: unknown) {
  return error instanceof ApiError && error.code === "actor.stale";
}

/** An action that waits until somebody has shown that they are still who signed in. */
export function useProof() {
  const [waiting, setWaiting] = useState<{ act: () => void }>();
  return {
    isAsked: waiting !== undefined,
    ask: (act: () => void) => setWaiting({ act }),
    cancel: () => setWaiting(undefined),
    give: () => {
      setWaiting(undefined);
      waiting?.act();
    },
  };
}
