import { Failure, type FailureType, isFailure } from "../base/failure.ts";
import type { Step } from "../table/table.ts";
import { table } from "./ports.ts";

/**
 * Writes these steps. Returns false if this failure, or one of these, prevents it: something else has done it already, or
 * has changed it in between.
 */
export const writeUnless = (
  ignored: FailureType | readonly FailureType[],
  ...steps: readonly Step[]
): Promise<boolean> => isWritten(steps, (error) => [ignored].flat().some((type) => isFailure(error, type)));

/** Writes these steps of bookkeeping, which decides no answer. Returns false if any failure prevents it, or a busy table. */
export const writeIfPossible = (...steps: readonly Step[]): Promise<boolean> =>
  isWritten(steps, (error) => error instanceof Failure);

const isWritten = (steps: readonly Step[], isIgnored: (error: unknown) => boolean): Promise<boolean> =>
  table.write(...steps).then(
    () => true,
    (error: unknown) => {
      if (isIgnored(error)) return false;
      throw error;
    },
  );
