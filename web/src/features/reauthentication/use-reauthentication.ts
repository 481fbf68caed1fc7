import { useState } from "react";
import { ApiError } from "#lib/failure.ts";

export type Reauthentication = ReturnType<typeof useReauthentication>;

/** Whether an action was refused because the sign-in is too long ago. */
export function needsReauthentication(error: unknown) {
  return error instanceof ApiError && error.code === "actor.reauthentication_required";
}

/** An action that waits until somebody has shown that they are still who signed in. */
export function useReauthentication() {
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
