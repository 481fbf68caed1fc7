import { useBlocker } from "@tanstack/react-router";
import { hasSession } from "#lib/session.ts";
import { Confirm } from "#ui/dialog.tsx";

type Props = { isDirty: boolean; what: string; onLeave: () => void };

/** Asks before a page with unsaved changes is left. A reload need not ask: the draft outlives it. */
export function LeaveGuard({ isDirty, what, onLeave }: Props) {
  const blocker = useBlocker({
    shouldBlockFn: () => isDirty && hasSession(),
    enableBeforeUnload: false,
    withResolver: true,
  });

  function leave() {
    onLeave();
    blocker.proceed?.();
  }

  return (
    <Confirm
      isOpen={blocker.status === "blocked"}
      onOpenChange={(isOpen) => !isOpen && blocker.reset?.()}
      title="Leave without saving?"
      action="Discard and leave"
      onConfirm={leave}
    >
      Your changes to {what} are not saved yet.
    </Confirm>
  );
}
