import { blockedBy } from "./blocked.ts";

type Props = { label: string; blocked: string; children: string };

/** A value in a list, where others can be changed and this one cannot: it looks like a value, and says why. */
export function BlockedText({ label, blocked, children }: Props) {
  return (
    <button
      type="button"
      aria-label={label}
      {...blockedBy(blocked)}
      className="ml-px cursor-default rounded font-medium"
    >
      {children}
    </button>
  );
}
