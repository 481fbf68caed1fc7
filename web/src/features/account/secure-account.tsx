import { useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { ReauthenticationDialog } from "#features/reauthentication/dialog.tsx";
import { useReauthenticatedTask } from "#features/reauthentication/use-reauthentication.ts";
import { secureAccount } from "#lib/api.ts";
import { toSentence } from "#lib/failure.ts";
import { leave } from "#lib/leave.ts";
import { Button } from "#ui/button.tsx";
import { Section } from "#ui/card.tsx";
import { Confirm } from "#ui/dialog.tsx";

const secureId = "secure-account";

/** Ends everything by which somebody else may use the account. */
export function SecureAccount() {
  const router = useRouter();
  const [isOpen, setOpen] = useState(false);
  const close = () => setOpen(false);
  const trigger = () => document.getElementById(secureId);
  const secure = useReauthenticatedTask<void>(async () => {
    await secureAccount();
    leave(router, "secured");
  });
  return (
    <Section
      title="Someone else in your account?"
      description="A session, a device, or an action that wasn’t you: lock everyone out, then sign in again."
      action={
        <Button id={secureId} variant="dangerGhost" className="-mr-2" onClick={() => setOpen(true)}>
          This wasn’t me
        </Button>
      }
    >
      <Confirm
        isOpen={isOpen && !secure.reauthentication.isWaiting}
        onClose={close}
        title="Lock everyone out of your account?"
        action="Lock everyone out"
        onConfirm={() => void secure.run()}
        isBusy={secure.isBusy}
        failure={secure.failure && toSentence(secure.failure)}
        returnFocus={() => !secure.reauthentication.isWaiting && trigger()}
      >
        <ul className="grid list-disc gap-1.5 pl-4">
          <li>All sessions end, including this one.</li>
          <li>Your passkeys are removed.</li>
          <li>Your linked devices are revoked, and remove what they got.</li>
          <li>The owners of your organizations are told, so that they check what happened.</li>
        </ul>
        <p className="mt-2">Then sign in with a code. If someone else reads your email, secure that first.</p>
      </Confirm>
      <ReauthenticationDialog
        reauthentication={secure.reauthentication}
        what="Locking everyone out"
        onCancel={() => {
          secure.reauthentication.cancel();
          close();
        }}
        returnFocus={trigger}
      />
    </Section>
  );
}
