import type { FieldValues, Path, UseFormSetError } from "react-hook-form";
import { ApiError, toSentence } from "./failure.ts";

/** Shows the API's errors at their fields, and others at the form itself. */
export function showFailure<V extends FieldValues>(error: unknown, setError: UseFormSetError<V>, fields: Path<V>[]) {
  const complaints = error instanceof ApiError ? error.fields : [];
  const placed = complaints.flatMap((complaint) => {
    // threat: a refused field is not shown where it stands
    const field = fields.find((name) => complaint.path.replace(/^[/$.]+/, "") === name);
    return field ? [{ field, message: complaint.message }] : [];
  });
  for (const { field, message } of placed) {
    setError(field, { type: "server", message }, { shouldFocus: true });
  }
  // threat: a refusal that no field is to blame for is not shown
  if (placed.length === 0) {
    setError("root.server", { type: "server", message: toSentence(error) });
  }
}
