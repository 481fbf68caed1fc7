import { useState } from "react";
import { ApiError } from "#lib/failure.ts";

export type Reauthentication = ReturnType<typeof useReauthentication>;

/** Returns whether an action was refused because the last authentication is too old. */
export function needsReauthentication(error: unknown) {
  return error instanceof ApiError && error.code === "actor.reauthentication_required";
}

/** An action that waits until the person has reauthenticated. */
export function useReauthentication() {
  const [waiting, setWaiting] = useState<{ act: () => void; cancel?: () => void }>();
  return {
    isWaiting: waiting !== undefined,
    require: (act: () => void, cancel?: () => void) => setWaiting({ act, ...(cancel && { cancel }) }),
    cancel: () => {
      setWaiting(undefined);
      waiting?.cancel?.();
    },
    confirm: () => {
      setWaiting(undefined);
      waiting?.act();
    },
  };
}

/** Makes a request, and again after the person has reauthenticated, where that is required. Fails if they cancel. */
export function reauthenticated<T>({ require }: Pick<Reauthentication, "require">, act: () => Promise<T>): Promise<T> {
  return act().catch((error: Error) => {
    if (!needsReauthentication(error)) {
      throw error;
    }
    return new Promise<T>((resolve, reject) => {
      require(() => void act().then(resolve, reject), () => reject(error));
    });
  });
}

/** One request at a time that waits, if the last authentication is too old, until the person has reauthenticated. */
export function useReauthenticatedTask<Input>(act: (input: Input) => Promise<void>) {
  const reauthentication = useReauthentication();
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ApiError>();

  async function run(input: Input): Promise<void> {
    setBusy(true);
    setFailure(undefined);
    try {
      await act(input);
    } catch (error) {
      if (needsReauthentication(error)) {
        reauthentication.require(() => void run(input));
      } else {
        setFailure(
          error instanceof ApiError ? error : new ApiError("page.broken", "Something went wrong in this page."),
        );
      }
    } finally {
      setBusy(false);
    }
  }

  return { reauthentication, isBusy, failure, run };
}
