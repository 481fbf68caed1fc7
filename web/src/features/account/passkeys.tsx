import { useQuery, useQueryClient } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { Gate } from "#features/failure/gate.tsx";
import { ReauthenticationDialog } from "#features/reauthentication/dialog.tsx";
import { useReauthenticatedTask } from "#features/reauthentication/use-reauthentication.ts";
import { isMissing, toSentence } from "#lib/failure.ts";
import { knowsPasskeys, type Passkey, passkeysQuery, removePasskey, renamePasskey } from "#lib/passkeys.ts";
import { useOpened } from "#lib/use-opened.ts";
import { Badge } from "#ui/badge.tsx";
import { ErrorBanner } from "#ui/banner.tsx";
import { Button } from "#ui/button.tsx";
import { Section } from "#ui/card.tsx";
import { Confirm } from "#ui/dialog.tsx";
import { ItemRow, ItemRowsLoading } from "#ui/item-row.tsx";
import { RenameDialog } from "#ui/rename-dialog.tsx";
import { Time } from "#ui/time.tsx";
import { toast } from "#ui/toast.ts";
import { useAddPasskey } from "./use-add-passkey.ts";

type Kind = "rename" | "remove";
type Action = { passkey: Passkey; kind: Kind };

const addId = "add-passkey";
const buttonId = ({ id }: Passkey, kind: Kind) => `${kind}-${id}`;

/** The passkeys of the account: where each is, and when it was last used. */
export function Passkeys() {
  const passkeys = useQuery(passkeysQuery);
  const queryClient = useQueryClient();
  const { shown: action, open: ask, close, dialog } = useOpened<Action>();
  const isOpen = (kind: Kind) => dialog.isOpen && action?.kind === kind;
  const show = () => queryClient.invalidateQueries({ queryKey: passkeysQuery.queryKey });
  const add = useAddPasskey();
  const remove = useReauthenticatedTask(async ({ id, name }: Passkey) => {
    await removePasskey(id).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
    });
    close();
    toast(`${name} is removed`);
    await show();
  });
  const returnFocus = () => (action ? document.getElementById(buttonId(action.passkey, action.kind)) : null);

  return (
    <Section
      title="Passkeys"
      description="Sign in with your face, your fingerprint, or your device’s PIN instead of an emailed code. A code always works too."
      action={
        knowsPasskeys() && (
          <Button id={addId} isBusy={add.isBusy} onClick={() => void add.run()}>
            Add a passkey
          </Button>
        )
      }
    >
      {add.failure && (
        <div className="px-5 pb-4">
          <ErrorBanner error={add.failure} />
        </div>
      )}
      <Gate query={passkeys} part="px-5 pt-1 pb-5" skeleton={<ItemRowsLoading what="your passkeys" count={1} />}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="px-5 pt-1 pb-5 text-sm text-fg-3">
              {knowsPasskeys() ? "No passkeys yet." : "No passkeys yet, and this browser can’t make one."}
            </p>
          ) : (
            <ul className="border-t border-border">
              {items.map((passkey) => (
                <PasskeyRow key={passkey.id} passkey={passkey} onAsk={(kind) => ask({ passkey, kind })} />
              ))}
            </ul>
          )
        }
      </Gate>
      <RenameDialog
        key={action?.passkey.id}
        what="passkey"
        name={action?.passkey.name}
        onRename={async (name) => {
          await renamePasskey({ passkey: action?.passkey.id ?? "", name });
          await show();
        }}
        isOpen={isOpen("rename")}
        onClose={close}
        returnFocus={returnFocus}
      />
      <Confirm
        isOpen={isOpen("remove") && !remove.reauthentication.isWaiting}
        onClose={close}
        title={`Remove ${action?.passkey.name ?? "this passkey"}?`}
        action="Remove passkey"
        onConfirm={() => action && void remove.run(action.passkey)}
        isBusy={remove.isBusy}
        failure={remove.failure && toSentence(remove.failure)}
        returnFocus={() => !remove.reauthentication.isWaiting && (returnFocus() ?? document.getElementById(addId))}
      >
        It no longer signs you in here. Your device may keep showing it until you delete it there too.
      </Confirm>
      <ReauthenticationDialog
        reauthentication={add.reauthentication}
        what="Adding a passkey"
        onCancel={add.reauthentication.cancel}
        returnFocus={() => document.getElementById(addId)}
      />
      <ReauthenticationDialog
        reauthentication={remove.reauthentication}
        what="Removing a passkey"
        onCancel={() => {
          remove.reauthentication.cancel();
          close();
        }}
        returnFocus={() => returnFocus() ?? document.getElementById(addId)}
      />
    </Section>
  );
}

function PasskeyRow({ passkey, onAsk }: { passkey: Passkey; onAsk: (kind: Kind) => void }) {
  const { name, isSynced, createdAt, usedAt } = passkey;
  return (
    <ItemRow
      icon={KeyRound}
      title={
        <>
          <span className="wrap-anywhere">{name}</span>
          <Badge>{isSynced ? "On all your devices" : "On one device"}</Badge>
        </>
      }
      actions={
        <>
          <Button id={buttonId(passkey, "rename")} aria-label={`Rename ${name}`} onClick={() => onAsk("rename")}>
            Rename
          </Button>
          <Button id={buttonId(passkey, "remove")} aria-label={`Remove ${name}`} onClick={() => onAsk("remove")}>
            Remove
          </Button>
        </>
      }
    >
      {usedAt === undefined ? (
        "Never used"
      ) : (
        <>
          Last used <Time at={usedAt} />
        </>
      )}{" "}
      · added <Time at={createdAt} />
    </ItemRow>
  );
}
