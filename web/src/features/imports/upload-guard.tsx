import { useBlocker } from "@tanstack/react-router";
import { hasSession } from "#lib/session.ts";
import { Confirm } from "#ui/dialog.tsx";

type Props = { isSending: () => boolean; onLeave: () => void };

/** Asks before a page is left from which a file is still being sent: what has not arrived is lost with it. */
export function UploadGuard({ isSending, onLeave }: Props) {
  const blocker = useBlocker({
    shouldBlockFn: () => isSending() && hasSession(),
    enableBeforeUnload: isSending,
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
      title="Stop the upload?"
      action="Stop and leave"
      otherwise="Go on uploading"
      onConfirm={leave}
    >
      The file has not arrived yet. Nobody is invited by a part of it.
    </Confirm>
  );
}
