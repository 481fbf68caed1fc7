import type { Row } from "./form.ts";

/** What was pasted, as rows: one for each address that was found, and for what should have been one. */
export function rowsOf(text: string): Row[] {
  return text
    .split(/[\s,;]+/)
    .map((part) => part.replace(/^.*<(.*)>$/, "$1").trim())
    .filter((part) => part !== "")
    .map((email) => ({ email, role: "read" }));
}
