import { restorableDays } from "@muster/core/organization/limits.ts";
import { useState } from "react";
import { whyBlocked } from "#features/rights/blocked.ts";
import type { Organization } from "#lib/api.ts";
import { Button } from "#ui/button.tsx";
import { opened } from "#ui/opened.tsx";
import { SettingsSection } from "#ui/settings-section.tsx";
import { deleteButtonId } from "./ids.ts";

const DeleteDialogs = opened(async () => (await import("./delete-dialogs.tsx")).DeleteDialogs);

/** Irreversible actions of owners are separate from the settings, at their end. */
export function DangerZone({ organization }: { organization: Organization }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <SettingsSection title="Danger zone" description="Visible to owners.">
      <div className="flex flex-wrap items-center justify-between gap-4">
        <div className="min-w-0 flex-1 basis-60">
          <h3 className="text-sm font-medium">Delete this organization</h3>
          <p className="mt-0.5 text-sm text-fg-2 text-pretty">
            All members lose access immediately. An owner can restore it for {restorableDays} days. After that,
            everything in it is permanently deleted.
          </p>
        </div>
        <Button
          id={deleteButtonId}
          variant="danger"
          blocked={whyBlocked(organization, "organization.delete")}
          onClick={() => setOpen(true)}
        >
          Delete organization
        </Button>
      </div>
      {isOpen && <DeleteDialogs organization={organization} onClose={() => setOpen(false)} />}
    </SettingsSection>
  );
}
