import { useState } from "react";
import { ApiError } from "#lib/failure.ts";
import { needsReauthentication, useReauthentication } from "./use-reauthentication.ts";

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
