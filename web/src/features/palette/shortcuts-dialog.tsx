import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { may, mayManageMembers } from "#features/rights/permissions.ts";
import { commandName } from "#lib/command-key.ts";
import { showOverlay } from "#lib/overlay.ts";
import { organizationQuery } from "#lib/queries.ts";
import { Dialog } from "#ui/dialog.tsx";
import { DialogBody } from "#ui/dialog-parts.tsx";

type Shortcut = { keys: string; does: string };

/** Lists the keys that apply to the current member. */
export function ShortcutsDialog({ isOpen }: { isOpen: boolean }) {
  const { organization: organizationId = "" } = useParams({ strict: false });
  const { data: organization } = useQuery({ ...organizationQuery(organizationId), enabled: organizationId !== "" });
  return (
    <Dialog isOpen={isOpen} onClose={() => showOverlay(undefined)} title="Keyboard shortcuts">
      <DialogBody>
        <Shortcuts
          title="Everywhere"
          shortcuts={[
            { keys: commandName("K"), does: "Search, or jump to a page" },
            { keys: "?", does: "Show this list" },
            { keys: "Esc", does: "Close a dialog or menu" },
          ]}
        />
        {organization && (
          <Shortcuts
            title="In an organization"
            shortcuts={[
              ...(may(organization.role, "invitation.send") ? [{ keys: "I", does: "Invite people" }] : []),
              { keys: "/", does: "Search members or updates, on their page" },
            ]}
          />
        )}
        {organization && mayManageMembers(organization.role) && (
          <Shortcuts
            title="In a list with check boxes"
            shortcuts={[
              { keys: "Space", does: "Select or deselect the row" },
              { keys: "Shift Click", does: "Select all rows from the last one to this one" },
            ]}
          />
        )}
      </DialogBody>
    </Dialog>
  );
}

function Shortcuts({ title, shortcuts }: { title: string; shortcuts: Shortcut[] }) {
  return (
    <section className="grid gap-1.5">
      <h3 className="text-xs font-medium text-fg-3">{title}</h3>
      <dl className="grid gap-1.5 text-sm">
        {shortcuts.map(({ keys, does }) => (
          <div key={keys} className="flex items-center justify-between gap-4">
            <dt className="order-last flex shrink-0 gap-1">
              {keys.split(" ").map((key) => (
                <kbd
                  key={key}
                  className="grid h-6 min-w-6 place-items-center rounded border border-border-strong bg-surface-2 px-1.5 font-sans text-xs text-fg-2"
                >
                  {key}
                </kbd>
              ))}
            </dt>
            <dd className="text-fg-2">{does}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
