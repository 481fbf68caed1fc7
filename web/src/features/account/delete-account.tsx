import { useState } from "react";
import type { Account } from "#lib/api.ts";
import { Button } from "#ui/button.tsx";
import { Section } from "#ui/card.tsx";
import { opened } from "#ui/opened.tsx";
import { deleteAccountId } from "./ids.ts";

const DeleteAccountDialog = opened(async () => (await import("./delete-account-dialog.tsx")).DeleteAccountDialog);

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
      {isOpen && <DeleteAccountDialog account={account} onClose={() => setOpen(false)} />}
    </Section>
  );
}
