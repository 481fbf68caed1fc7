import { Link } from "@tanstack/react-router";
import { MegaphoneOff } from "lucide-react";
import { may } from "#features/rights/permissions.ts";
import type { Organization } from "#lib/api.ts";
import { pageOf } from "#lib/page-of.ts";
import { buttonClass } from "#ui/button.tsx";
import { EmptyState } from "#ui/empty-state.tsx";
import { ExportMenu } from "./export-menu.tsx";

/** In the place of updates that the organization has turned off. */
export function UpdatesOff({ organization }: { organization: Organization }) {
  const { id, role } = organization;
  const maySave = may(role, "setting.saveGeneral");
  return (
    <section className="card">
      <EmptyState
        picture={
          <span aria-hidden className="grid size-12 place-items-center rounded-full bg-surface-3 text-fg-2">
            <MegaphoneOff className="size-6" />
          </span>
        }
        title="Updates are off"
        action={
          maySave && (
            <>
              <Link {...pageOf(id, "/settings")} className={buttonClass({})}>
                General settings
              </Link>
              <ExportMenu organization={organization} />
            </>
          )
        }
      >
        {maySave
          ? "Nobody in this organization sees or posts updates. You can turn them on in the general settings."
          : "Your organization doesn’t use updates."}
      </EmptyState>
    </section>
  );
}
