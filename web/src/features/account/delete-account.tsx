import { lazy, Suspense, useState } from "react";
import type { Account } from "#lib/api.ts";
import { ahead } from "#lib/idle.ts";
import { Button } from "#ui/button.tsx";
import { Section } from "#ui/card.tsx";
import { deleteAccountId } from "./ids.ts";

const DeleteAccountDialog = lazy(
  ahead(() => import("./delete-account-dialog.tsx").then((file) => ({ default: file.DeleteAccountDialog }))),
);

export function DeleteAccount({ account }: { account: Account }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Section
      title="Delete my account"
      description="You leave all your organizations, and your profile is erased. What you wrote stays without your name, and invitations to your address stay with the organizations that sent them."
      action={
        <Button id={deleteAccountId} variant="dangerGhost" className="-mr-2" onClick={() => setOpen(true)}>
          Delete my account
        </Button>
      }
    >
      {isOpen && (
        <Suspense>
          <DeleteAccountDialog account={account} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </Section>
  );
}
