import { Lock } from "lucide-react";
import { visibilityText } from "./text.ts";

/** Beside the name of a private team. */
export function PrivateMark() {
  return (
    <span title={visibilityText.private} className="inline-flex shrink-0">
      <Lock aria-hidden className="size-3.5 text-fg-3" />
      <span className="sr-only">Private</span>
    </span>
  );
}
