import type { FieldValues, Path, UseFormSetError } from "react-hook-form";
import { ApiError, toSentence } from "./failure.ts";

/** Shows the API's errors at their fields, and others at the form itself. */
export function showFailure<V extends FieldValues>(error: unknown, setError: UseFormSetError<V>, fields: Path<V>[]) {
  const complaints = error instanceof ApiError ? error.fields : [];
  const placed = complaints.flatMap((complaint) => {
    const field = fields.find((name) => complaint.path.replace(/^[/$.]+/, "") === name);
    return field ? [{ field, message: complaint.message }] : [];
  });
  for (const { field, message } of placed) {
    setError(field, { type: "server", message }, { shouldFocus: true });
  }
  if (placed.length === 0) {
    setError("root.server", { type: "server", message: toSentence(error) });
  }
}
