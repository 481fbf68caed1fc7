import { useCallback, useState } from "react";
import { ApiError } from "./failure.ts";

/** One request at a time outside the query cache: whether it runs, and how it last failed. */
export function useTask<Input>(act: (input: Input) => Promise<void>) {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ApiError>();

  const run = useCallback(
    async (input: Input) => {
      setBusy(true);
      setFailure(undefined);
      try {
        await act(input);
      } catch (error) {
        setFailure(
          error instanceof ApiError ? error : new ApiError("page.broken", "Something went wrong in this page."),
        );
      } finally {
        setBusy(false);
      }
    },
    [act],
  );

  return { isBusy, failure, run, forget: useCallback(() => setFailure(undefined), []) };
}
