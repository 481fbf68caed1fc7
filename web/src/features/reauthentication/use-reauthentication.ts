import { useState } from "react";
import { ApiError } from "#lib/failure.ts";

export type Reauthentication = ReturnType<typeof useReauthentication>;

/** Returns whether an action was refused because the last authentication is too old. */
export function needsReauthentication(error: unknown) {
  return error instanceof ApiError && error.code === "actor.reauthentication_required";
}

/** An action that waits until the person has reauthenticated. */
export function useReauthentication() {
  const [waiting, setWaiting] = useState<{ act: () => void }>();
  return {
    isWaiting: waiting !== undefined,
    require: (act: () => void) => setWaiting({ act }),
    cancel: () => setWaiting(undefined),
    confirm: () => {
      setWaiting(undefined);
      waiting?.act();
    },
  };
}
